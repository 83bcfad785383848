"""Checks: a sound service is never accused by one, a service that gets it wrong is, and all are done."""

from __future__ import annotations

from functools import partial

import pytest

from support.behaviours.exploration.checks import details, keys, many_users, pages, tokens, unknown_users
from support.behaviours.exploration.checks.every_check import EveryCheck, run_check
from support.behaviours.exploration.checks.table import CHECKS, checks_for
from support.behaviours.exploration.manners import Address, Manner, fit_password
from support.behaviours.exploration.search import Findings
from support.behaviours.exploration.texts import Sample
from support.behaviours.users.listing import ListObserver
from support.errors import DuplicateEffect, Failure, SecretShown, UnexpectedContent
from support.selftests.behaviours.exploration.explorer import Explorer
from support.selftests.reference.probe import Probe
from support.target.fields import Limits

NAMED = {"name": Sample("Ada", "order")}
ADA = Address(Sample("ada.{mark}@example.com", "an address"), 0)
WAYS = {check: ways for check, ways, _ in CHECKS}
KEY_REQUIRED, VERSION_REQUIRED = ("key-required",), ("precondition-required",)


def do(folder, switches, check, numbers, **options):
    """Have a check done in some of its ways, each in a sequence of its own; return the failures."""
    failures = []
    with Probe(*switches) as probe:
        explorer = Explorer(probe, folder, **options)
        explorer.setting.seconds = 60
        for number in numbers:
            sequence = explorer.sequence()
            try:
                sequence.act(partial(run_check, sequence, check, number))
            except Failure as failure:
                failures.append(failure)
            sequence.clean_up()
    return failures


@pytest.mark.parametrize("check", WAYS, ids=lambda check: check.__name__)
def test_a_sound_service_is_not_accused(tmp_path, check):
    assert not do(tmp_path, (), check, range(WAYS[check]))


@pytest.mark.parametrize("check", WAYS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(
    "without",
    [
        ("strong-read", "unique-email", "unicode-email", "etag", "location", "consistency-token"),
        ("put", "validation", "password", "head", "tenants", "stable-cursor"),
        ("patch", "idempotency-key", "sorting", "total-count", "filter-by-email", "timestamps"),
    ],
    ids=("strong-read", "put", "patch"),
)
def test_nothing_is_asked_for_that_is_not_promised(tmp_path, check, without):
    assert not do(tmp_path, (), check, range(WAYS[check])[:8], without=without)


@pytest.mark.parametrize("check", WAYS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(("manner", "promise"), [("B68", KEY_REQUIRED), ("B69", VERSION_REQUIRED)])
def test_what_must_be_named_is_named(tmp_path, check, manner, promise):
    assert not do(tmp_path, (manner,), check, range(WAYS[check])[:8], beside=promise)


@pytest.mark.parametrize("check", WAYS, ids=lambda check: check.__name__)
def test_lost_answers_convict_nobody(tmp_path, check):
    assert not do(tmp_path, (), check, range(WAYS[check])[:8], losses=0.2)


@pytest.mark.parametrize(
    ("defect", "check"),
    [
        ("M14", details.send_strange_member),
        ("N01", details.send_strange_member),
        ("M125", details.send_no_text),
        ("N118", details.send_password),
        ("N65", details.send_password),
        ("N51", details.send_password),
        ("N103", details.leave_out_name),
        ("N137", details.write_the_same),
        ("N133", details.give_up_address),
        ("N32", details.give_up_address),
        ("N45", details.send_text_at_limit),
        ("N72", details.send_text_at_limit),
        ("N73", details.send_text_at_limit),
        ("N76", unknown_users.look_for_unknown),
        ("M27", unknown_users.write_to_unknown),
        ("N117", unknown_users.write_to_deleted),
        ("N75", unknown_users.change_often_and_delete),
        ("N135", unknown_users.change_often_and_delete),
        ("N172", unknown_users.change_often_and_delete),
        ("M47", unknown_users.delete_everybody),
        ("M55", pages.move_between_pages),
        ("N21", pages.follow_odd_cursor),
        ("N23", pages.turn_pages),
        ("N24", pages.turn_pages),
        ("N82", pages.turn_pages),
        ("N22", many_users.create_many),
        ("N91", many_users.create_many),
        ("N35", many_users.create_many),
        ("M161", keys.repeat_later),
        ("N40", keys.repeat_later),
        ("M90", keys.use_key_elsewhere),
        ("N136", keys.create_under_like_key),
        ("N33", keys.create_under_like_key),
        ("M85", keys.repeat_as_other_tenant),
        ("N112", keys.write_on_top),
        ("N66", tokens.look_with_token),
    ],
)
def test_what_a_service_gets_wrong_is_found_by_its_check(tmp_path, defect, check):
    # N24 puts two who are alike in an order of chance: now and then each look of a round shows the same one.
    numbers = [*range(WAYS[check])] * (4 if defect == "N24" else 1)
    assert do(tmp_path, (defect,), check, numbers)


@pytest.mark.parametrize(
    ("switches", "check", "promise"),
    [
        (("B68", "M92"), keys.create_without_key, KEY_REQUIRED),
        (("B69", "M107"), keys.write_on_top, VERSION_REQUIRED),
    ],
)
def test_what_must_be_named_and_is_not_missed_is_found(tmp_path, switches, check, promise):
    assert do(tmp_path, switches, check, range(WAYS[check]), beside=promise)


def test_where_ids_return_to_others_nothing_is_sent_to_whoever_was_deleted(tmp_path):
    """That would leave the story not applicable, and the id may be somebody else's."""
    for check in (unknown_users.write_to_deleted, unknown_users.change_often_and_delete, keys.repeat_later):
        assert not do(tmp_path, (), check, range(WAYS[check]), ids_return=True, is_exclusive=False)


def test_a_check_that_announces_no_bytes_is_found(tmp_path):
    with Probe("N110") as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        known = sequence.act(lambda: sequence.create(NAMED, ADA))
        with pytest.raises(Failure, match="0 bytes"):
            sequence.act(lambda: sequence.looks.own.without_body(known))


@pytest.mark.parametrize("defect", ["N50", "M143"])
def test_a_password_that_any_answer_shows_is_found(tmp_path, defect):
    with Probe(defect) as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        with pytest.raises(SecretShown, match="never shown again"):
            sequence.act(lambda: sequence.create(NAMED, ADA))


def test_an_id_of_an_earlier_sequence_is_not_given_again(tmp_path):
    with Probe("M11") as probe:
        explorer = Explorer(probe, tmp_path)
        first, second = explorer.sequence(), explorer.sequence()
        first.act(lambda: first.create(NAMED, ADA))
        first.clean_up()
        with pytest.raises(DuplicateEffect, match="given before"):
            second.act(lambda: second.create(NAMED, ADA))


@pytest.mark.parametrize("is_declared", [False, True])
def test_care_with_ids_that_return_excuses_only_those_that_the_profile_says_so_of(tmp_path, *, is_declared):
    """A first look sees that they do, and has the run go on with care."""
    with Probe("M11") as probe:
        explorer = Explorer(probe, tmp_path, ids_return=True)
        explorer.setting.ids_return = is_declared
        sequence = explorer.sequence()
        known = sequence.act(lambda: sequence.create(NAMED, ADA))
        sequence.act(lambda: sequence.delete(known))
        if is_declared:
            assert sequence.act(lambda: sequence.create(NAMED, ADA)) is not None
        else:
            with pytest.raises(DuplicateEffect, match="given before"):
                sequence.act(lambda: sequence.create(NAMED, ADA))


def test_a_rule_of_all_answers_is_one_of_a_sequence_too(tmp_path):
    with Probe("N66") as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        known = sequence.act(lambda: sequence.create(NAMED, ADA))
        with pytest.raises(UnexpectedContent, match="Consistency-Token"):
            sequence.act(lambda: sequence.delete(known))


def check_all(probe, folder, seed=1):
    """Have all checks done; return what came of it."""
    findings = Findings()
    explorer = Explorer(probe, folder)
    EveryCheck(explorer.sequence, explorer.target, findings.note, folder, seed).run(lambda: False)
    return findings


def test_all_checks_are_made_and_a_sound_service_is_not_accused(tmp_path):
    with Probe() as probe:
        findings = check_all(probe, tmp_path)
        assert not findings.found
        assert findings.steps > len(checks_for(Explorer(probe, tmp_path).target))


@pytest.mark.parametrize("defect", ["N21", "N75"])
def test_what_was_found_is_done_first_the_next_time_until_it_is_mended(tmp_path, defect):
    with Probe(defect) as probe:
        found = check_all(probe, tmp_path)
        assert len(found.found) == 2
    with Probe(defect) as probe:
        again = check_all(probe, tmp_path, seed=7)
    assert again.sequences == 2
    assert type(again.shortest.failure) is type(found.shortest.failure)
    with Probe() as probe:
        assert not check_all(probe, tmp_path).found
    assert (tmp_path / "checks.json").read_text() == "[]"


def test_a_password_that_is_refused_is_refused_whatever_mark_it_would_have():
    limits = Limits(password_min=8, password_max=128)
    lengths = {
        "as long as allowed": 128,
        "as short as allowed": 8,
        "that is too long": 129,
        "that is too short": 7,
    }
    for kind, length in lengths.items():
        assert len(fit_password("Pw-0123456789", kind, limits)) == length


def test_a_password_is_told_of_and_never_told(tmp_path):
    with Probe() as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        odd = Manner(password="that is too long")
        sequence.act(lambda: sequence.create(NAMED, ADA, odd))
    assert sequence.failure is None
    assert "with a password that is too long" in sequence.words[0]
    assert "Pw-" not in sequence.words[0]


def test_the_last_page_in_place_of_one_that_is_not_there_may_be_the_first(tmp_path):
    """Some services show the last page for any beyond it; of a single user it is the first one as well."""
    with Probe("N21") as probe:
        sequence = Explorer(probe, tmp_path).sequence()
        known = sequence.act(lambda: sequence.create(NAMED, ADA))
        for number in range(WAYS[pages.follow_odd_cursor]):
            sequence.act(partial(pages.follow_odd_cursor, sequence, known, number))
    assert sequence.failure is None


def test_nobody_tries_to_delete_all_users_while_others_have_stories_under_way(tmp_path):
    """Their users would be gone, and each of their stories would accuse the service of something else."""
    assert not do(tmp_path, ("M47",), unknown_users.delete_everybody, range(1), is_alone=False)


@pytest.mark.parametrize("without", [(), ("sorting",)], ids=("in orders", "in none"))
def test_a_look_that_may_begin_late_is_not_counted(tmp_path, monkeypatch, without):
    counted: list[bool] = []

    def count(_self, _people, listing, **_options):
        counted.append(listing.is_whole)

    monkeypatch.setattr(ListObserver, "counts_right", count)
    with Probe() as probe:
        sequence = Explorer(probe, tmp_path, without=without).sequence()
        sequence.create(NAMED, ADA)
        for _ in range(8):
            pages.turn_pages(sequence, None, 0)
        sequence.clean_up()
    assert True in counted
    assert (False in counted) is (not without)
