"""The circuit breaker: when the service is out, nobody waits for it longer than its profile allows.

An outage is what yields no usable answer, whatever its face: refused, reset, hung or garbled, 502, 503, 504
or 429 for every request, a gateway's page instead of JSON, or its refusal of whatever is asked. The evidence
is counted: `MOST_UNANSWERED` attempts in a row of all workers together, or `FEWEST_UNANSWERED` over
`LONGEST_SILENCE_S`, and then a probe that gets no usable answer either. From then on nobody asks but the
probe, and everyone waits for it, up to the profile's `max_outage_s` since the first of these attempts was
sent. After that the stories that are left are inconclusive at once. Whether an answer is right is for the
stories to say. Cleanup does not pass here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from support.errors import Inconclusive, SuiteError
from support.http.call import write_url
from support.http.gates.breaker_state import State
from support.http.gateway_pages import is_page
from support.http.history import HUNG_UP
from support.http.transport import Transport
from support.target.settings import Constants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from support.clock import Clock
    from support.http.authentication.credentials import Credentials
    from support.http.gates.breaker_state import SharedBreakerState
    from support.http.history import Exchange, Response
    from support.target import Target

NO_CONSTANTS = Constants()
MOST_UNANSWERED = 10
FEWEST_UNANSWERED = 3
LONGEST_SILENCE_S = 2.0
PROBE_EVERY_S = 0.5
PROBE_OPEN_EVERY_S = 6.0  # of which a probe that hears nothing takes three
PAUSE_S = 0.1
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PROBE_CONNECT_S = 1.0
PROBE_ANSWER_S = 2.0


class Breaker:
    """Stands between the clients of one process and the target: a `support.http.client.Gate`.

    `shared` is what all workers, or machines, know. `probe` says whether the service gives a usable answer
    now, `is_usable` whether an attempt got one; the probe must not pass this gate. `tell` is told in one line
    when the state changes.
    """

    def __init__(
        self,
        shared: SharedBreakerState,
        clock: Clock,
        probe: Callable[[], bool],
        is_usable: Callable[[Exchange], bool],
        max_outage_s: float = 0.0,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._shared = shared
        self._clock = clock
        self._probe = probe
        self._is_usable = is_usable
        self._max_outage_s = max_outage_s
        self._tell = tell

    @property
    def is_open(self) -> bool:
        """Whether the service is known to be out, or suspected of it."""
        return self._shared.state is not State.CLOSED

    @property
    def has_given_up(self) -> bool:
        """Whether the service has been out for longer than its profile allows."""
        return self._shared.state is State.OPEN

    def before(self) -> None:
        """Let a request pass; wait for a service that is out, and raise Inconclusive when it stays so."""
        while self._shared.state is not State.CLOSED:
            self._look_again()

    def require_service(self) -> None:
        """Raise Inconclusive where the service has been given up and is still out; waits for nothing."""
        if self.has_given_up:
            self.before()

    def after(self, exchange: Exchange) -> None:
        """Take note of whether an attempt that has just ended got a usable answer."""
        if exchange.fault == HUNG_UP:
            return
        if not self._is_usable(exchange):
            self._note_failure(exchange)
        elif self._shared.failures or self._shared.state is not State.CLOSED:
            self._close()

    def _note_failure(self, exchange: Exchange) -> None:
        now = self._clock.now().timestamp()
        failures = self._shared.fail(now - exchange.seconds)
        is_long = now - self._shared.since >= LONGEST_SILENCE_S and failures >= FEWEST_UNANSWERED
        if self._shared.state is not State.CLOSED or (failures < MOST_UNANSWERED and not is_long):
            return
        if not self._shared.takes_probe(now, PROBE_EVERY_S):
            return
        if self._probe():
            self._shared.close()  # requests of one kind fail: that is for their story to judge
        elif self._shared.worsen(State.SUSPECTED):
            self._tell(f"the service gives no usable answer ({failures} attempts in a row)")

    def _look_again(self) -> None:
        """Probe when it is time; raise Inconclusive once the service has been out for too long."""
        now = self._clock.now().timestamp()
        is_open = self._shared.state is State.OPEN
        again_s = PROBE_OPEN_EVERY_S if is_open else PROBE_EVERY_S
        if self._shared.takes_probe(now, again_s) and self._probe():
            self._close()
            return
        since = self._shared.since
        if not since:
            return  # another worker was answered meanwhile
        if is_open or now - since > self._max_outage_s:
            if self._shared.worsen(State.OPEN):
                self._tell(f"the service has been out for longer than {self._max_outage_s:g} s")
            when = f"{datetime.fromtimestamp(since, UTC):%H:%M:%S} UTC"
            raise Inconclusive(
                f"the service has given no usable answer since {when}; it is not asked again until it does"
            )
        self._clock.sleep(PAUSE_S)

    def _close(self) -> None:
        was_out = self._shared.state is not State.CLOSED
        self._shared.close()
        if was_out:
            self._tell("the service answers again")


def is_usable(exchange: Exchange, target: Target) -> bool:
    """Return whether an attempt got an answer that the service itself may have given.

    One whose status is a passing fault is none, nor is a redirect that could not be followed; a page for
    people has been taken for a fault already.
    """
    response = exchange.response
    if response is None:
        return False
    return response.status not in target.faults.statuses and response.status not in REDIRECTS


def _is_bare_refusal(response: Response, target: Target) -> bool:
    """Return whether a list is refused without JSON, which nobody does who has shown it before.

    Who is refused for their credentials is answered, and so is who asks for nobody.
    """
    is_refusal = 400 <= response.status < 500 and response.status not in {401, *target.lists.nothing_found}
    return target.has_list and is_refusal and "json" not in response.media_type


def _alike(one: Response, other: Response) -> bool:
    return (one.status, one.body) == (other.status, other.body)


def probe_of(
    url: str,
    target: Target,
    clock: Clock,
    tls: Mapping[str, Any] | None = None,
    credentials: Credentials | None = None,
    constants: Constants = NO_CONSTANTS,
    else_url: str = "",
) -> Callable[[], bool]:
    """Make a probe that asks once, over a connection of its own, whether a URL gives a usable answer.

    A refused credential or a missing page is an answer; credentials are sent because a gateway may only let
    those through. `else_url` is asked where an answer to the first one is not usable: a list that fails by
    itself is no outage.
    """
    timeouts = target.timeouts.model_copy(
        update={"connect_s": PROBE_CONNECT_S, "read_s": PROBE_ANSWER_S, "attempt_s": PROBE_ANSWER_S}
    )
    impatient = target.model_copy(update={"timeouts": timeouts})

    def probe() -> bool:
        headers: dict[str, str | bytes] = {"Accept": "application/json", **constants.headers}
        query = dict(constants.query)
        try:
            if credentials:
                headers.update(credentials.headers())
                query.update(credentials.query())
        except SuiteError:
            return False  # without a token the service can be asked nothing
        transport = Transport(impatient, clock, tls)
        refused: Response | None = None
        try:
            for asked in filter(None, (url, else_url)):
                exchange = transport.exchange("GET", write_url(asked, query), headers, None, 1)
                response = exchange.response
                if response is None:
                    return False  # whoever says nothing is not asked twice
                is_same = refused is not None and _alike(response, refused)
                if is_usable(exchange, target) and not (is_page(exchange) or is_same):
                    if asked != url or not _is_bare_refusal(response, target):
                        return True
                    refused = response
            return False
        finally:
            transport.close()

    return probe
