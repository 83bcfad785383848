"""Whoever loses a race is refused or meets declared weather; a fault of the service is a broken promise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from support.behaviours.concurrency.editors import Editors, Round
from support.behaviours.concurrency.races import Race, Races
from support.errors import UnexpectedAnswer
from support.selftests.probes.validator_probe import ADA, TARGET, operation, telling, validator
from support.users.normalizers import Normalizer
from support.users.person import Person

if TYPE_CHECKING:
    from support.http import Operation

FAULT = "no request, however odd, is answered with a fault of the service"
BEFORE = {"name": "Ada", "email": "ada@example.com", "nickname": None}
AFTER = {**BEFORE, "name": "Ada.v2"}


def observer(*listed: object) -> Any:
    """Return what sees these users in the list."""
    return SimpleNamespace(
        api=SimpleNamespace(target=TARGET),
        validator=validator(),
        normalizer=Normalizer(TARGET),
        clock=None,
        settle=lambda *_: None,
        whole_list=lambda: (list(listed), operation(200, verb="list")),
        saw_all=lambda *_: None,
    )


def judge_race(*losers: Operation) -> None:
    """Judge the creations of one email, of which one succeeded."""
    won = telling(ADA, status=201)
    people = [Person(f"User{n}", f"m{n}", dict(BEFORE)) for n in range(1 + len(losers))]
    unused: Any = None
    Races(observer(ADA), unused, unused, unused).one_takes_the_email([Race(people, [won, *losers])])


def judge_editors(*losers: Operation) -> None:
    """Judge saves on top of one version, of which one succeeded."""
    versions: Any = SimpleNamespace(refused=lambda save: validator().refused(save, "the version is outdated"))
    unused: Any = None
    saves = [operation(200, verb="replace"), *losers]
    wanted = [AFTER, *({**BEFORE, "name": "lost"} for _ in losers)]
    look = operation(200, verb="look up")
    each = Round(wanted, saves, look, BEFORE, AFTER)
    Editors(observer(), versions, unused).exactly_one_wins(Person("Ada", "m", dict(BEFORE)), [each])


def test_a_fault_of_a_creation_that_lost_convicts() -> None:
    """Django REST framework and FastAPI Users answer 500 to most of several creations of one email."""
    with pytest.raises(UnexpectedAnswer, match=FAULT):
        judge_race(operation(409), operation(500))


def test_a_fault_of_a_save_that_lost_convicts() -> None:
    with pytest.raises(UnexpectedAnswer, match=FAULT):
        judge_editors(operation(412, verb="replace"), operation(500, verb="replace"))


def test_whoever_was_refused_or_met_weather_has_lost_as_one_may() -> None:
    judge_race(operation(409), operation(503), operation(None))
    judge_editors(operation(412, verb="replace"), operation(503, verb="replace"))
