"""Measures requests on their way, and leaves out those during which this process itself was held up."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import gevent

from support.http import Outcome

if TYPE_CHECKING:
    from locust.env import Environment

    from support.behaviours.strain.measurements import Measurements
    from support.clock import Clock
    from support.http import Exchange, Operation
    from support.target.timing import Objective

TICK_S = 0.02
LATE_S = 0.02  # so much later than it asked for, a process is held up [s]
KEPT = 200


class Meter:
    """Listens to the history; what it takes is counted when the next tick has told whether it can be."""

    def __init__(
        self, measured: Measurements, objective: Objective, clock: Clock, environment: Environment
    ) -> None:
        self._measured = measured
        self._limit_s = objective.within_s + objective.network_allowance_s
        self._clock = clock
        self._environment = environment
        self._waiting: list[tuple[str, Exchange]] = []
        self._held_up: deque[tuple[float, float]] = deque(maxlen=KEPT)

    def tick(self) -> None:
        """Notice for ever when this process is held up."""
        while True:
            due = self._clock.monotonic() + TICK_S
            gevent.sleep(TICK_S)
            now = self._clock.monotonic()
            if now - due > LATE_S:
                self._held_up.append((due, now))
            self.count()

    def listen(self, operation: Operation, exchange: Exchange) -> None:
        """Take a request that has ended; repetitions after a fault are told by the first attempt."""
        self._measured.attempts += 1
        self._measured.retries += exchange.attempt > 1
        fault = None if exchange.response is not None else OSError(exchange.fault or "no answer")
        self._environment.events.request.fire(
            request_type=exchange.request.method,
            name=operation.verb,
            response_time=exchange.seconds * 1000,
            response_length=len(exchange.response.body) if exchange.response else 0,
            exception=fault,
            context={},
        )
        if exchange.attempt == 1:
            self._waiting.append((operation.verb, exchange))

    def count(self) -> None:
        """Count what has ended."""
        waiting, self._waiting = self._waiting, []
        for verb, exchange in waiting:
            times = self._measured.of(verb)
            if exchange.outcome not in {Outcome.OK, Outcome.REFUSED} or exchange.first_byte_s is None:
                times.lost += 1
            elif any(due < exchange.answered_at and now > exchange.sent_at for due, now in self._held_up):
                times.late += 1
            else:
                times.add(exchange.first_byte_s, self._limit_s)
