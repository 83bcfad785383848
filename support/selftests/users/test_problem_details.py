"""Problem details (RFC 9457): what a refusal must say of itself, what it must not, and what it must name."""

from __future__ import annotations

import pytest

from support.errors import UnexpectedContent
from support.selftests.probes.validator_probe import JSON, PROBLEM, TARGET, telling, validator
from support.target.fields import Fields
from support.target.profile import Target

FULL = {"type": "about:blank", "title": "Bad", "status": 422, "detail": "name is empty"}


def problem(body, **options):
    return telling(body, options.pop("headers", PROBLEM), options.pop("status", 422))


def test_problem_details_are_read():
    assert validator().problem(problem({**FULL, "trace": "x"})).detail == "name is empty"


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (FULL, JSON, "came as application/json"),
        ({**FULL, "status": 400}, PROBLEM, "the body says 400, the answer 422"),
        ({"type": "x", "title": "Bad", "status": 422}, PROBLEM, "missing: detail"),
        ({"title": "Bad", "status": 422, "detail": "d"}, PROBLEM, "missing: type"),
        ({**FULL, "status": "422"}, PROBLEM, "member 'status'"),
        ([FULL], PROBLEM, "member 'problem'"),
        (b"<html>", PROBLEM, "not JSON"),
    ],
)
def test_a_refusal_that_does_not_explain_itself_convicts(body, headers, reason):
    with pytest.raises(UnexpectedContent, match=reason):
        validator().problem(problem(body, headers=headers))


def test_a_gateway_may_change_the_status_line():
    validator().problem(problem({**FULL, "status": 400}, headers={**PROBLEM, "via": "1.1 gateway"}))


@pytest.mark.parametrize(
    "text",
    [
        "Traceback (most recent call last):",
        'File "/srv/app/users.py", line 12',
        "    at com.example.Users.create(Users.java:42)",
        "    at createUser (/srv/app/users.js:10:5)",
        "SELECT id, name FROM users WHERE id = 1",
        "INSERT INTO users (name)",
        "sqlalchemy.exc.IntegrityError",
        "SQLSTATE[23000]",
        "ORA-00001: unique constraint",
        "/home/deploy/users/app",
        "C:\\inetpub\\users",
        "users.go:77",
        "failed\n    at createUser(users:10)",
        'File "users", line 12',
        "select id, name from users where id = 1",
        "near: insert into users (name)",
        "update users set name = 'x'",
        "delete from users where id = 1",
    ],
)
def test_inner_workings_in_a_refusal_convict(text):
    with pytest.raises(UnexpectedContent, match="internal details"):
        validator().problem(problem({**FULL, "detail": text}))


@pytest.mark.parametrize(
    "text",
    [
        "name must not be empty",
        "https://example.com/problems/usr/invalid",
        "select a name from the list of users",
        "update your email set in the profile",
        "instance /api/v1/users/42 is unknown",
        "at least (8) characters",
        "the name 'Robert' is not valid",
        "insert into the form what is missing, delete from it what is wrong",
        "update your email, set a name",
        "ratio 3:4, time 12:30, C: is a letter",
    ],
)
def test_plain_words_are_no_inner_workings(text):
    validator().problem(problem({**FULL, "detail": text}))


def test_a_services_own_addresses_are_no_file_paths():
    validator().problem(problem({**FULL, "type": "/app/problems/users", "instance": "/home/users/42"}))


def naming(*fields, status=422):
    errors = [{"field": field, "message": "is bad"} for field in fields]
    return problem({**FULL, "errors": errors}, status=status)


@pytest.mark.parametrize("field", ["name", "/name", "body.name", "user/name", "#/name"])
def test_a_bad_detail_is_named_whatever_the_path(field):
    validator().names_detail(naming("email", field), "name")


def test_a_bad_detail_that_is_not_named_convicts_where_it_is_promised():
    with pytest.raises(UnexpectedContent, match=r"here the name(?s:.*)it names email, nickname"):
        validator().names_detail(naming("email", "nickname"), "name")
    with pytest.raises(UnexpectedContent, match="it names none"):
        validator().names_detail(problem(FULL), "name")
    validator().names_detail(naming(status=400), "name")
    validator(Target(name="plain")).names_detail(naming("email"), "name")


def test_a_bad_detail_is_named_as_the_target_calls_it():
    theirs = validator(TARGET.model_copy(update={"fields": Fields(name="fullName")}))
    theirs.names_detail(naming("fullName"), "name")
    with pytest.raises(UnexpectedContent):
        theirs.names_detail(naming("name"), "name")
