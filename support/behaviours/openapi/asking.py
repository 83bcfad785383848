"""Sends what was made up of an operation, one after the other, and holds each answer against the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count, cycle
from typing import TYPE_CHECKING, Any

import requests
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks

from support.behaviours.openapi.drawing import draw
from support.behaviours.openapi.fitting import PARAMETER, Fitting, is_allowed
from support.behaviours.openapi.told import check_of, tell
from support.errors import Failure, Inconclusive, one_line
from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemathesis import Case
    from schemathesis.schemas import APIOperation

    from support.cast import People
    from support.convergence import Observer
    from support.http import Exchange, Operation
    from support.users import Person

ALWAYS = (
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
CREATIONS = 3  # of a user who can be asked for: where an answer is lost, another one is made
ENOUGH = 5  # answers that are not as described
SAID = frozenset({"format", "pattern", "enum", "const", "$ref"})  # what tells which texts are meant


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer that is not as described: what is wrong with it, and the check of a script for that."""

    operation: Operation
    said: str
    check: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Asked:
    """What came of the requests: those sent, the answers that were wrong, and what could not be had."""

    sent: int = 0
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class Asking:
    """Asks as one client, about users of its own; nobody else's are changed or deleted."""

    def __init__(self, observer: Observer, people: People) -> None:
        self._api = observer.api
        self._validator = observer.validator
        self._people = people
        self._numbers = count(1)
        self._fitting = Fitting(self._api, self._find_user, self._introduce)
        self._users: list[object] = [None, None]  # one with every detail, one with the fewest
        self._turns = cycle(range(2))
        self._turn = 0

    def ask(self, operation: APIOperation, requested: int, seed: str) -> Asked:
        """Send up to so many requests of an operation; return what came of them."""
        asked = Asked()
        if operation.method.upper() == "GET":
            for _ in self._users:  # so that there is somebody of either kind to be shown
                self._find_user()
        for case in draw(operation, self._api.fit(requested), seed):
            if len(asked.findings) >= ENOUGH:
                break
            try:
                self._try(case, asked)
            except Inconclusive as doubt:
                asked.doubts.append(doubt.reason)
        return asked

    def _try(self, case: Case, asked: Asked) -> None:
        fitted = self._fitting.fit(case)
        if fitted is None:
            return
        call, person = fitted
        is_creation = not PARAMETER.search(case.operation.path) and call.method == "POST"
        subject = f"what the document {'allows' if is_allowed(case) else 'forbids'}"
        if is_creation:
            operation = self._api.send_creation(call, "create", subject, person.details)
        else:
            operation = self._api.send(call, _verb_of(call.method), subject)
        asked.sent += 1
        if call.method == "DELETE" and operation.outcome is Outcome.OK:
            self._users[self._turn] = None
        try:
            self._validator.answered(operation)
        except Failure as failure:
            asked.findings.append(Finding(operation, one_line(failure.seen)))
            return
        if wrong := self._compare(case, operation.last):
            said = f"{operation.verb} {subject}: {'; '.join(map(tell, wrong))}"
            check = check_of(wrong[0], operation.last.response.status if operation.last.response else 0)
            asked.findings.append(Finding(operation, said, check))

    def _compare(self, case: Case, exchange: Exchange) -> Sequence[Any]:
        """Return what of an answer is not as the document says, as schemathesis tells it."""
        wanted = [*ALWAYS]
        if is_allowed(case) and not _has_free_text(case):
            wanted.append(checks.positive_data_acceptance)
        # Whoever does not promise to refuse what is wrong may read it kindly.
        if not is_allowed(case, ParameterLocation.BODY) and self._api.target.promise("validation"):
            wanted.append(checks.negative_data_rejection)
        try:
            case.validate_response(_as_response(exchange), checks=wanted)
        except FailureGroup as group:
            return group.exceptions
        return ()

    def _find_user(self) -> object:
        """Return the id of one of two users of ours, in turn; raises Inconclusive without one."""
        self._turn = next(self._turns)
        for left in reversed(range(CREATIONS)):
            try:
                self._users[self._turn] = self._users[self._turn] or self._create()
            except Inconclusive:
                if not left:
                    raise
        if self._users[self._turn] is None:
            raise Inconclusive("nobody knows the id of the user who was to be asked for")
        return self._users[self._turn]

    def _create(self) -> object:
        person = self._introduce()
        if self._turn:
            person.details.pop("nickname", None)
        operation = self._api.submit(person.details, person.subject, of=person)
        self._validator.done(operation, self._api.target.accepted.create)
        return self._api.id_created(operation)

    def _introduce(self) -> Person:
        return self._people.unknown(f"Described{next(self._numbers)}")


def _verb_of(method: str) -> str:
    return {"DELETE": "delete", "PUT": "replace", "PATCH": "change", "POST": "create"}.get(method, "look at")


def _has_free_text(case: Case) -> bool:
    """Return whether a request holds text in its query of which the document does not say what it means.

    The service may know better what is no such thing, as with a cursor that it never gave.
    """
    names = {
        parameter.name
        for parameter in case.operation.query
        if parameter.definition.get("schema", {}).get("type") == "string"
        and not SAID & set(parameter.definition["schema"])
    }
    return bool(names & set(case.query or {}))


def _as_response(exchange: Exchange) -> Response:
    assert exchange.response is not None
    sent, got = exchange.request, exchange.response
    return Response(
        status_code=got.status,
        headers={name: [value] for name, value in got.headers.items()},
        content=got.body,
        request=requests.Request(sent.method, sent.url, data=sent.body).prepare(),
        elapsed=exchange.seconds,
        verify=True,
        message=HTTPStatus(got.status).phrase if got.status in list(HTTPStatus) else "",
        encoding="utf-8",
    )
