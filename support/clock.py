"""Time, injected: the only place of the suite that waits.

Two readings that never share a name: `monotonic()` orders events and measures durations [s];
`now()` is an instant with a zone, for people and for comparing with what a service says.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the suite asks of time."""

    def monotonic(self) -> float:
        """Return the seconds since an arbitrary moment [s]; never goes back."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait [s]; not at all for zero or less."""


class SystemClock:
    """The time of this machine. CLOCK_MONOTONIC is shared by all processes of one Linux host."""

    monotonic = staticmethod(time.monotonic)

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait [s]; not at all for zero or less."""
        if seconds > 0:
            time.sleep(seconds)

    def sleep_until(self, moment: float) -> None:
        """Wait until `monotonic()` has reached the moment [s]."""
        self.sleep(moment - self.monotonic())


class FakeClock:
    """A clock that moves only when it is told to, or when somebody sleeps on it: for self-tests."""

    def __init__(self, start: float = 1000.0) -> None:
        self._elapsed = start
        self._epoch = datetime(2030, 1, 1, tzinfo=UTC)
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Return the fake seconds [s]."""
        return self._elapsed

    def now(self) -> datetime:
        """Return the fake instant, in UTC."""
        return self._epoch + timedelta(seconds=self._elapsed)

    def sleep(self, seconds: float) -> None:
        """Move on at once and remember how long somebody wanted to wait [s]."""
        self.slept.append(seconds)
        self.advance(max(0.0, seconds))

    def advance(self, seconds: float) -> None:
        """Let time pass [s]."""
        self._elapsed += seconds
