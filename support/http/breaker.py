"""The abort switch: when the service is gone, nobody waits for it any longer.

It is opened by outages alone: many attempts in a row, of all workers together, that nobody answered, or
seconds of silence, and then a probe that gets no answer either. An answer of any kind, 4xx and 5xx included,
keeps it closed: whether answers are right is for the stories to say. While it is open a probe looks every
few seconds whether the service is back. Cleanup does not pass here.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from pybreaker import STATE_CLOSED, CircuitBreaker, CircuitBreakerError

from support.errors import Inconclusive
from support.http.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from support.clock import Clock
    from support.http.breaker_state import SharedBreakerState
    from support.target.profile import Target

MOST_UNANSWERED = 10
FEWEST_UNANSWERED = 3
LONGEST_SILENCE_S = 4.0  # with at least FEWEST_UNANSWERED attempts in it
PROBE_EVERY_S = 2.0
PROBE_CONNECT_S = 2.0
PROBE_READ_S = 3.0


class Breaker:
    """Stands between the clients of one process and the target: a `support.http.client.Gate`.

    `circuit` is what all workers, or machines, share. `probe` says whether the service gives any answer at
    all; it must not pass this gate. `tell` is told in one line when the switch opens and closes.
    """

    def __init__(
        self,
        circuit: SharedBreakerState,
        clock: Clock,
        probe: Callable[[], bool],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._circuit = circuit
        self._clock = clock
        self._probe = probe
        self._tell = tell
        self._lock = threading.Lock()
        # It is opened by what the probe found, never by a count alone, and tried when this module says so.
        self._breaker = CircuitBreaker(
            fail_max=sys.maxsize, reset_timeout=0, state_storage=circuit, throw_new_error_on_trip=False
        )
        self._unanswered = 0
        self._silent_since = 0.0
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the service is known to be gone."""
        return self._circuit.state != STATE_CLOSED

    def before(self) -> None:
        """Let a request pass; raise Inconclusive while the service is known to be gone."""
        if self._circuit.state != STATE_CLOSED:
            self._knock()

    def after(self, *, answered: bool) -> None:
        """Take note of whether an attempt got an answer, of whatever kind."""
        if not answered:
            self._note_silence()
        elif self._unanswered or self._circuit.counter or self._circuit.state != STATE_CLOSED:
            with self._lock:
                self._unanswered = 0
                self._close()

    def _note_silence(self) -> None:
        with self._lock:
            now = self._clock.monotonic()
            if not self._unanswered:
                self._silent_since = now
            self._unanswered += 1
            if self.is_open:
                return
            is_long = now - self._silent_since >= LONGEST_SILENCE_S and self._unanswered >= FEWEST_UNANSWERED
            if self._circuit.counter + 1 < MOST_UNANSWERED and not is_long:
                self._try(lambda: False)
            elif self._probe():
                # Requests of one kind are not answered; that is for their story to judge.
                self._unanswered = 0
                self._close()
            else:
                self._breaker.open()
                self._next_probe = self._clock.monotonic() + PROBE_EVERY_S
                self._tell(f"the service gives no answer ({self._circuit.counter + 1} attempts in a row)")

    def _knock(self) -> None:
        """Probe when it is time; raise Inconclusive unless the service is back."""
        with self._lock:
            if not self.is_open:
                return
            if self._clock.monotonic() >= self._next_probe:
                is_back = self._try(self._probe)
                self._next_probe = self._clock.monotonic() + PROBE_EVERY_S
                if is_back:
                    self._unanswered = 0
                    self._tell("the service answers again")
                    return
        since = self._circuit.opened_at
        when = f" since {since:%H:%M:%S} UTC" if since else ""
        raise Inconclusive(f"the service has given no answer{when}; it is not asked again until it does")

    def _try(self, call: Callable[[], bool]) -> bool:
        """Make a call of the circuit that fails when it is not answered; say whether it was."""

        def demand() -> None:
            if not call():
                raise _Unanswered

        try:
            self._breaker.call(demand)
        except (_Unanswered, CircuitBreakerError):
            return False
        return True

    def _close(self) -> None:
        if self._circuit.counter or self.is_open:
            self._breaker.close()
            self._circuit.reset_counter()


class _Unanswered(Exception):
    """Tells the circuit that there was no answer; never leaves this module."""


def probe_of(
    url: str, target: Target, clock: Clock, tls: Mapping[str, Any] | None = None
) -> Callable[[], bool]:
    """Make a probe that asks twice, over connections of its own, whether anything answers at a URL."""
    timeouts = target.timeouts.model_copy(
        update={"connect_s": PROBE_CONNECT_S, "read_s": PROBE_READ_S, "attempt_s": PROBE_READ_S}
    )
    impatient = target.model_copy(update={"timeouts": timeouts})

    def probe() -> bool:
        for attempt in (1, 2):
            transport = Transport(impatient, clock, tls)
            try:
                if transport.exchange("GET", url, {}, None, attempt).response is not None:
                    return True
            finally:
                transport.close()
        return False

    return probe
