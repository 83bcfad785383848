"""How much the suite asks of a target: at most N requests a second and M in flight, all workers together.

Requests are spread evenly, never sent in bursts. When the service as a whole sends everyone away (503 or 429
with Retry-After, several times in a row, to any caller), nobody asks before that time is over. A single such
answer concerns its own operation and is `support.http.retry`'s affair. Nothing is judged here.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from support.http.gates.shared_counters import SharedCounters
from support.http.retry import parse_retry_after, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from support.clock import Clock
    from support.http.client import Gate
    from support.http.gates.redis_pace import RedisPace
    from support.http.history import Exchange, Operation
    from support.target.timing import RequestLimits

# At the full rate N + 1 would arrive in some second, as soon as one of them is late.
SHARE = 0.9
SENT_AWAY = 5  # answers in a row that mean the service and not the operation
LONGEST_HOLD_S = 30.0
LOOK_EVERY_S = 0.005
NEXT_TURN, HELD_UNTIL, TURNED_AWAY, COUNTERS = range(4)


@dataclass(frozen=True, slots=True)
class Shared:
    """The pace of all machines, and the limits that hold for all of them together."""

    pace: RedisPace
    limits: RequestLimits


class RateLimiter:
    """Gives requests their turn: a `support.http.client.Gate`, and with `heed` a listener of the history.

    All processes that use the same folder share one pace; without limits in the profile a turn costs a look
    at a number in memory. Nobody waits once `is_given_up` says that the service is out for good. `shared` is
    the pace of all machines, by all of the limits; when it ends, `limits` are what is this machine's.
    """

    def __init__(
        self,
        folder: Path,
        limits: RequestLimits,
        clock: Clock,
        is_given_up: Callable[[], bool] | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._shared = shared
        self._clock = clock
        self._is_given_up = is_given_up
        self._space_s = 1 / (limits.requests_per_s * SHARE) if limits.requests_per_s else 0.0
        self._places = [folder / f"place-{n}.lock" for n in range(limits.in_flight or 0)]
        self._counters = SharedCounters(folder / "pace", COUNTERS)
        self._own = threading.local()

    def before(self) -> None:
        """Wait for a turn."""
        # The place first: a request that waited for one after its turn would go together with the next.
        if self._places:
            self._own.place = self._take_place()
        if self._shared and (held_s := self._shared.pace.held_s()):
            wait_for(self._clock, held_s, self._is_given_up)
        if self._counters[HELD_UNTIL] or self._space_s:
            self._wait()

    def after(self, _exchange: Exchange) -> None:
        """Return the place in flight to the next."""
        if self._places:
            self._leave_place()

    def heed(self, _operation: Operation, exchange: Exchange) -> None:
        """Take note of an answer that sends everyone away, and of every other that does not."""
        response = exchange.response
        if response is None:
            return
        if response.status not in {429, 503} or "retry-after" not in response.headers:
            if self._counters[TURNED_AWAY]:
                self._counters[TURNED_AWAY] = 0
            return
        wait_s = parse_retry_after(response)
        with self._counters.lock():
            self._counters[TURNED_AWAY] += 1
            if self._counters[TURNED_AWAY] >= SENT_AWAY and wait_s:
                hold_s = min(wait_s, LONGEST_HOLD_S)
                until = self._clock.monotonic() + hold_s
                self._counters[HELD_UNTIL] = max(self._counters[HELD_UNTIL], until)
                if self._shared:
                    self._shared.pace.hold(hold_s)

    def _wait(self) -> None:
        with self._counters.lock():
            now = self._clock.monotonic()
            held, turn = self._counters[HELD_UNTIL], now
            if held > now:
                turn = held
            elif held:
                self._counters[HELD_UNTIL] = 0
            everywhere_s = self._turn_of_all() if self._space_s else 0.0
            if everywhere_s is not None:
                turn = max(turn, now + everywhere_s)
            else:
                turn = max(turn, self._counters[NEXT_TURN])
                self._counters[NEXT_TURN] = turn + self._space_s
        wait_for(self._clock, turn - now, self._is_given_up)

    def _turn_of_all(self) -> float | None:
        """Take a turn among all machines; return how long it is until then [s], None for one alone."""
        per_s = self._shared.limits.requests_per_s if self._shared else None
        return self._shared.pace.turn_s(1 / (per_s * SHARE)) if self._shared and per_s else None

    def _take_place(self) -> FileLock | str:
        """Wait for one of the places in flight; the lock of a process that dies is free again."""
        self._leave_place()
        while self._shared and self._shared.limits.in_flight:
            name = self._shared.pace.take_place(self._shared.limits.in_flight)
            if name is None:
                break
            if name:
                return name
            self._clock.sleep(LOOK_EVERY_S)
        while True:
            for path in random.sample(self._places, len(self._places)):
                place = FileLock(path, thread_local=False)
                try:
                    place.acquire(blocking=False)
                except Timeout:
                    continue
                return place
            self._clock.sleep(LOOK_EVERY_S)

    def _leave_place(self) -> None:
        place: FileLock | str | None = getattr(self._own, "place", None)
        if isinstance(place, str) and self._shared:
            self._shared.pace.leave_place(place)
        elif isinstance(place, FileLock):
            place.release()
        self._own.place = None


class Gates:
    """Several gates in a row, entered in order and left in reverse."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._gates = tuple(gates)

    def before(self) -> None:
        """Pass all of them."""
        for gate in self._gates:
            gate.before()

    def after(self, exchange: Exchange) -> None:
        """Leave all of them."""
        for gate in reversed(self._gates):
            gate.after(exchange)
