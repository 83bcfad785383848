"""A service that is there or not, and breakers that watch it, for self-tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http.gates.breaker import Breaker, is_usable
from support.selftests.probes.attempts import AMBIGUOUS, exchange
from support.target.profile import Target

if TYPE_CHECKING:
    from support.clock import FakeClock
    from support.http.gates.breaker_state import SharedBreakerState
    from support.http.history import Exchange

TARGET = Target(name="x")
ANSWERED, UNANSWERED = exchange(200), exchange(AMBIGUOUS)
OUTAGE_S = 5.0


class Service:
    """A service that is there or not."""

    def __init__(self) -> None:
        self.is_up = False
        self.probes = 0

    def probe(self) -> bool:
        self.probes += 1
        return self.is_up


def make_breaker(
    shared: SharedBreakerState, clock: FakeClock, service: Service, said: list[str] | None = None
) -> Breaker:
    """Make the breaker of one worker, for a service whose profile allows outages of five seconds."""
    tell = (said if said is not None else []).append
    return Breaker(shared, clock, service.probe, lambda ended: is_usable(ended, TARGET), OUTAGE_S, tell)


def fail(breaker: Breaker, times: int, ended: Exchange = UNANSWERED) -> None:
    for _ in range(times):
        breaker.after(ended)
