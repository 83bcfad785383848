"""Where the state of the circuit breaker is kept: in the run's folder, and in Redis too if there is one.

The folder serves the workers of one machine. Redis serves all machines that test the same service; each
process asks it twice a second at most. When it is missing or dies, one line says so, and the folder goes on.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from support.http.gates.redis_link import RedisLink, connect, redis_errors
from support.http.gates.shared_counters import SharedCounters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.clock import Clock


class State(IntEnum):
    """What is known of the service."""

    CLOSED = 0  # it answers
    SUSPECTED = 1  # neither requests nor a probe were answered; it is waited for
    OPEN = 2  # it has been out for longer than its profile allows; nobody waits for it


NUMBERS = ("state", "failures", "since", "next_probe")
STATE, FAILURES, SINCE, NEXT_PROBE = range(len(NUMBERS))
FILE = "breaker"  # in the run's folder
ASK_EVERY_S = 0.5
EXPIRES_S = 600  # what no run has touched for so long says nothing any more


class SharedBreakerState:
    """The state for the processes of one machine; moments are epoch [s], as several machines share them."""

    def __init__(self, path: Path) -> None:
        self._numbers = SharedCounters(path, len(NUMBERS))

    @property
    def state(self) -> State:
        """What is known of the service."""
        return State(int(self._numbers[STATE]))

    @property
    def failures(self) -> int:
        """How many attempts in a row got no usable answer."""
        return int(self._numbers[FAILURES])

    @property
    def since(self) -> float:
        """When the first of them was sent; 0 when there is none."""
        return self._numbers[SINCE]

    def fail(self, sent_at: float) -> int:
        """Count an attempt without a usable answer; return how many there are in a row."""
        with self._numbers.lock():
            if not self._numbers[FAILURES]:
                self._numbers[SINCE] = sent_at
            self._numbers[FAILURES] += 1
            return int(self._numbers[FAILURES])

    def worsen(self, state: State) -> bool:
        """Note that the service is suspected, or out; return whether that is news.

        Not where an answer has come meanwhile, as to another worker while this one's probe was failing.
        """
        with self._numbers.lock():
            if not self._numbers[FAILURES] or self._numbers[STATE] >= state:
                return False
            self._numbers[STATE] = state
            return True

    def close(self) -> None:
        """Note that the service answers, and count anew."""
        with self._numbers.lock():
            self._numbers[STATE] = State.CLOSED
            self._numbers[FAILURES] = self._numbers[SINCE] = 0

    def takes_probe(self, now: float, again_s: float) -> bool:
        """Return whether this caller is to probe; of all workers one does, every so often [s]."""
        if now < self._numbers[NEXT_PROBE]:
            return False
        with self._numbers.lock():
            if now < self._numbers[NEXT_PROBE]:
                return False
            self._numbers[NEXT_PROBE] = now + again_s
            return True


class RedisBreakerState(SharedBreakerState):
    """The state in Redis as well, as long as Redis answers; between two looks the folder's holds."""

    def __init__(self, path: Path, redis: Any, key: str, clock: Clock, tell: Callable[[str], None]) -> None:
        super().__init__(path)
        self._link = RedisLink(redis, tell, "the circuit breaker is this machine's alone from now on")
        self._key = key
        self._clock = clock
        self._next_look = 0.0

    @property
    def state(self) -> State:
        """What is known of the service, not older than half a second."""
        if self._link.is_there and self._clock.monotonic() >= self._next_look:
            self._next_look = self._clock.monotonic() + ASK_EVERY_S
            values = self._link.ask(lambda redis: redis.hmget(self._key, "state", "failures", "since"))
            if values:
                for number, value in zip((STATE, FAILURES, SINCE), values, strict=True):
                    self._numbers[number] = float(value or 0)
        return super().state

    def fail(self, sent_at: float) -> int:
        """Count an attempt on all machines."""
        here = super().fail(sent_at)

        def count(redis: Any) -> int:
            redis.hsetnx(self._key, "since", sent_at)
            redis.expire(self._key, EXPIRES_S)
            return int(redis.hincrby(self._key, "failures", 1))

        everywhere = self._link.ask(count)
        if everywhere is None:
            return here
        self._numbers[FAILURES] = everywhere
        return int(everywhere)

    def worsen(self, state: State) -> bool:
        """Note that the service is suspected, or out, on all machines; return whether that is news."""
        is_news = super().worsen(state)
        if is_news:
            self._link.ask(lambda redis: redis.hset(self._key, "state", int(state)))
        return is_news

    def close(self) -> None:
        """Note that the service answers, on all machines."""
        super().close()
        self._link.ask(lambda redis: redis.delete(self._key))


def open_state(
    folder: Path,
    clock: Clock,
    *,
    redis_url: str | None = None,
    scope: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> SharedBreakerState:
    """Return the breaker's state for a run, in Redis too if a URL is given and somebody answers there.

    `scope` is the service's base URL: runs against the same one share it.
    """
    path = folder / FILE
    if not redis_url:
        return SharedBreakerState(path)
    try:
        redis = connect(redis_url)
    except ImportError:
        tell("REDIS_URL is set, but the Redis client is not installed: pip install redis")
        return SharedBreakerState(path)
    except (ValueError, *redis_errors()) as error:  # type: ignore[misc]  # a tuple that is not a literal
        tell(f"Redis does not answer ({error}): the circuit breaker is this machine's alone")
        return SharedBreakerState(path)
    key = f"users-acceptance:{hashlib.sha256(scope.encode()).hexdigest()[:16]}"
    return RedisBreakerState(path, redis, key, clock, tell)
