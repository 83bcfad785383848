"""Details that a story names are judged where they are settled, and left open where a lost answer does."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.users.outcomes import Outcomes
from support.errors import UnexpectedContent
from support.http import Exchange, Operation, Outcome, Request
from support.target import Target
from support.users import Normalizer, Person, User

BEFORE = {"name": "Ada", "email": "ada@example.com", "nickname": None}
AT = datetime(2026, 1, 2, tzinfo=UTC)
WORDING = "with a new name and all other details as before"


def write(person: Person, details: dict[str, Any], *outcomes: Outcome) -> None:
    operation = Operation("change", "user Ada")
    for number, outcome in enumerate(outcomes, 1):
        operation.exchanges.append(Exchange(Request("PATCH", "/", {}), number, 1.0, 1.1, AT, outcome))
    person.wrote(details, operation)


def outcomes_showing(name: str) -> Outcomes:
    """Return what judges a user who is shown under this name."""
    shown = User.model_validate({"id": "u1", **BEFORE, "name": name})
    normalizer = Normalizer(Target(name="outcomes"))
    client = SimpleNamespace(history=SimpleNamespace(since=lambda _: []))
    observer: Any = SimpleNamespace(
        normalizer=normalizer, sees=lambda *_: shown, api=SimpleNamespace(client=client)
    )
    setup: Any = SimpleNamespace(before={"Ada": User.model_validate({"id": "u1", **BEFORE})})
    return Outcomes(observer, SimpleNamespace(), setup)  # type: ignore[arg-type]


@pytest.fixture
def ada() -> Person:
    made = Person("Ada", "m", dict(BEFORE))
    write(made, BEFORE, Outcome.OK)
    return made


def test_a_change_that_was_acknowledged_must_show(ada: Person) -> None:
    write(ada, {**BEFORE, "name": "Ada.v2"}, Outcome.OK)
    outcomes_showing("Ada.v2").shows("a look-up", ada, WORDING)
    with pytest.raises(UnexpectedContent, match="the name is still 'Ada'"):
        outcomes_showing("Ada").shows("a look-up", ada, WORDING)


def test_a_lost_attempt_whose_repetition_was_refused_leaves_it_open(ada: Person) -> None:
    write(ada, {**BEFORE, "name": "Ada.v2"}, Outcome.UNKNOWN, Outcome.REFUSED)
    outcomes_showing("Ada").shows("a look-up", ada, WORDING)
    outcomes_showing("Ada.v2").shows("a look-up", ada, WORDING)


def test_a_change_that_was_refused_at_once_must_not_be_missed(ada: Person) -> None:
    write(ada, {**BEFORE, "name": "Ada.v2"}, Outcome.REFUSED)
    with pytest.raises(UnexpectedContent):
        outcomes_showing("Ada").shows("a look-up", ada, WORDING)
