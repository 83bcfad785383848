"""Before the sweep that ends a run: whether the service answers at all, or is not worth waiting for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from support.clock import SystemClock
from support.errors import SuiteError
from support.http.authentication.credentials import credentials_for
from support.http.call import segment
from support.http.gates.breaker import probe_of
from support.http.gates.breaker_state import FILE, SharedBreakerState, State
from support.target.settings import load_constants, load_tls

if TYPE_CHECKING:
    from support.cleanup.leftovers import Leftovers
    from support.cleanup.run import Run

PROBE_FOR_S = 2.0
PROBE_PAUSE_S = 0.1


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
