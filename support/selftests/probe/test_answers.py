"""What the probe reads out of answers of every form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.probe.answers import (
    find_id,
    find_id_path,
    find_items,
    find_path,
    find_user_id_path,
    missing_members,
    unknown_members,
)
from support.probe.dates import form_of, tells_day_of
from support.probe.draft import Draft

REFUSALS = [
    ({"username": ["This field is required."], "email": ["Enter a valid email address."]}, ["username"]),
    ({"detail": [{"loc": ["body", "password"], "msg": "Field required", "type": "missing"}]}, ["password"]),
    ({"message": {"first_name": ["Missing data for required field."]}}, ["first_name"]),
    ({"_status": "ERR", "_issues": {"name": "required field"}}, ["name"]),
    ({"errors": [{"source": {"pointer": "/data/attributes/title"}, "detail": "can't be blank"}]}, ["title"]),
    ({"errors": [{"instancePath": "/user/login", "message": "is required"}]}, ["login"]),
    ({"error": "userName is required"}, ["userName"]),
    ({"detail": "Attribute 'userName' is required"}, ["userName"]),
    ({"error": "missing property: role"}, ["role"]),
    ({"message": "The username field is required."}, []),
    ({"error": "email is not an address"}, []),
    ("no", []),
]


@pytest.mark.parametrize(("body", "names"), REFUSALS, ids=lambda value: str(value)[:40])
def test_a_refusal_names_what_is_missing(body, names):
    assert [name for name in missing_members(body) if name != "field"] == names


def test_a_refusal_names_what_is_not_known():
    assert unknown_members({"_issues": {"nickname": "unknown field"}}) == ["nickname"]
    assert unknown_members(
        {"detail": [{"loc": ["body", "nick"], "msg": "Extra inputs are not permitted"}]}
    ) == ["nick"]
    assert unknown_members({"email": ["This field is required."]}) == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], ""),
        ([{"id": 1}], ""),
        ({"data": [], "errors": []}, "data"),
        ({"count": 1, "results": [{"id": 1}]}, "results"),
        ({"_embedded": {"users": [{"id": 1}]}}, "_embedded.users"),
        ({"id": 1, "name": "Ada"}, None),
        (["a"], None),
        ("text", None),
    ],
)
def test_a_list_is_found_wherever_it_stands(body, place):
    assert find_items(body) == place


@pytest.mark.parametrize(
    ("body", "location", "user_id"),
    [
        ({"id": 7}, "", 7),
        ({"data": {"id": "a", "name": "Ada"}}, "", "a"),
        ({"_id": "5f"}, "", "5f"),
        ({}, "/api/users/a%2Fb", "a/b"),
        ({}, "http://x/api/users/9/", "9"),
        ({}, "/api/users/", None),
        ({}, "/jobs/1", None),
        ({"id": ""}, "", None),
        ({"id": True}, "", None),
        ("text", "", None),
    ],
)
def test_an_id_is_found_in_the_body_or_the_location(body, location, user_id):
    assert find_id(body, location, "/users") == user_id


def test_a_value_is_found_by_its_shortest_path():
    user = {"emails": [{"value": "Ada@example.com"}], "email": "ada@example.com", "a.b": 1}
    assert find_path(user, "ada@example.com") == "email"
    assert find_path(user, 1) == "a\\.b"
    assert find_path(user, "1") is None
    assert find_id_path(user) is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"id": 2, "email": "ada@x"}, "id"),
        ({"data": {"id": 2, "email": "ada@x"}}, "data.id"),
        ({"id": 2, "result": {"id": 2, "email": "ada@x"}}, "result.id"),
        ({"id": 2, "result": {"email": "ada@x"}}, "id"),
        ({"id": 2, "email": "ada@x", "user": {"id": 9, "email": "boss@x"}}, "id"),
    ],
)
def test_the_id_is_the_one_beside_the_details(body, path):
    """Flask-AppBuilder repeats it outside, where no detail stands."""
    assert find_user_id_path(body, ["Ada", "ada@x"]) == path


def test_members_that_a_person_has_said_and_those_that_were_seen_are_sent_both():
    draft = Draft("x")
    draft.keep({"sending": {"extra_on_create": {"roles": [2]}, "patch": "json"}}, "known.toml")
    draft.set("sending.extra_on_create", {"password": "{password}", "roles": [1]}, "a refusal asked for it")
    draft.set("sending.patch", "scim", "a guess")
    assert draft.get("sending.extra_on_create") == {"password": "{password}", "roles": [2]}
    assert draft.get("sending.patch") == "json"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2001-01-01T00:00:00Z", ""),
        ("2001-01-01T00:00:00", "iso-local"),
        ("Ada", ""),
        (1, ""),
        (None, ""),
        (True, ""),
    ],
)
def test_only_a_moment_close_to_now_is_a_date(value, form):
    assert form_of(value) == form


@pytest.mark.parametrize(
    ("value", "is_it"),
    [
        ("2001-02-03T04:05:06Z", True),
        ("2001-02-03T04:05:06.000Z", True),
        ("2001-02-02T22:05:06", True),
        ("Sat, 03 Feb 2001 04:05:06 GMT", True),
        (981173106, True),
        (981173106000, True),
        ("981173106", True),
        ("2026-11-27T04:05:06Z", False),
        ("Ada", False),
        (None, False),
        (True, False),
        (7, False),
    ],
)
def test_a_date_is_known_again_in_whatever_form(value, is_it):
    """A service that keeps a date of the caller's may write it otherwise than it came."""
    assert tells_day_of(value, datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)) is is_it
