"""One story's end and a service in memory, for self-tests of the end-of-run audit.

The service answers look-ups, searches and lists; what is planted in it is what a broken one shows long after
the bound. Facts pass through their file, as between processes.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from support.audit.end_audit import Audit
from support.audit.facts import FactLog
from support.cast.people import People
from support.clock import FakeClock
from support.convergence.timelines import Sample, Seen, Timeline
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.target.profiles import load_target
from support.users.normalizers import Normalizer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from support.users.person import Person

TARGET = load_target("reference")
STORY = "features/users/creating_a_user.feature::test_of_ada"


class World:
    """One story's end and a service in memory, seen by whoever audits."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.people = People("acctestrun00", "gw0", 1, with_password=True)
        self.users: dict[str, dict[str, Any]] = {}
        self.walks: list[tuple[bool, datetime | None]] = []
        self.looks = 0
        self.see: Callable[[str, dict[str, dict[str, Any]]], dict[str, dict[str, Any]]] = lambda _, users: (
            users
        )
        self.is_out = False
        self.operations: list[Operation] = []
        self.timelines: list[Timeline] = []
        self._folder = folder
        self._normalizer = Normalizer(TARGET)

    # What the story did

    def send(self, method: str, person: Person, *outcomes: Outcome, status: int = 200) -> Operation:
        path = f"http://localhost/users/{person.id}" if method != "POST" else "http://localhost/users"
        request = Request(method, path, {"Authorization": "Bearer x"}, f"{person.details}".encode())
        verb = {"POST": "create", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}[method]
        operation = Operation(verb, person.subject, STORY)
        for number, outcome in enumerate(outcomes or (Outcome.OK,), 1):
            sent_at = self.clock.monotonic()
            self.clock.advance(0.01)
            response = None if outcome is Outcome.UNKNOWN else Response(status, {})
            operation.exchanges.append(
                Exchange(
                    request, number, sent_at, self.clock.monotonic(), self.clock.now(), outcome, response
                )
            )
        self.operations.append(operation)
        return operation

    def create(self, label: str, *outcomes: Outcome, status: int = 201) -> Person:
        person = self.people.introduce(label)
        operation = self.send("POST", person, *outcomes, status=status)
        person.wrote(person.details, operation)
        if operation.outcome is Outcome.OK:
            person.id = f"u_{person.mark}"
            self.store(person, person.details)
        return person

    def store(self, person: Person, details: dict[str, Any]) -> None:
        self.users[str(person.id)] = {
            "id": person.id, **{name: details.get(name) for name in ("name", "email", "nickname")}
        }  # fmt: skip

    def replace(
        self, person: Person, *outcomes: Outcome, status: int = 200, **changes: Any
    ) -> dict[str, Any]:
        details = {**person.next_version(), **changes}
        operation = self.send("PUT", person, *outcomes, status=status)
        person.wrote(details, operation)
        if operation.outcome is Outcome.OK:
            self.store(person, details)
        return details

    def delete(self, person: Person, *outcomes: Outcome, status: int = 204) -> None:
        person.deletion = self.send("DELETE", person, *outcomes, status=status)
        if person.deletion.outcome is Outcome.OK:
            self.users.pop(str(person.id))

    def was_seen(self, person: Person, view: str = "single") -> None:
        """Note that the story has seen the final state in a view."""
        now = self.clock.monotonic()
        line = Timeline(person.subject, "", view, now, person.acknowledged_at, 2.0)
        line.samples.append(Sample(now, now, Seen.NEW, "", self.operations[-1]))
        self.timelines.append(line)

    # What the audit finds

    def audit(self) -> None:
        taker = FactLog(self._folder / "facts-gw0.jsonl", TARGET, self._normalizer)
        taker.hand_over(STORY, self.people.everyone, self.operations, self.timelines)
        taker.close()
        eyes: Any = self
        audit = Audit(
            self._folder, viewpoint=lambda caller: caller, eyes=lambda _: eyes, normalizer=self._normalizer,
            clock=self.clock,
        )  # fmt: skip
        audit.gather()
        audit.judge()

    # The API, as far as the audit uses it

    target = TARGET
    client = SimpleNamespace(twin=lambda: None, close=lambda: None)

    def with_client(self, _client: object) -> World:
        return self

    def _answer(self, view: str, path: str) -> tuple[Operation, dict[str, dict[str, Any]]]:
        self.looks += 1
        now = self.clock.monotonic()
        response = Response(503 if self.is_out else 200, {})
        outcome = Outcome.UNKNOWN if self.is_out else Outcome.OK
        exchange = Exchange(
            Request("GET", f"http://localhost{path}", {}), 1, now, now, self.clock.now(), outcome, response
        )
        return Operation("look", "", STORY, [exchange]), self.see(view, dict(self.users))

    def look_up(self, user_id: object, subject: str) -> Operation:
        operation, users = self._answer("single", f"/users/{user_id}")
        user = users.get(str(user_id))
        answer = Response(200, {}, json.dumps(user).encode()) if user else Response(404, {})
        if self.is_out:
            answer = Response(503, {})
        last = operation.last
        operation.exchanges[0] = Exchange(
            last.request, 1, last.sent_at, last.answered_at, last.at, last.outcome, answer
        )
        operation.subject = subject
        return operation

    def find(self, email: str, _subject: str) -> tuple[Operation, list[Any] | None]:
        operation, users = self._answer("filter", "/users")
        if self.is_out:
            return operation, None
        return operation, [user for user in users.values() if user["email"] == email]

    def walk_list(
        self,
        *,
        whole: bool,
        since: datetime | None,
        fresh: bool,  # noqa: ARG002
    ) -> tuple[list[Operation], list[Any], bool]:
        self.walks.append((whole, since))
        operation, users = self._answer("list", "/users")
        return [operation], list(users.values()), not self.is_out

    def goes_on(self, _operation: Operation, _items: list[Any]) -> bool:
        return False


def expect(world: World, error: type[Exception], *words: str) -> None:
    """Expect exactly this finding of the audit, told with these words."""
    with pytest.raises(error) as found:
        world.audit()
    assert found.type is error
    for word in words:
        assert word in str(found.value)
