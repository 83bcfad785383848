"""Objectives are judged by counts that chance explains or not; shapes by what every view has in common."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from support.behaviours.strain.objectives import LOOKS, count_slow, quick_lately, too_many, verdict
from support.behaviours.users.shapes import difference, flat
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.target.timing import Objective

OBJECTIVE = Objective(share=0.95, within_s=0.5)


@pytest.mark.parametrize(("count", "slow"), [(40, 10), (60, 12), (100, 16), (200, 24)])
def test_too_many(count: int, slow: int) -> None:
    """The counts are those of the binomial distribution at one in ten thousand."""
    assert too_many(count, 0.05) == slow


def decide(share_of_slow: float, chance: random.Random) -> bool:
    """Take samples until there is a verdict."""
    times: list[float] = []
    while (finding := verdict(times, OBJECTIVE)) is None:
        times.append(0.8 if chance.random() < share_of_slow else 0.01)
    assert len(times) <= LOOKS[-1]
    return finding


def test_healthy_is_never_convicted() -> None:
    """A service with as many slow answers as the objective allows is kept, in 2,000 runs."""
    chance = random.Random(1)
    assert all(decide(0.05, chance) for _ in range(2000))


def test_slow_is_convicted() -> None:
    """A service with one slow answer in five is found out in nearly every run."""
    chance = random.Random(2)
    found = sum(not decide(0.2, chance) for _ in range(1000))
    assert found > 970


def test_allowance() -> None:
    """The network's time is not the service's."""
    near = Objective(within_s=0.5, network_allowance_s=0.2)
    assert count_slow([0.6, 0.69, 0.71], near) == 1


def operation(verb: str, *outcomes: Outcome, first_byte_s: float = 0.01) -> Operation:
    exchanges = [
        Exchange(
            Request("GET", "http://x", {}), number, 0, 1, datetime.now(UTC), outcome, Response(200, {}),
            first_byte_s=first_byte_s,
        )
        for number, outcome in enumerate(outcomes, 1)
    ]  # fmt: skip
    return Operation(verb, "x", exchanges=exchanges)


@pytest.mark.parametrize(
    ("early", "late", "refused", "known"),
    [
        ([0.8] * 60, [0.01] * 200, 0, 200),
        ([], [0.01] * 39, 0, 39),
        ([], [0.01] * 39, 100, 39),
        ([], [0.01] * 38 + [0.8], 0, None),
        ([], [], 100, None),
        ([0.01] * 200, [0.01, 0.01, 0.01, 0.01, 0.8] * 40, 0, None),
        ([], [0.01] * 36 + [0.8] * 2 + [0.01] * 2, 0, 40),
        ([], [0.01] * 36 + [0.8] * 4, 0, None),
    ],
)
def test_what_was_asked_before_counts_where_it_was_quick(
    early: list[float], late: list[float], refused: int, known: int | None
) -> None:
    """The last requests of a run that succeeded, if they show it; else it is asked alone from the first."""
    asked = [operation("list", Outcome.OK, first_byte_s=seconds) for seconds in (*early, *late)]
    asked += [operation("list", Outcome.REFUSED)] * refused
    quick = quick_lately(asked, OBJECTIVE)
    assert {verb: len(times) for verb, times in quick.items()} == ({"list": known} if known else {})


USER: dict[str, Any] = {
    "id": "7",
    "name": "Ada",
    "nickname": None,
    "createdAt": "2026-11-21T08:00:00.123456Z",
    "role": "member",
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "Grace"},
        {"nickname": "ada"},
        {"createdAt": "2026-12-01T09:00:00Z"},
        {"nickname": ...},
        {"extra": 1},
    ],
)
def test_one_shape(change: dict[str, Any]) -> None:
    """Values, precision, null for a missing member and what nobody knows are no matter of shape."""
    other = {name: value for name, value in {**USER, **change}.items() if value is not ...}
    assert difference({"created": USER, "listed": other}, USER) == ""


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"id": 7}, "id is a text when one created, and a number when one listed"),
        ({"createdAt": "Sat, 21 Nov 2026 08:00:00 GMT"}, "createdAt is a text like"),
        ({"createdAt": "2026-11-21T08:00:00+00:00"}, "createdAt is a text like"),
        ({"createdAt": 1795000000}, "createdAt is a text like"),
        ({"role": ...}, "role is there when one created, and missing when one listed"),
    ],
)
def test_two_shapes(change: dict[str, Any], what: str) -> None:
    """Another kind, another format and a missing member are told by name and view."""
    other = {name: value for name, value in {**USER, **change}.items() if value is not ...}
    assert difference({"created": USER, "listed": other}, USER).startswith(what)


def test_two_shapes_of_a_moment_by_any_name() -> None:
    """Moments are told apart where the profile says that they are some, also within objects."""
    views = [
        flat({"id": "1", "meta": {"born": moment}})
        for moment in ("2026-11-21T08:00:00Z", "Sat, 21 Nov 2026 08:00:00 GMT")
    ]
    looked = {"created": views[0], "listed": views[1]}
    assert difference(looked, ["id"], ["meta.born"]).startswith("meta.born is a text like")
    assert difference(looked, ["id"]) == ""
