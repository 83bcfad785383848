"""Where the state of the abort switch is kept: in the run's folder, and in Redis too if there is one.

The folder serves the workers of one machine. Redis serves all machines that test the same service; each
process asks it twice a second at most. When it is missing or dies, one line says so, and the folder goes on.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pybreaker

from support.http.shared_counters import SharedCounters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.clock import Clock

STATES = (pybreaker.STATE_CLOSED, pybreaker.STATE_OPEN, pybreaker.STATE_HALF_OPEN)
STATE, FAILURES, SUCCESSES, OPENED_AT, COUNTERS = range(5)
ASK_EVERY_S = 0.5
REDIS_TIMEOUT_S = 0.3


class SharedBreakerState(pybreaker.CircuitBreakerStorage):
    """Keeps a circuit's state for the processes of one machine."""

    def __init__(self, path: Path) -> None:
        super().__init__("run")
        self._cells = SharedCounters(path, COUNTERS)

    @property
    def state(self) -> str:
        """The state, by pybreaker's names."""
        return STATES[int(self._cells[STATE])]

    @state.setter
    def state(self, state: str) -> None:
        self._cells[STATE] = STATES.index(state)

    @property
    def counter(self) -> int:
        """How many attempts in a row got no answer."""
        return int(self._cells[FAILURES])

    def increment_counter(self) -> None:
        """Count one more."""
        with self._cells.lock():
            self._cells[FAILURES] += 1

    def reset_counter(self) -> None:
        """Begin to count again."""
        self._cells[FAILURES] = 0

    @property
    def success_counter(self) -> int:
        """How many probes were answered since the circuit was half open."""
        return int(self._cells[SUCCESSES])

    def increment_success_counter(self) -> None:
        """Count one more."""
        with self._cells.lock():
            self._cells[SUCCESSES] += 1

    def reset_success_counter(self) -> None:
        """Begin to count again."""
        self._cells[SUCCESSES] = 0

    @property
    def opened_at(self) -> datetime | None:
        """When the circuit was opened last, in UTC."""
        seconds = self._cells[OPENED_AT]
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    @opened_at.setter
    def opened_at(self, moment: datetime) -> None:
        self._cells[OPENED_AT] = moment.timestamp()


class RedisBreakerState(SharedBreakerState):
    """Keeps a circuit's state in Redis as well, as long as Redis answers.

    What the folder says holds between two looks at Redis, which every process takes for itself.
    """

    def __init__(
        self,
        path: Path,
        remote: pybreaker.CircuitRedisStorage,
        redis: Any,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(path)
        self._remote: pybreaker.CircuitRedisStorage | None = remote
        self._redis = redis
        self._clock = clock
        self._tell = tell
        self._next_look = 0.0

    @property
    def state(self) -> str:
        """The state, not older than half a second."""
        if self._remote is not None and self._clock.monotonic() >= self._next_look:
            self._look()
        return STATES[int(self._cells[STATE])]

    @state.setter
    def state(self, state: str) -> None:
        self._cells[STATE] = STATES.index(state)
        if remote := self._living():
            remote.state = state

    def increment_counter(self) -> None:
        """Count one more, on all machines."""
        super().increment_counter()
        if remote := self._living():
            remote.increment_counter()
            self._cells[FAILURES] = remote.counter

    def reset_counter(self) -> None:
        """Begin to count again, on all machines."""
        super().reset_counter()
        if remote := self._living():
            remote.reset_counter()

    def _look(self) -> None:
        self._next_look = self._clock.monotonic() + ASK_EVERY_S
        if remote := self._living():
            self._cells[STATE] = STATES.index(remote.state)
            self._cells[FAILURES] = remote.counter

    def _living(self) -> pybreaker.CircuitRedisStorage | None:
        """Return what is kept in Redis if Redis is still there; pybreaker itself would not tell."""
        if self._remote is not None:
            try:
                self._redis.ping()
            except _redis_errors() as error:
                self._remote = None
                self._tell(f"Redis is gone ({error}): the abort switch is this machine's alone from now on")
        return self._remote


def open_state(
    folder: Path,
    clock: Clock,
    *,
    redis_url: str | None = None,
    scope: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> SharedBreakerState:
    """Return the circuit of a run, in Redis too if a URL is given and somebody answers there.

    `scope` is the service's base URL: runs against the same one share a circuit.
    """
    path = folder / "circuit"
    if not redis_url:
        return SharedBreakerState(path)
    try:
        redis = _connect(redis_url)
        name = f"users-acceptance:{hashlib.sha256(scope.encode()).hexdigest()[:16]}"
        remote = pybreaker.CircuitRedisStorage(pybreaker.STATE_CLOSED, redis, namespace=name)
    except ImportError:
        tell("REDIS_URL is set, but the Redis client is not installed: pip install redis")
        return SharedBreakerState(path)
    except (ValueError, *_redis_errors()) as error:  # type: ignore[misc]  # a tuple that is not a literal
        tell(f"Redis does not answer ({error}): the abort switch is this machine's alone")
        return SharedBreakerState(path)
    # It logs a traceback for each call that fails; one line of ours is enough.
    logging.getLogger("pybreaker").setLevel(logging.CRITICAL)
    return RedisBreakerState(path, remote, redis, clock, tell)


def _connect(url: str) -> Any:
    from redis import Redis  # noqa: PLC0415 - an extra that few need
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    redis = Redis.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    redis.ping()
    return redis


def _redis_errors() -> tuple[type[Exception], ...]:
    try:
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra that few need
    except ImportError:
        return (OSError,)
    return (RedisError, OSError)
