"""A target is not asked for what it does not have: the words of a story say what it needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.feature import get_feature

from support.runner.needs import DEFAULT, LARGEST, MANY, RETURNS, RULES, WHATEVER, reasons_by_wording
from support.target.profiles import parse_target
from support.target.settings import ROOT
from support.users.pages import MOST_FOR_A_PAGE, page_to_fill

if TYPE_CHECKING:
    from support.target import Target

# Another part of the same promise, and what a part says nothing without.
BESIDE = {
    "auth-registration": ("auth-required", "auth-required"),
    "put-clears": ("put-writes", "put-writes", "validation-required"),
}
NOTHING = {"nickname": "", "password": "", "nullable": ["name", "email"]}


def target(**tables: Any) -> Target:
    return parse_target({"name": "x", **tables}, source="here")


def reasons(profile: Target, *sentences: str) -> list[str]:
    return list(reasons_by_wording(sentences, profile))


@pytest.mark.parametrize(
    ("tables", "sentence", "reason"),
    [
        ({"fields": {"nickname": ""}}, "created with a number for a nickname", "has no nickname"),
        ({"fields": {"nickname": ""}}, "the client changes the nickname of user Ada", "has no nickname"),
        ({"fields": {"password": ""}}, "created with a password that is too short", "no password"),
        ({"fields": {"nullable": ["name"]}}, "created with a null name", "takes null"),
        ({"fields": {"nullable": []}}, "replaced with a null nickname", "does not take null"),
        ({"fields": {"nullable": []}}, "changes the nickname of user Ada to nothing", "not take null"),
        ({"lists": {"sort_keys": {"name": "name"}}}, "it is sorted by creation date", "by creation date"),
        (
            {"lists": {"sort_keys": {"email": "email"}}},
            "the client lists all users, sorted by name, 5 per page",
            "sort by name",
        ),
        ({"sending": {"broken_forms": False}}, "sends a form that is a list", "keeps forms that are no user"),
        ({"lists": {"size": ""}}, 'the client asks for a page of "2" users', "no parameter for the size"),
        ({"lists": {"style": "none"}}, 'asks for a page of "x" users', "no parameter for the size"),
        ({"operations": {"list": "none"}}, "over connections that break", "no list or search"),
        ({"fields": {"ids_return": True}}, "no reader finds user Ada by id", "to the next one"),
    ],
)  # fmt: skip
def test_what_a_target_does_not_have_is_not_asked_for(tables: Any, sentence: str, reason: str) -> None:
    assert any(reason in said for said in reasons(target(**tables), sentence))
    assert not reasons(target(), sentence)


def test_the_longest_key_is_sent_where_the_profile_names_its_length() -> None:
    sentence = "the client creates user Ada with an idempotency key that is as long as promised"
    assert reasons(target(idempotency={"key_max": 64}), sentence) == []
    assert reasons(target(), sentence) == [
        "target x does not say how long a key may be (idempotency.key_max)"
    ]


@pytest.mark.parametrize("promise", ["filter-by-email", "idempotency-key"])
def test_who_can_be_found_without_a_list_may_be_created_without_an_answer(promise: str) -> None:
    """A search or a repetition under the key leads to a user whose creation was not answered."""
    profile = target(operations={"list": "none"}, promises=[promise])
    assert not reasons(profile, "the client creates users Ada over connections that break")


@pytest.mark.parametrize(
    "sentence",
    [
        "the client gives user Ada another name",
        "the client gives each of them another email",
        "another client changes user Ada",
        "the client changes user Ada 8 times and notes each version",
        "each of 4 clients changes a user of its own 5 times and looks straight away",
    ],
)
def test_a_target_that_changes_nobody_is_not_asked_to(sentence: str) -> None:
    """A first profile promises nothing: what is not changed then is no stale list."""
    assert any("no way to change" in said for said in reasons(target(), sentence))
    for promise in ("patch", "put", "put-writes"):
        assert not reasons(target(promises=[promise]), sentence)


def test_what_is_left_out_on_purpose_is_no_need() -> None:
    profile = target(fields=NOTHING)
    assert not reasons(profile, "the client creates user Grace with the email of user Ada and no nickname")


@pytest.mark.parametrize(
    ("page_max", "is_asked"), [(100, True), (MOST_FOR_A_PAGE, True), (MOST_FOR_A_PAGE + 1, False), (0, False)]
)
def test_a_largest_page_is_asked_for_where_a_story_can_fill_it(page_max: int, *, is_asked: bool) -> None:
    profile = target(limits={"page_max": page_max})
    assert (not reasons(profile, MANY, f"the page is within the {LARGEST}")) is is_asked
    # Who looks for one user among many needs no more than an ordinary page.
    assert not reasons(profile, MANY, "the first and the last of them can be found by email")
    assert page_to_fill(profile) == (page_max if is_asked else 20)


@pytest.mark.parametrize("ids_return", [False, True])
def test_an_id_of_its_own_is_asked_of_who_returns_where_ids_do_not(*, ids_return: bool) -> None:
    """What the profile says of deleted users is no word about two who live at once."""
    profile = target(fields={"ids_return": ids_return})
    own = "no other user has the id of user Grace"
    returning = (
        "user Ada has been deleted",
        "the client creates user Grace with the details of user Ada",
        own,
    )
    assert bool(reasons(profile, *returning)) is ids_return
    assert not reasons(profile, "user Ada exists", own)


@pytest.mark.parametrize(
    ("limits", "is_asked"),
    [
        ({}, False),
        ({"page_max": 20}, False),
        ({"page_default": 20}, True),
        ({"page_default": MOST_FOR_A_PAGE + 1, "page_max": 1000}, False),
    ],
)
def test_a_default_size_is_asked_for_only_where_the_profile_gives_it(
    limits: dict[str, int], *, is_asked: bool
) -> None:
    """The contract's default is an assumption about others, and no promise of theirs."""
    assert (not reasons(target(limits=limits), f"more users exist than fit on a page {DEFAULT}")) is is_asked


def test_a_fixed_size_is_the_page_that_stories_fill() -> None:
    assert page_to_fill(target(limits={"page_max": 0}, lists={"size": "", "page_size": 25})) == 25


def sentences_of_all_stories() -> list[str]:
    texts = []
    for file in sorted((ROOT / "features").rglob("*.feature")):
        for template in get_feature(str(file.parent), file.name).scenarios.values():
            rows = [row for table in template.examples for row in table.as_contexts()] or [{}]
            texts += [step.name for row in rows for step in template.render(row).steps]
    return texts


def test_the_words_are_those_of_the_features() -> None:
    """A sentence that is told otherwise one day must not make a need be forgotten."""
    texts = sentences_of_all_stories()
    bare = target(
        fields={**NOTHING, "nullable": ["name", "email"], "ids_return": True},
        lists={"size": "", "sort_keys": {}, "style": "page"},
        promises=["validation-forms", "auth-required"],
        sending={"broken_forms": False},
        operations={"list": "none"},
        auth={"scheme": "bearer"},
    )
    for rule in RULES:
        assert any(list(rule(text, bare)) for text in texts), rule
    assert any(re.search(LARGEST, text) for text in texts)
    assert MANY in texts
    assert any(DEFAULT in text for text in texts)
    assert RETURNS.search("\n".join(texts))


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("the client creates user Ada with a null name", "validation-required"),
        ("the client creates user Ada with an email without @", "validation-emails"),
        ("the client changes user Ada with a number for a name", "validation-kinds"),
        ("the client replaces user Ada with a nickname that is too long", "validation-lengths"),
        ("a client without credentials creates user Mallory", "auth-registration"),
        ("the client replaces user Ada with a missing name", "put-clears"),
    ],
)
def test_a_part_of_a_promise_is_asked_for_only_where_it_is_made(sentence: str, part: str) -> None:
    other, *base = BESIDE.get(part, ("validation-forms",))
    without, having = target(promises=[other]), target(promises=[*base, part])
    assert list(reasons_by_wording([sentence], without)) == [f"target x does not promise {part}"]
    assert list(reasons_by_wording([sentence], having)) == []


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"fields": {"nullable": ["name"]}}, "the client changes user Mallory with a null name"),
        ({"promises": ["validation-forms"]}, "the client changes user Mallory with a null email"),
        ({"promises": ["validation-forms"]}, "the client creates user Mallory with an email without @"),
    ],
)
def test_what_may_be_accepted_is_asked_of_all_where_anything_but_a_fault_will_do(
    tables: Any, sentence: str
) -> None:
    """No service promises to break at null, whatever it promises to refuse (3.5)."""
    profile = target(**tables)
    assert reasons(profile, sentence)
    assert not reasons(profile, sentence, WHATEVER)


def test_a_service_that_keeps_everything_is_sent_no_foreign_format() -> None:
    """What it makes of plain text has no id to delete it by; where it promises 415, it is asked."""
    profile = target(sending={"broken_forms": False})
    sent = "the client sends plain text to create a user"
    assert any("keeps forms" in said for said in reasons(profile, sent, WHATEVER))
    assert not reasons(profile, sent, "the request is refused because the format is unknown")
    assert not reasons(target(), sent, WHATEVER)
