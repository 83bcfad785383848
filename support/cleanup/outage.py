"""Before a sweep, and during it: whether the service answers at all, or is not worth waiting for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from support.cleanup.view import NoAnswer
from support.clock import SystemClock
from support.errors import SuiteError
from support.http.authentication.credentials import credentials_for
from support.http.call import segment
from support.http.gates.breaker import MOST_UNANSWERED, probe_of
from support.http.gates.breaker_state import FILE, SharedBreakerState, State
from support.target.settings import load_constants, load_tls

if TYPE_CHECKING:
    from support.cleanup.leftovers import Leftovers
    from support.cleanup.run import Run
    from support.http.history import Exchange

PROBE_FOR_S = 2.0
PROBE_PAUSE_S = 0.1


class Silence:
    """Ends a sweep that nobody answers, although the service shows its list: a gate of the sweep's clients.

    The evidence is that of an outage: `MOST_UNANSWERED` attempts in a row, for longer than the profile lets a
    service be out. Without this, each would be made again until its deletion's own time is over.
    """

    def __init__(self, max_outage_s: float) -> None:
        self._max_outage_s = max_outage_s
        self._unanswered = 0  # what threads do to it at once may count one too few
        self._since = 0.0  # monotonic [s]
        self._last = 0.0

    def before(self) -> None:
        """Raise NoAnswer where nobody has been answered for long enough."""
        if self._unanswered >= MOST_UNANSWERED and self._last - self._since > self._max_outage_s:
            raise NoAnswer(f"{self._unanswered} requests in a row got no answer")

    def after(self, exchange: Exchange) -> None:
        """Take note of how an attempt ended."""
        if exchange.response is not None:
            self._unanswered = 0
            return
        if not self._unanswered:
            self._since = exchange.sent_at
        self._unanswered += 1
        self._last = exchange.answered_at


def require_answers(run: Run, leftovers: Leftovers) -> None:
    """Raise SuiteError when the service gives no usable answer: its sweep would take minutes.

    One that only cannot list users any longer still deletes them.
    """
    clock, target = SystemClock(), run.target
    caller = target.auth.token if target.auth.scheme != "none" else ""
    somebody = next((user_id for ids in leftovers.ids.values() for user_id in ids), "0")
    paths = (target.landmark, target.route("look_up").path.replace("{id}", segment(somebody)))
    credentials = credentials_for(target, run.tokens, caller, run.base_url)
    tls, constants = load_tls(target.auth), load_constants(target)
    probes = [probe_of(run.base_url + path, target, clock, tls, credentials, constants) for path in paths]
    is_known_out = SharedBreakerState(run.folder / FILE).state is State.OPEN
    deadline = clock.monotonic() + (0.0 if is_known_out else PROBE_FOR_S)
    with ThreadPoolExecutor(len(probes)) as pool:  # a service that hangs costs the time of one
        while not any(list(pool.map(lambda probe: probe(), probes))):
            if clock.monotonic() > deadline:
                raise SuiteError("the service gives no usable answer, so that nobody could be deleted")
            clock.sleep(PROBE_PAUSE_S)
