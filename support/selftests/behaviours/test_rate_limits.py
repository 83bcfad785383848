"""A limit on writes is looked for as long as that is worth it: a slow service may never meet its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.strain.rate_limits import REFUSALS, RateLimits
from support.clock import FakeClock
from support.errors import Inconclusive


class Limited:
    """A service whose writes take `takes_s` [s], and which refuses each one after the first `allowed`."""

    def __init__(self, takes_s: float, allowed: int) -> None:
        self.clock, self.writes = FakeClock(), 0
        self._takes_s, self._allowed = takes_s, allowed
        people = SimpleNamespace(introduce=lambda label: label)
        hurried = SimpleNamespace(create=self._write, client=SimpleNamespace())
        callers = SimpleNamespace(api_of=lambda _: hurried)
        target = SimpleNamespace(promise=lambda _: False)
        observer: Any = SimpleNamespace(api=SimpleNamespace(target=target), clock=self.clock)
        self.limits = RateLimits(observer, people, callers)  # type: ignore[arg-type]

    def _write(self, _: object, key: str | None = None) -> Any:
        del key
        self.clock.advance(self._takes_s)
        self.writes += 1
        status = 429 if self.writes > self._allowed else 201
        return SimpleNamespace(response=SimpleNamespace(status=status))


def test_some_refusals_are_waited_for() -> None:
    limited = Limited(0.1, allowed=50)
    refused: list[Any] = [*limited.limits.create_until_refused()]
    assert refused == [f"Newcomer{number}" for number in (51, 52, 53)]
    assert limited.writes == 50 + REFUSALS


def test_who_meets_no_limit_in_a_while_gives_up() -> None:
    """Four hundred users were made of a service that takes a third of a second for each."""
    limited = Limited(0.35, allowed=1000)
    with pytest.raises(Inconclusive, match="0 of 58 creations within 20 s were refused"):
        limited.limits.create_until_refused()
