"""What a run tried is counted from what it really sent, and what nobody declared is seen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from support.http import Exchange, Operation, Outcome, Request, Response
from support.report.coverage import Tally, add_up, undeclared_in
from support.report.coverage.values import kinds_of
from support.target import Target
from support.users import Normalizer

ADA = {"id": "1", "name": "Ada", "email": "ada@example.com", "role": "member"}


def tally(**profile: Any) -> Tally:
    target = Target(name="staging", **profile)
    return Tally(target, Normalizer(target))


def exchange(sent: Any, shown: Any, outcome: Outcome, times: tuple[float, float]) -> Exchange:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode() if sent is not None else b""
    response = None if outcome is Outcome.UNKNOWN else Response(200, {}, json.dumps(shown).encode())
    request = Request("POST", "http://127.0.0.1/users", {}, body)
    return Exchange(request, 1, *times, datetime.now(UTC), outcome, response)


def done(
    verb: str,
    sent: Any = None,
    shown: Any = None,
    outcome: Outcome = Outcome.OK,
    times: tuple[float, float] = (0.0, 1.0),
    subject: str = "user Ada",
) -> Operation:
    return Operation(verb, subject, exchanges=[exchange(sent, shown, outcome, times)])


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("Ada Lovelace", ["plain text"]),
        ("", ["empty"]),
        (None, ["null"]),
        (True, ["a truth value"]),
        (12, ["a number"]),
        ([], ["a list"]),
        ("Zoë", ["letters beyond ASCII"]),
        ("Zoe\N{COMBINING DIAERESIS}", ["combining marks"]),
        ("\U0001f600", ["characters beyond the first plane"]),
        ("\N{ZERO WIDTH JOINER}a", ["invisible signs"]),
        ("a\x00", ["control characters"]),
        ("\ud800", ["half a character"]),
        (" Ada", ["odd blanks"]),
        ("Ada  King", ["odd blanks"]),
        ("Ada\N{NO-BREAK SPACE}King", ["odd blanks"]),
        ("=1+1", ["signs that software interprets"]),
        ("O'Neil", ["signs that software interprets"]),
        ("1e5", ["what looks like something else"]),
        ("null", ["what looks like something else"]),
        ("2024-02-30", ["what looks like something else"]),
        ("a" * 20, ["as long as allowed"]),
        ("a" * 21, ["longer than allowed"]),
    ],
)
def test_values_have_kinds(value: Any, kinds: list[str]) -> None:
    assert kinds_of(value, 20) == kinds


def test_operations_are_counted_by_their_ends() -> None:
    counts = tally().count(
        [
            done("create", ADA, ADA),
            done("create", ADA, {}, Outcome.REFUSED),
            done("look up", shown=ADA),
            done("look up", outcome=Outcome.UNKNOWN),
            Operation("look up", "user Ada"),  # of which nothing was sent
        ]
    )
    assert counts["operations"] == {
        "create, done": 1,
        "create, refused": 1,
        "look up, done": 1,
        "look up, not answered": 1,
    }


@pytest.mark.parametrize(
    ("profile", "sent"),
    [
        ({}, {"name": "Zoë"}),
        ({"fields": {"name": "profile.name"}}, {"profile": {"name": "Zoë"}}),
        ({"sending": {"wrap": "data"}}, {"data": {"name": "Zoë"}}),
        ({}, [{"op": "replace", "path": "/name", "value": "Zoë"}]),
        ({}, {"schemas": [], "Operations": [{"op": "replace", "path": "name", "value": "Zoë"}]}),
    ],
)
def test_values_are_read_by_the_names_of_the_target(profile: dict[str, Any], sent: Any) -> None:
    assert tally(**profile).count([done("change", sent)])["values"] == {"name: letters beyond ASCII": 1}


@pytest.mark.parametrize("sent", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_a_form_of_its_own(sent: bytes) -> None:
    assert tally().count([done("create", sent)])["values"] == {"form: no JSON": 1}


@pytest.mark.parametrize("sent", [[], 5, None, "text", [5, None, {"path": 5}], {"Operations": {}}])
def test_any_other_json_is_counted_without_harm(sent: Any) -> None:
    assert "values" not in tally().count([done("create", sent)])


def test_orders_are_those_of_one_user() -> None:
    counts = tally().count(
        [
            done("create", times=(0.0, 1.0)),
            done("create", times=(0.5, 1.5), subject="user Alan"),
            done("change", times=(2.0, 4.0)),
            done("look up", times=(2.5, 2.6)),
            done("delete", times=(3.0, 5.0)),
        ]
    )
    assert counts["orders"] == {"create, then change": 1, "change beside delete": 1}


def test_members_that_nobody_declared_are_seen_wherever_a_user_is_shown() -> None:
    shown = {**ADA, "legacyId": 7, "createdAt": "x"}
    assert tally().count([done("look up", shown=shown)])["undeclared"] == {"legacyId": 1}
    page = {"data": [shown, 5, None], "next": None}
    listed = tally(lists={"items": "data"}).count([done("list", shown=page)])
    assert listed["undeclared"] == {"legacyId": 1}


def test_beside_nested_members_that_are_declared_others_are_seen() -> None:
    shown = {**ADA, "meta": {"created": "x", "shard": 3}}
    fields = {"created_at": "meta.created"}
    assert tally(fields=fields).count([done("look up", shown=shown)])["undeclared"] == {"meta.shard": 1}


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNKNOWN])
def test_only_users_that_were_shown_have_members(outcome: Outcome) -> None:
    assert "undeclared" not in tally().count([done("look up", shown={"title": "No"}, outcome=outcome)])


def test_several_stories_add_up_the_most_frequent_first() -> None:
    first = {"operations": {"create, done": 1}, "undeclared": {"a": 5}}
    second = {"operations": {"list, done": 3, "create, done": 1}, "undeclared": {"a": 1, "b": 1}}
    total = add_up([first, {}, second])
    assert list(total["operations"].items()) == [("list, done", 3), ("create, done", 2)]
    # Of those it matters how many stories saw them.
    assert undeclared_in([{"tried": first}, {}, {"tried": second}]) == {"a": 2, "b": 1}
