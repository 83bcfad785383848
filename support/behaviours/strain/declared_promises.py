"""Promises that show at first glance: one quick look for each, to say that a profile is not out of date.

Whether a promise is kept in every respect is for its own stories to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http import Call, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http import Operation
    from support.users import Person, UsersApi, Validator

    Probe = Callable[[UsersApi, Validator, Person], str]


def _strong(api: UsersApi) -> bool:
    return api.target.promise("strong-read")


def _look(api: UsersApi, validator: Validator, person: Person) -> Operation:
    operation = api.look_up(person.id, person.subject, strong=_strong(api))
    validator.done(operation, api.target.accepted.look_up)
    return operation


def _lacks(operation: Operation, header: str) -> str:
    response = operation.response
    return "" if response and response.headers.get(header.lower()) else f"an answer has no {header}"


def _etag(api: UsersApi, validator: Validator, person: Person) -> str:
    return _lacks(_look(api, validator, person), "ETag")


def _location(api: UsersApi, validator: Validator, person: Person) -> str:
    created = person.writes[0].operation
    validator.done(created, api.target.accepted.create)
    return _lacks(created, "Location")


def _consistency_token(api: UsersApi, validator: Validator, person: Person) -> str:
    created = person.writes[0].operation
    validator.done(created, api.target.accepted.create)
    return _lacks(created, api.target.headers.consistency_token)


def _total_count(api: UsersApi, validator: Validator, _: Person) -> str:
    operation, total = api.count()
    validator.done(operation, api.target.listed)
    return "" if total is not None else "a list does not tell how many users there are"


def _correlation_id(api: UsersApi, validator: Validator, person: Person) -> str:
    return _lacks(_look(api, validator, person), api.target.headers.correlation_id)


def _head(api: UsersApi, validator: Validator, person: Person) -> str:
    headers = {api.target.headers.strong_read: api.target.headers.strong_value} if _strong(api) else {}
    operation = api.send(Call("HEAD", api.path_of(person.id), headers=headers), "check", person.subject)
    validator.done(operation, api.target.accepted.look_up)
    return ""


def _filter(api: UsersApi, validator: Validator, person: Person) -> str:
    operation, items = api.find(person.email, person.subject, strong=_strong(api))
    validator.done(operation, api.target.listed)
    return "" if items else "a search by email finds nobody"


def _timestamps(api: UsersApi, validator: Validator, person: Person) -> str:
    user = validator.user(_look(api, validator, person))
    validator.instant(api.client.history.since(-1)[0], user.created_at, "the creation date")
    return ""


def _health(api: UsersApi, validator: Validator, _: Person) -> str:
    operation = api.send(Call("GET", api.target.health), "ask for", "the service's health")
    validator.answered(operation)
    return "" if operation.outcome is Outcome.OK else f"it {operation.last.describe()}"


def _problem_json(api: UsersApi, validator: Validator, _: Person) -> str:
    operation = api.look_up("00000000-0000-4000-8000-000000000000", "an unknown user")
    response = validator.refused_cleanly(operation)
    kind = response.media_type
    return "" if kind == "application/problem+json" else f"a refusal is {kind or 'of no type'}"


def _allow_header(api: UsersApi, validator: Validator, _: Person) -> str:
    operation = api.send(
        Call("PATCH", api.target.collection, body=b"{}", renew=lambda: b"{}"), "change", "all users"
    )
    response = validator.refused_cleanly(operation)
    return _lacks(operation, "Allow") if response.status == 405 else ""


PROBES: dict[str, Probe] = {
    "timestamps": _timestamps,
    "location": _location,
    "head": _head,
    "filter-by-email": _filter,
    "total-count": _total_count,
    "allow-header": _allow_header,
    "problem-json": _problem_json,
    "consistency-token": _consistency_token,
    "etag": _etag,
    "correlation-id": _correlation_id,
    "health": _health,
}
