"""The sweep undoes what its run made and nothing else, and says what it could not look at."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from support.cleanup.leftovers import read_leftovers
from support.cleanup.outage import Silence
from support.cleanup.view import NoAnswer
from support.http.history import Exchange, Outcome, Request, Response
from support.selftests.cleanup.directory import RUN, Directory, marked
from support.selftests.servers.raw_server import send_and_close

OTHER = "acct0abcdyy"


def created(journal, *ids, caller="API_TOKEN"):
    for user_id in ids:
        journal.created(user_id, caller)


def test_a_sweep_deletes_what_the_journal_names_and_what_carries_the_mark(journal, sweep_at):
    created(journal, "u1")
    journal.intend({"email": "lost@example.com"}, "API_TOKEN")
    directory = Directory(
        {
            "u1": marked(1),
            "u2": marked(2, text="email"),
            "u3": marked(3, run=OTHER),
            "u4": {"name": "Grace", "email": "accessories@example.com"},
            "u5": marked(5, name="ADA", email=f"ADA.{RUN.upper()}.GW0-5@EXAMPLE.COM"),
        }
    )
    swept = sweep_at(directory)
    assert sorted(directory.users) == ["u3", "u4"]
    assert (swept.created, swept.deleted, swept.left, swept.unseen) == (3, 3, [], [])


def test_who_cannot_be_deleted_is_named(sweep_at):
    directory = Directory({"u1": marked(1), "u2": marked(2)}, stubborn={"u2"})
    swept = sweep_at(directory)
    assert (swept.created, swept.deleted, swept.left) == (2, 1, ["u2"])
    assert not swept.is_clean


PATIENT = {"timeouts": {"operation_s": 60, "read_s": 0.3, "attempt_s": 0.3}}


def test_a_sweep_in_which_nobody_answers_ends_as_an_outage_does(journal, sweep_at):
    """The list is shown, and deletions hang: each was tried again and again before the first one told so."""
    users = {f"u{number}": marked(number) for number in range(20)}
    created(journal, *users)
    began = time.monotonic()
    swept = sweep_at(Directory(users, silent=["DELETE"]), **PATIENT)
    assert time.monotonic() - began < 4
    assert (swept.deleted, len(swept.left)) == (0, 20)
    assert "the service did not answer" in swept.unseen[0]


def test_a_service_that_answers_now_and_then_or_is_soon_back_is_no_silence():
    at = datetime.now(UTC)
    request = Request("DELETE", "http://x/users/1", {})

    def ended(sent_at, *, is_answered=False):
        response = Response(204, {}) if is_answered else None
        outcome = Outcome.OK if is_answered else Outcome.UNKNOWN
        return Exchange(request, 1, sent_at, sent_at + 0.01, at, outcome, response)

    silence = Silence(max_outage_s=2.0)
    for number in range(30):
        silence.after(ended(10.0 + number, is_answered=number % 10 == 9))
        silence.before()
    for _ in range(30):
        silence.after(ended(50.0))  # all at once, as where a service begins anew
        silence.before()
    silence.after(ended(52.0))
    with pytest.raises(NoAnswer):
        silence.before()


# Somebody else under an id of the journal


@pytest.mark.parametrize(
    "shown",
    [
        {"name": "Grace", "email": "grace@example.com"},
        {"name": "Grace", "email": "grace@example.com", "createdAt": "2020-01-01T00:00:00Z"},
        {"name": "Grace", "email": "grace@example.com", "createdAt": "2099-01-01T00:00:00Z"},
        {"name": "Grace", "email": "grace@example.com", "createdAt": "yesterday"},
        marked(1, run=OTHER),
    ],
    ids=["no mark", "older", "younger", "no date", "another run"],
)
def test_an_id_that_was_given_again_is_left_alone_and_told(journal, sweep_at, shown):
    created(journal, "7")
    directory = Directory({"7": shown})
    swept = sweep_at(directory)
    assert (directory.deleted, sorted(directory.users)) == ([], ["7"])
    assert "(7): are they somebody else's?" in swept.unseen[0]
    assert not swept.is_clean


@pytest.mark.parametrize("shown", [{}, {"role": "user"}, {"name": None, "email": None}], ids=str)
def test_a_user_about_whom_nobody_wrote_anything_is_the_runs_own(journal, sweep_at, shown):
    created(journal, "7")
    directory = Directory({"7": shown})
    assert sweep_at(directory).is_clean
    assert directory.users == {}


def test_a_user_without_a_mark_is_the_runs_own_if_it_came_to_be_when_the_run_noted_it(journal, sweep_at):
    created(journal, "7")
    now = datetime.now(UTC).isoformat()
    directory = Directory({"7": {"name": "", "email": "not-an-email", "createdAt": now}})
    assert sweep_at(directory).is_clean
    assert directory.users == {}


@pytest.mark.parametrize("user_id", ["", ".", ".."])
def test_an_id_that_leads_to_the_collection_is_never_sent(journal, sweep_at, user_id):
    created(journal, user_id)
    directory = Directory({})
    swept = sweep_at(directory)
    assert (directory.deleted, swept.left) == ([], [user_id])


# Tenants


def test_each_tenant_is_swept_by_its_own_token(journal, sweep_at):
    created(journal, "1", caller="API_TOKEN")
    created(journal, "1", "2", caller="B_TOKEN")
    directory = Directory({}, tenants={"a": {"1": marked(1), "2": marked(9, OTHER)}, "b": {"1": marked(1)}})
    swept = sweep_at(directory)
    assert (directory.tenants, swept.figures) == (
        {"a": {"2": marked(9, OTHER)}, "b": {}},
        {"created": 3, "deleted": 3, "left": 0},
    )


def test_a_tenant_without_its_token_is_told_and_nobody_is_deleted_by_another(journal, sweep_at):
    created(journal, "1", caller="B_TOKEN")
    directory = Directory({}, tenants={"a": {"1": marked(1)}, "b": {"1": marked(1)}})
    swept = sweep_at(directory, tokens={"API_TOKEN": "a"})
    assert swept.unseen == ["B_TOKEN is not set: the users of its tenant could not be looked at"]
    assert (swept.left, directory.deleted) == (["1"], [])


def test_what_a_throttled_token_created_is_deleted_by_the_main_one(journal, sweep_at):
    created(journal, "1", caller="SLOW_TOKEN")
    directory = Directory({}, tenants={"a": {"1": marked(1)}})
    assert sweep_at(directory, tokens={"API_TOKEN": "a"}).is_clean
    assert directory.tenants == {"a": {}}


def test_a_token_that_the_profile_does_not_name_is_told(journal, sweep_at):
    created(journal, "1", caller="OLD_TOKEN")
    swept = sweep_at(Directory({"1": marked(1)}))
    assert swept.unseen == ["the profile does not name OLD_TOKEN: its users are seen only as API_TOKEN"]
    assert swept.left == []


# What cannot be looked at


@pytest.mark.parametrize("status", [500, 401, 404])
def test_where_the_list_fails_those_deleted_by_id_count_as_deleted(journal, sweep_at, status):
    created(journal, "u1", "u2", "u3")
    journal.deleted("u3", "API_TOKEN")
    directory = Directory({"u1": marked(1), "u2": marked(2)}, fails_to_list=status)
    swept = sweep_at(directory)
    assert directory.users == {}
    assert swept.figures == {"created": 3, "deleted": 3, "left": None}
    assert len(swept.unseen) == 1
    assert swept.unseen[0].startswith("the list could not be looked at: ")


def test_where_the_list_fails_those_who_stayed_are_found_by_looking_them_up(journal, sweep_at):
    created(journal, "u1", "u2")
    directory = Directory({"u1": marked(1), "u2": marked(2)}, stubborn={"u2"}, fails_to_list=500)
    swept = sweep_at(directory)
    assert swept.figures == {"created": 2, "deleted": 1, "left": 1}
    assert "user u2 is still there" in swept.unseen


def test_a_user_that_cannot_be_shown_is_deleted_all_the_same(journal, sweep_at):
    created(journal, "odd")
    directory = Directory({"odd": marked(1)}, broken={"GET /users/odd": 500})
    assert sweep_at(directory).is_clean
    assert directory.users == {}


def test_a_user_that_may_not_be_looked_at_is_left_and_told(journal, sweep_at):
    created(journal, "u1")
    directory = Directory({"u1": {"name": "x"}}, broken={"GET /users/u1": 403})
    swept = sweep_at(directory)
    assert (directory.deleted, swept.left) == ([], ["u1"])
    assert "look up user u1: GET /users/u1 answered 403" in swept.unseen[0]


def test_a_service_that_goes_away_ends_the_sweep_soon_and_costs_no_figure(folder, journal, sweeper_at):
    created(journal, *(f"u{number}" for number in range(200)))
    directory = Directory({})
    sweeper = sweeper_at(lambda connection, _: send_and_close(connection))
    began = time.monotonic()
    swept = sweeper.sweep(read_leftovers(folder))
    assert time.monotonic() - began < 10
    assert (swept.created, swept.deleted, len(swept.left)) == (200, 0, 200)
    assert swept.unseen[0].startswith("the service did not answer")
    assert directory.deleted == []


def test_damage_is_told_and_everybody_who_can_be_looked_at_is(folder, journal, sweep_at):
    created(journal, "u1")
    with (folder / "journal-gw0.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("5\n")
    directory = Directory({}, tenants={"a": {"u1": marked(1)}, "b": {"u2": marked(2)}})
    swept = sweep_at(directory, promises=["tenants"])
    assert directory.tenants == {"a": {}, "b": {}}
    assert (swept.left, len(swept.unseen)) == ([], 1)
    assert "is damaged" in swept.unseen[0]


def test_a_list_that_never_ends_is_told(journal, sweep_at):
    created(journal, "u1")
    directory = Directory({"u1": marked(1), "u2": {"name": "Grace"}})
    swept = sweep_at(directory, lists={"style": "page", "position": "page", "size": "size", "walk_size": 1})
    assert directory.users == {"u2": {"name": "Grace"}}
    assert "with the users of earlier pages again" in swept.unseen[0]


def test_many_are_looked_at_by_the_list_and_others_among_them_one_by_one(journal, sweep_at):
    ids = [f"u{number}" for number in range(50)]
    created(journal, *ids, "7")
    directory = Directory(
        {user_id: marked(1) for user_id in ids} | {"7": {"name": "Grace", "email": "g@h.i"}}
    )
    swept = sweep_at(directory)
    assert list(directory.users) == ["7"]
    assert (swept.created, swept.left, sorted(directory.deleted)) == (51, [], sorted(ids))
    assert directory.requests == len(ids) + 3  # two walks, and a look at the one without the mark


def test_what_has_no_id_is_told_and_counts_as_left(sweep_at):
    """Mockoon keeps the text of a form that is cut off among its users."""
    directory = Directory({"u1": marked(1)}, oddments=[f'{{"name": "Ada {RUN}.gw0-2', [marked(3)], None, 7])
    swept = sweep_at(directory)
    assert (swept.created, swept.deleted, swept.left) == (3, 1, ["(no id)", "(no id)"])
    assert not swept.is_clean
    assert "2 entries of the list show its mark and no id" in swept.unseen[0]


def test_a_user_who_is_gone_by_403_is_gone(journal, sweep_at):
    """Directus says 403 of what does not exist."""
    created(journal, "u1", "u2")
    directory = Directory({"u1": marked(1)}, broken={"GET /users/u2": 403})
    swept = sweep_at(directory, accepted={"gone": [403]})
    assert (swept.deleted, swept.left, swept.unseen) == (2, [], [])
