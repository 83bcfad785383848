"""The end-of-run audit finds whoever is not where their story left them, and accuses nobody else.

A service in memory answers look-ups, searches and lists; what is planted in it is what a broken service shows
long after the bound. Facts pass through their file, as between processes.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from support.audit import Audit
from support.cast import Cast, Person
from support.clock import FakeClock
from support.errors import (
    CameBack,
    Disagreement,
    DivergedAgain,
    DuplicateEffect,
    ForeignValue,
    Inconclusive,
    NeverConverged,
    TornRead,
    TraceLeft,
)
from support.exchange import Exchange, Operation, Outcome, Request, Response
from support.facts import FactTaker, State, read_facts
from support.normalizers import Normalizer
from support.targets import load_target
from support.timelines import Sample, Seen, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TARGET = load_target("reference")
STORY = "steps/test_stories.py::test_of_ada"


class World:
    """One story's end and a service in memory, seen by whoever audits."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.cast = Cast("acctestrun00", "gw0", 1, with_password=True)
        self.users: dict[str, dict[str, Any]] = {}
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
        person = self.cast.introduce(label)
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

    def replace(self, person: Person, *outcomes: Outcome, status: int = 200) -> dict[str, Any]:
        details = person.next_version()
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
        taker = FactTaker(self._folder / "facts-gw0.jsonl", TARGET, self._normalizer)
        taker.hand_over(STORY, self.cast.everyone, self.operations, self.timelines)
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

    def list_all(self, *, fresh: bool) -> tuple[list[Operation], list[Any], bool]:  # noqa: ARG002
        operation, users = self._answer("list", "/users")
        return [operation], list(users.values()), not self.is_out


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def expect(world: World, error: type[Exception], *words: str) -> None:
    with pytest.raises(error) as found:
        world.audit()
    assert found.type is error
    for word in words:
        assert word in str(found.value)


def test_everybody_where_they_were_left(world: World) -> None:
    """Users there, changed, deleted, refused and refused to change: nothing is found."""
    world.create("Ada")
    world.replace(world.create("Grace"))
    world.delete(world.create("Alan"))
    world.create("Mallory", Outcome.REFUSED, status=422)
    world.replace(world.create("Barbara"), Outcome.REFUSED, status=422)
    world.audit()


def test_waits_for_the_last_bound(world: World) -> None:
    """Nobody is looked at before their bound is over."""
    ada = world.create("Ada")
    first: list[float] = []

    def see(_view: str, users: dict[str, Any]) -> dict[str, Any]:
        first.append(world.clock.monotonic())
        return users

    world.see = see
    world.audit()
    assert min(first) >= ada.acknowledged_at + TARGET.bounds.single_s


def test_lost_creation(world: World) -> None:
    """An acknowledged user who is nowhere never was there; the story is named."""
    ada = world.create("Ada")
    world.users.pop(str(ada.id))
    expect(world, NeverConverged, "user Ada", "test_of_ada", "In all 1 of 1 people", "nobody")


def test_user_lost_after_being_seen(world: World) -> None:
    """Whoever the story has seen and who is missing now was lost again."""
    ada = world.create("Ada")
    world.was_seen(ada)
    world.users.pop(str(ada.id))
    expect(world, DivergedAgain, "although it had been otherwise before")


def test_lost_change(world: World) -> None:
    """The state before an acknowledged change convicts."""
    ada = world.create("Ada")
    before = dict(world.users[str(ada.id)])
    world.replace(ada)
    world.users[str(ada.id)] = before
    expect(world, NeverConverged, ".v1")


def test_one_stale_reader(world: World) -> None:
    """If some looks are new and some are old, somebody fell behind again."""
    ada = world.create("Ada")
    old = {str(ada.id): dict(world.users[str(ada.id)])}
    world.replace(ada)
    world.see = lambda _, users: {**users, **old} if world.looks % 3 == 0 else users
    expect(world, DivergedAgain, "other looks did not")


def test_deletion_without_effect(world: World) -> None:
    """A user who was never seen gone is not gone."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.users[str(ada.id)] = stored
    expect(world, NeverConverged, "is gone")


def test_deleted_user_comes_back(world: World) -> None:
    """A user whom the story has seen gone and who is there again came back."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.was_seen(ada)
    world.users[str(ada.id)] = stored
    expect(world, CameBack)


def test_deleted_user_in_one_view_only(world: World) -> None:
    """A search that still finds a deleted user is found out, though page and list are right."""
    ada = world.create("Ada")
    stored = dict(world.users[str(ada.id)])
    world.delete(ada)
    world.see = lambda view, users: {**users, "x": stored} if view == "filter" else users
    expect(world, CameBack, "the search")


def test_refused_creation_that_left_somebody(world: World) -> None:
    """A refused person's mark stands nowhere, in no text of anybody."""
    mallory = world.create("Mallory", Outcome.REFUSED, status=422)
    world.users["u_x"] = {
        "id": "u_x",
        "name": f"M {mallory.mark}",
        "email": "m@example.com",
        "nickname": None,
    }
    expect(world, TraceLeft, "user Mallory")


def test_refused_change_that_took_effect(world: World) -> None:
    """The values of a refused change are nobody's state."""
    ada = world.create("Ada")
    world.store(ada, world.replace(ada, Outcome.REFUSED, status=422))
    expect(world, TraceLeft, "a refused change of user Ada", ".v2")


def test_foreign_and_torn_values(world: World) -> None:
    """What nobody wrote is foreign; half of one version and half of another is torn."""
    ada = world.create("Ada")
    details = world.replace(ada)
    world.store(ada, {**details, "nickname": ada.writes[0].details["nickname"]})
    expect(world, TornRead)
    world.store(ada, {**details, "name": "Somebody"})
    expect(world, ForeignValue, "Somebody")


def test_somebody_twice(world: World) -> None:
    """A list that shows somebody twice is wrong, whatever it shows."""
    ada = world.create("Ada")
    world.see = lambda view, users: {**users, "again": users[str(ada.id)]} if view == "list" else users
    expect(world, DuplicateEffect)


def test_lost_answers_leave_it_open(world: World) -> None:
    """Of an unanswered change either state may stand, and of an unanswered deletion, too."""
    ada, alan = world.create("Ada"), world.create("Alan")
    world.store(ada, world.replace(ada, Outcome.UNKNOWN))
    world.delete(alan, Outcome.UNKNOWN)
    world.audit()


def test_open_deletion_must_be_one_for_all(world: World) -> None:
    """After an unanswered deletion all readers agree, whichever way it went."""
    ada = world.create("Ada")
    world.delete(ada, Outcome.UNKNOWN)
    world.see = lambda _, users: {} if world.looks % 2 else users
    expect(world, Disagreement)


def test_lost_attempt_may_arrive_late(world: World) -> None:
    """A lost attempt of one change may still overtake the next; one that is long over may not."""
    ada = world.create("Ada")
    late = world.replace(ada, Outcome.UNKNOWN, Outcome.OK)
    ada.late_s = 4.0
    world.replace(ada)
    world.store(ada, late)
    world.audit()
    grace = world.create("Grace")
    grace.late_s = 4.0
    late = world.replace(grace, Outcome.UNKNOWN, Outcome.OK)
    world.clock.advance(5.0)
    world.replace(grace)
    world.store(grace, late)
    expect(world, NeverConverged, "user Grace")


def test_crossing_replacements_may_end_in_either(world: World) -> None:
    """Of replacements that crossed, each may stand; the state before them may not."""
    ada = world.create("Ada")
    first, second = ada.next_version(), ada.next_version()
    one, other = world.send("PUT", ada), world.send("PUT", ada)
    crossed = other.exchanges[0]
    other.exchanges[0] = Exchange(
        crossed.request, 1, one.sent_at, crossed.answered_at, crossed.at, crossed.outcome, crossed.response
    )
    ada.wrote(first, one)
    ada.wrote(second, other)
    for state in (first, second):
        world.store(ada, state)
        world.audit()
    world.store(ada, ada.writes[0].details)
    expect(world, NeverConverged)


def test_another_tenants_deletion_is_none(world: World) -> None:
    """A deletion that another tenant tried, lost and was told "no such user" has deleted nobody."""
    ada = world.create("Ada")
    world.delete(ada, Outcome.UNKNOWN, Outcome.REFUSED, status=404)
    deletion = ada.deletion
    assert deletion is not None
    for number, exchange in enumerate(deletion.exchanges):
        request = Request("DELETE", exchange.request.url, {"Authorization": "Bearer other"})
        deletion.exchanges[number] = Exchange(
            request, number + 1, exchange.sent_at, exchange.answered_at, exchange.at, exchange.outcome,
            exchange.response,
        )  # fmt: skip
    world.audit()


def test_found_gone_after_a_lost_answer_is_gone(world: World) -> None:
    """A deletion whose first answer was lost and whose second said "no such user" is done."""
    ada = world.create("Ada")
    world.delete(ada, Outcome.UNKNOWN, Outcome.REFUSED, status=404)
    expect(world, NeverConverged, "is gone")


def test_writes_in_nobodys_books_are_no_guess(world: World) -> None:
    """Where something else was sent to a person, their values are not judged; that they are there is."""
    ada = world.create("Ada")
    world.send("PUT", ada)
    world.store(ada, {**ada.details, "name": "Somebody"})
    world.audit()
    world.users.clear()
    expect(world, NeverConverged)


def test_outage_is_inconclusive(world: World) -> None:
    """Without answers nobody is accused and nobody acquitted."""
    world.create("Ada")
    world.is_out = True
    expect(world, Inconclusive, "1 of 1 people")


def test_all_findings_are_counted(world: World) -> None:
    """The first finding is raised; all are counted and listed by story, over several processes."""
    people = [world.create(f"User{number}") for number in range(5)]
    for person in people[:3]:
        world.users.pop(str(person.id))
    expect(world, NeverConverged, "In all 3 of 5 people, of 1 stories", "User0", "User1", "User2")


def test_facts_hold_no_password_and_survive_a_torn_line(world: World, tmp_path: Path) -> None:
    """Facts are handed over without passwords; a line torn by a crash costs itself only."""
    ada = world.create("Ada")
    world.audit()
    file = tmp_path / "facts-gw0.jsonl"
    text = file.read_text(encoding="utf-8")
    assert "Pw-" not in text
    file.write_text(text + '[{"story": "ste', encoding="utf-8")
    facts = read_facts(tmp_path)
    assert [(fact.mark, fact.state) for fact in facts] == [(ada.mark, State.THERE)]
