"""When an attempt is made again: fault retries, aware of method and key (RFC 9110 §9.2.2).

`classify` says what an attempt tells about its effect, `FaultRetries` repeats an operation while a
passing fault stands in its way: within the number of attempts that the profile's fault budget makes
plausible, the operation's deadline, and a retry budget for the whole run. It never repeats a request
that may have had an effect and that has neither a key nor an idempotent method; waiting for a state is
not its business (`support.convergence.polling`).
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from tenacity import RetryCallState, Retrying

from support.http.connections import LOOK_UP_EVERY_S
from support.http.history import Outcome

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from support.clock import Clock
    from support.http.history import Exchange, Operation, Response
    from support.target.timing import Faults

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
IDEMPOTENT = SAFE | {"PUT", "DELETE"}
# So often a request is not refused because of an attempt of its own that is still in hand.
COLLISIONS = 3
LONGEST_WAIT_S = 60.0
FIRST_BACKOFF_S = 0.05
LONGEST_BACKOFF_S = 2.0
SECONDS = re.compile(r"[0-9]{1,9}")
HTTP_DATE = re.compile(
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
    r"|\w{6,9}, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}",
    re.ASCII,
)
# A run of faults less likely than this is no weather any more (one in a million).
IMPLAUSIBLE = 1e-6


def classify(faults: Faults, response: Response) -> Outcome:
    """Say what an answer tells about the effect of its request."""
    status = response.status
    if 200 <= status < 300 or status == 304:
        return Outcome.OK
    if status == 429 or (status == 503 and faults.unavailable_is_unapplied):
        return Outcome.FAILED
    if status >= 500 or status in {408, 425}:
        return Outcome.UNKNOWN
    return Outcome.REFUSED


def plausible_attempts(faults: Faults) -> int:
    """Return how many attempts a correct but flaky service may need, so that more would be no weather."""
    p = faults.per_request_probability
    by_chance = math.ceil(math.log(IMPLAUSIBLE) / math.log(p)) if p > 0 else 1
    if faults.max_consecutive is not None:
        return min(max(by_chance, 2), faults.max_consecutive + 2)
    return max(by_chance, 2)


def parse_retry_after(response: Response) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3) as seconds from the answer on [s]; None when absent or garbage.

    A date is compared with the answer's own Date, never with our clock; all three date forms are read.
    """
    value = response.headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(value):
        return float(value)
    then, now = parse_http_date(value), parse_http_date(response.headers.get("date", ""))
    if then is None:
        return None
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


def is_well_formed(retry_after: str) -> bool:
    """Return whether a Retry-After is seconds or an HTTP date, and not only something that can be guessed.

    A date is one of the three forms of RFC 9110 §5.6.7, in GMT.
    """
    value = retry_after.strip()
    return bool(SECONDS.fullmatch(value) or (HTTP_DATE.fullmatch(value) and parse_http_date(value)))


def parse_http_date(value: str) -> datetime | None:
    """Read an HTTP date in any of its three forms (RFC 9110 §5.6.7); None when it is none."""
    try:
        instant = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        try:
            instant = datetime.strptime(value, "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007 - asctime is UTC
        except ValueError:
            return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class RetryBudget:
    """How many retries the whole run may spend, so that an outage is not hammered.

    The allowance grows with the requests sent, twice as fast as the declared fault probability explains.
    """

    def __init__(self, faults: Faults, reserve: int = 50) -> None:
        p = faults.per_request_probability
        self._ratio = max(0.2, 2 * p / (1 - p))
        self._reserve = reserve
        self.requests = 0
        self.retries = 0

    def allows(self) -> bool:
        """Return whether one more retry is within the budget."""
        return self.retries < self._reserve + self._ratio * self.requests


@dataclass(slots=True)
class Repeat:
    """Whether and how one operation may be sent again.

    `has_key`: it carries an idempotency key. `is_renewed`: each attempt has an identity of its own, so
    that an earlier one cannot be doubled.
    """

    method: str
    has_key: bool = False
    is_renewed: bool = False

    def allows(self, exchange: Exchange, faults: Faults) -> bool:
        """Return whether the request may be sent again after this attempt (`semantics.md` A.4)."""
        if not is_fault(exchange, faults, has_key=self.has_key) or exchange.is_oversized:
            return False
        return exchange.outcome is Outcome.FAILED or self.is_safe

    @property
    def is_safe(self) -> bool:
        """Whether the request may be sent again although it may have had its effect."""
        return self.method in IDEMPOTENT or self.has_key or self.is_renewed


def is_fault(exchange: Exchange, faults: Faults, *, has_key: bool = False) -> bool:
    """Return whether an attempt met a passing fault, a key that is still being worked on included."""
    response = exchange.response
    if response is None:
        return True
    if response.status in {409, 425} and has_key:
        return "retry-after" in response.headers
    return response.status in faults.statuses or response.status in {408, 425}


def _is_in_progress(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status in {409, 425}


def _collides(run: _Run) -> bool:
    """Return whether a request may have met a lost attempt of its own, so that it is sent once more."""
    response = run.operation.response
    is_conflict = response is not None and response.status == 409
    is_safe = run.repeat.has_key or run.repeat.method != "POST"
    if not is_conflict or not is_safe or not run.operation.may_have_happened_before:
        return False
    return run.operation.refusals < COLLISIONS


def wait_for(clock: Clock, seconds: float, is_given_up: Callable[[], bool] | None) -> None:
    """Sleep so long [s], but no longer than the service is waited for at all."""
    while seconds > 0 and not (is_given_up and is_given_up()):
        step = min(seconds, LOOK_UP_EVERY_S) if is_given_up else seconds
        clock.sleep(step)
        seconds -= step


@dataclass(slots=True)
class _Run:
    """The state of one operation in hand, which tenacity's callbacks look at."""

    operation: Operation
    repeat: Repeat
    deadline: float
    wait: tuple[float, str] = field(default=(0.0, ""))


class FaultRetries:
    """Repeats operations through passing faults; one instance serves a whole process.

    Waits Retry-After where it is given [s, at most 60], else a capped exponential back-off with full
    jitter; neither once `is_given_up` says that the service is out for good. Time comes from the clock,
    chance from the seeded `random`.
    """

    def __init__(
        self,
        faults: Faults,
        clock: Clock,
        chance: random.Random,
        operation_s: float = 60.0,
        is_given_up: Callable[[], bool] | None = None,
    ) -> None:
        self.faults = faults
        self.budget = RetryBudget(faults)
        self.attempts = plausible_attempts(faults)
        self._operation_s = operation_s
        self._clock = clock
        self._is_given_up = is_given_up
        self._chance = chance
        self._retrying = Retrying(
            sleep=self._wait,
            retry=self._wants_retry,
            wait=self._next_wait,
            stop=self._is_spent,
            before_sleep=self._note_wait,
            retry_error_callback=lambda _: None,  # the operation itself tells how it ended
        )

    def _wait(self, seconds: float) -> None:
        wait_for(self._clock, seconds, self._is_given_up)

    def run(
        self,
        attempt: Callable[[], Exchange],
        operation: Operation,
        repeat: Repeat,
        within_s: float | None = None,
    ) -> None:
        """Call `attempt` until the operation is answered, may not be repeated, or the budget is spent.

        Raises nothing of its own: the last attempt of the operation says how it ended.
        """
        longest_s = self._operation_s if within_s is None else min(within_s, self._operation_s)
        run = _Run(operation, repeat, self._clock.monotonic() + longest_s)

        def once(_: _Run) -> Exchange:
            self.budget.requests += 1
            return attempt()

        self._retrying(once, run)

    def _wants_retry(self, state: RetryCallState) -> bool:
        outcome = state.outcome
        if outcome is None or outcome.failed:
            return False
        run: _Run = state.args[0]
        return run.repeat.allows(outcome.result(), self.faults) or _collides(run)

    def _next_wait(self, state: RetryCallState) -> float:
        run: _Run = state.args[0]
        exchange = run.operation.last
        asked = parse_retry_after(exchange.response) if exchange.response else None
        ceiling = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** min(state.attempt_number, 10))
        backoff = self._chance.uniform(ceiling / 4, ceiling)
        if asked is None or (not asked and _is_in_progress(exchange)):
            # Also where "come back at once" is said: a key that is stuck would be asked for without end.
            run.wait = (backoff, "back-off")
        else:
            run.wait = (min(asked, LONGEST_WAIT_S), "the service asked for it")
        return run.wait[0]

    def _is_spent(self, state: RetryCallState) -> bool:
        run: _Run = state.args[0]
        # A key that is still being worked on is waited for until the deadline: that is no fault run.
        since = itertools.takewhile(lambda e: not _is_in_progress(e), reversed(run.operation.exchanges))
        if sum(1 for _ in since) >= self.attempts:
            return True
        if self._clock.monotonic() + run.wait[0] > run.deadline:
            return True
        return not self.budget.allows()

    def _note_wait(self, state: RetryCallState) -> None:
        run: _Run = state.args[0]
        self.budget.retries += 1
        run.operation.waits.append(run.wait)
