"""Users are read as the profile says, whatever else a service calls by the contract's names."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from support.errors import UnexpectedAnswer, UnexpectedContent
from support.http.history import Response
from support.http.strict_json import MalformedAnswer
from support.selftests.probes.validator_probe import ADA, AT, JSON, operation, telling, validator
from support.target.profiles import parse_target
from support.users.normalizers import Normalizer
from support.users.refusal_text import explanation

FULL = {**ADA, "role": "member"}


def reader(**tables: Any) -> Normalizer:
    return Normalizer(parse_target({"name": "x", **tables}, source="here"))


# Names


@pytest.mark.parametrize(
    ("fields", "raw", "read"),
    [
        ({"name": "displayName"}, {"displayName": "Ada", "name": {"given": "A"}}, {"name": "Ada"}),
        ({"id": "uuid"}, {"uuid": "u-1", "id": 7}, {"id": "u-1"}),
        ({"role": ""}, {"role": {"id": 1}}, {"role": None}),
        ({"email": "username"}, {"username": "ada@example.com", "email": ""}, {"email": "ada@example.com"}),
        ({"created_at": "created_at"}, {"created_at": 5, "createdAt": "old"}, {"created_at": 5}),
        ({"name": "name.formatted"}, {"name": {"formatted": "Ada", "given": "A"}}, {"name": "Ada"}),
        ({"email": "emails.0.value"}, {"emails": [{"value": "a@b.c"}], "email": None}, {"email": "a@b.c"}),
    ],
    ids=["name", "id", "role", "email", "date", "nested", "in a list"],
)
def test_a_mapped_member_wins_and_the_services_own_becomes_another(
    fields: dict[str, Any], raw: dict[str, Any], read: dict[str, Any]
) -> None:
    whole = {**{name: value for name, value in FULL.items() if name not in fields}, **raw}
    user = reader(fields=fields).user(whole)
    assert user.model_dump(include=set(read)) == read
    own = {name: value for name, value in raw.items() if name in {"name", "id", "role", "email", "createdAt"}}
    assert own.items() <= user.others.items()


def test_nested_details_are_sent_where_they_are_read() -> None:
    normalizer = reader(fields={"name": "name.formatted", "email": "emails.0.value", "nickname": ""})
    details = {"name": "Ada", "email": "ada@example.com", "nickname": "a", "shoe": 7}
    sent = normalizer.outgoing(details)
    assert sent == {"name": {"formatted": "Ada"}, "emails": [{"value": "ada@example.com"}], "shoe": 7}
    assert normalizer.readable(normalizer.user({"id": 1, **sent})) == normalizer.stored(details)


@pytest.mark.parametrize("raw", [{"_id": 7}, {"objectId": 7}, {"_id": 7, "objectId": 8}])
def test_an_id_may_have_several_names(raw: dict[str, Any]) -> None:
    normalizer = reader(fields={"id": "_id", "other_ids": ["objectId"]})
    assert normalizer.user({**raw, "name": "Ada", "email": "a@b.c"}).id == 7
    assert normalizer.id_of(raw) == 7


def test_an_id_may_stand_beside_the_user() -> None:
    body = json.dumps({"id": 0, "result": {"name": "Ada", "email": "a@b.c"}}).encode()
    assert reader(user_path="result").one(Response(201, JSON, body)).id == 0


# Absence


@pytest.mark.parametrize("raw", [{}, {"nickname": None}, {"nickname": ""}])
def test_a_detail_is_absent_in_any_form(raw: dict[str, Any]) -> None:
    normalizer = reader()
    user = normalizer.user({"id": 1, "name": "Ada", "email": "a@b.c", **raw})
    assert normalizer.readable(user)["nickname"] is None
    assert normalizer.stored({"name": "Ada", "email": "a@b.c"})["nickname"] is None


@pytest.mark.parametrize(
    ("absent", "raw"),
    [(["missing"], {"nickname": None}), (["null", "empty"], {}), (["empty"], {"nickname": None})],
)
def test_a_form_of_absence_that_is_not_declared_is_none(absent: list[str], raw: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer, match="no such form of absence"):
        reader(fields={"absent": absent}).user({"id": 1, "name": "Ada", "email": "a@b.c", **raw})


def test_an_empty_text_is_one_where_it_does_not_mean_absence() -> None:
    normalizer = reader(fields={"absent": ["missing", "null"]})
    user = normalizer.user({"id": 1, "name": "Ada", "email": "a@b.c", "nickname": ""})
    assert normalizer.readable(user)["nickname"] == ""


def test_somebody_without_a_name_can_be_read_and_is_not_as_written() -> None:
    nameless = {"id": "u1", "name": None, "email": "ada@example.com", "nickname": "countess"}
    user = validator().user(telling(nameless))
    assert user.name is None
    with pytest.raises(UnexpectedContent, match=r"the name 'Ada'(?s:.*)shows None"):
        validator().details(operation(200), user, ADA)


@pytest.mark.parametrize("value", ["", None])
def test_a_date_may_be_absent_until_there_is_one(value: object) -> None:
    assert reader().user({**ADA, "updatedAt": value}).updated_at is None


@pytest.mark.parametrize("value", [{"$date": 5}, [2026, 1, 2], True])
def test_a_date_is_read_only_where_it_is_judged(value: object) -> None:
    normalizer = reader()
    user = normalizer.user({**ADA, "createdAt": value})
    with pytest.raises(MalformedAnswer):
        normalizer.instant(user.created_at)


# Passwords


@pytest.mark.parametrize("value", [None, "", "*" * 10, "*", "\N{BULLET}" * 8, "(hidden)"])
def test_a_mask_is_no_password(value: str | None) -> None:
    normalizer = reader(fields={"masks": ["(hidden)"]})
    assert not normalizer.shows_password(normalizer.user({**ADA, "password": value}))
    assert not normalizer.shows_password(normalizer.user(ADA))


@pytest.mark.parametrize("value", ["secret", "***secret***", "$2b$12$abc", 7, False, ["*"]])
def test_whatever_else_stands_there_is_one(value: object) -> None:
    normalizer = reader()
    assert normalizer.shows_password(normalizer.user({**ADA, "password": value}))


def test_a_password_is_seen_below_other_members() -> None:
    normalizer = reader(fields={"password": "login.password"})
    assert normalizer.shows_password(normalizer.user({**ADA, "login": {"password": "secret"}}))
    assert not normalizer.shows_password(normalizer.user({**ADA, "login": {"password": "****"}}))


# Who is gone


@pytest.mark.parametrize(
    ("gone", "raw", "is_gone"),
    [
        ({"member": "status", "values": ["deleted"]}, {"status": "deleted"}, True),
        ({"member": "status", "values": ["deleted"]}, {"status": "active"}, False),
        ({"member": "status", "values": ["deleted"]}, {}, False),
        ({"member": "active", "values": [False]}, {"active": False}, True),
        ({"member": "active", "values": [False]}, {"active": 0}, False),
        ({"member": "deletedAt"}, {"deletedAt": "2026-01-02T03:04:05Z"}, True),
        ({"member": "deletedAt"}, {"deletedAt": None}, False),
        ({"member": "meta.deleted"}, {"meta": {"deleted": True}}, True),
        ({}, {"status": "deleted"}, False),
    ],
)
def test_a_user_who_is_only_marked_as_deleted_is_gone(
    gone: dict[str, Any],
    raw: dict[str, Any],
    is_gone: bool,  # noqa: FBT001
) -> None:
    target = parse_target({"name": "x", "gone": gone}, source="here")
    look = operation(200, verb="look up", body=json.dumps({**ADA, **raw}).encode())
    assert Normalizer(target).shows_gone(look.response) is is_gone
    assert validator(target).is_gone(look) is is_gone
    if is_gone:
        validator(target).refused(look, "there is no such user")
    else:
        with pytest.raises(UnexpectedAnswer):
            validator(target).refused(look, "there is no such user")


def test_the_statuses_for_gone_still_mean_it() -> None:
    assert reader(gone={"member": "status"}).shows_gone(Response(404, {}, b"nothing"))
    assert not reader(gone={"member": "status"}).shows_gone(Response(200, JSON, b"no JSON"))
    assert not reader().shows_gone(None)


# Clocks


def created(moment: object, date: str) -> Any:
    made = telling({**ADA, "createdAt": moment}, {**JSON, "date": date})
    return made, validator().user(made)


def test_a_gateways_date_may_come_from_another_clock() -> None:
    """The service's clock is right by ours, and the gateway's is four seconds off."""
    validator().created_now(*created(AT.isoformat(), "Fri, 02 Jan 2026 03:04:09 GMT"))


def test_a_difference_that_the_profile_names_is_allowed_and_no_more() -> None:
    declared = validator(parse_target({"name": "x", "clock": {"difference_s": 60}}, source="here"))
    date = "Fri, 02 Jan 2026 04:00:00 GMT"
    hour = timedelta(minutes=55, seconds=55)
    declared.created_now(*created((AT + hour - timedelta(seconds=59)).isoformat(), date))
    with pytest.raises(UnexpectedContent, match=r"moment of creation(?s:.*)90\.0 s apart"):
        declared.created_now(*created((AT + hour - timedelta(seconds=90)).isoformat(), date))


def test_a_tolerance_can_be_narrower() -> None:
    narrow = validator(parse_target({"name": "x", "clock": {"tolerance_s": 0.5}}, source="here"))
    moment = (AT + timedelta(seconds=1.5)).isoformat()
    with pytest.raises(UnexpectedContent):
        narrow.created_now(*created(moment, "Fri, 02 Jan 2026 03:04:05 GMT"))


# What a refusal says


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"detail": "name is empty", "title": "Invalid"}, "name is empty"),
        ({"title": "Conflict"}, "Conflict"),
        ({"message": "Not authorized"}, "Not authorized"),
        ({"error": {"code": 7, "message": "no such object"}}, "no such object"),
        ({"errors": [{"message": "Value is required", "extensions": {"code": "X"}}]}, "Value is required"),
        ({"email": ["This field is required."]}, "email: This field is required."),
        ({"message": {"first_name": ["Not a valid string."]}}, "message.first_name: Not a valid string."),
        ("No more than one word", "No more than one word"),
        ([], ""),
        ({"status": 400}, ""),
    ],
)
def test_a_refusal_is_quoted_by_whatever_name_its_text_has(said: object, text: str) -> None:
    response = Response(400, JSON, json.dumps(said).encode())
    assert explanation(response) == text
    with pytest.raises(UnexpectedAnswer) as failed:
        validator().done(operation(400, body=response.body), (201,))
    assert text in str(failed.value)


def test_a_refusal_that_is_no_json_is_not_quoted() -> None:
    assert not explanation(Response(400, {}, b"<html>"))
    assert "nothing has changed" in explanation(Response(304, {}))
