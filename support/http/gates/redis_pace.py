"""The pace of all machines together, in Redis: turns, places in flight, and how long nobody may ask.

Moments are those of Redis, as machines differ. When it dies, one line says so, and each machine goes on at
its own part of the pace (`support.http.gates.rate_limiter`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from support.http.gates.redis_link import RedisLink, connect, redis_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.clock import Clock

EXPIRES_S = 600
ASK_EVERY_S = 0.5
LONGEST_PLACE_S = 120.0  # of one request; after that its process must be dead


class RedisPace:
    """Gives turns to the processes of all machines that test one service; `tell` is told when Redis dies.

    Each answer is None once Redis does not answer any more.
    """

    def __init__(self, redis: Any, scope: str, clock: Clock, tell: Callable[[str], None]) -> None:
        key = f"users-acceptance:{hashlib.sha256(scope.encode()).hexdigest()[:16]}"
        self._turns, self._held, self._places = f"{key}:turn", f"{key}:held", f"{key}:places"
        self._link = RedisLink(redis, tell, "each machine goes on at its own part of the rate limit")
        self._clock = clock
        self._next_look = 0.0
        self._held_until = 0.0  # by this machine's clock, monotonic [s]

    def turn_s(self, space_s: float) -> float | None:
        """Take the next turn, so long [s] after the one before; return how long it is until then [s]."""

        def take(pipe: Any) -> float:
            now, taken = _now(pipe), float(pipe.get(self._turns) or 0)
            turn = max(now, taken)
            pipe.multi()
            pipe.set(self._turns, repr(turn + space_s), ex=EXPIRES_S)
            return turn - now

        wait: float | None = self._link.ask(
            lambda redis: redis.transaction(take, self._turns, value_from_callable=True)
        )
        return wait

    def held_s(self) -> float:
        """Return for how long nobody may ask, as any machine was told [s]; half a second old at most."""
        now = self._clock.monotonic()
        if now >= self._next_look:
            self._next_look = now + ASK_EVERY_S
            left_ms = self._link.ask(lambda redis: redis.pttl(self._held))
            self._held_until = now + max(0, left_ms or 0) / 1000
        return max(0.0, self._held_until - now)

    def hold(self, seconds: float) -> None:
        """Have nobody ask for so long [s]."""
        self._next_look = 0.0
        self._link.ask(lambda redis: redis.set(self._held, 1, px=max(1, int(seconds * 1000))))

    def take_place(self, most: int) -> str | None:
        """Take one of so many places in flight; return its name, empty where none is free."""
        place = uuid4().hex

        def take(pipe: Any) -> str:
            now = _now(pipe)
            is_free = pipe.zcount(self._places, now, "+inf") < most
            pipe.multi()
            pipe.zremrangebyscore(self._places, 0, now)
            if is_free:
                pipe.zadd(self._places, {place: now + LONGEST_PLACE_S})
                pipe.expire(self._places, EXPIRES_S)
            return place if is_free else ""

        name: str | None = self._link.ask(
            lambda redis: redis.transaction(take, self._places, value_from_callable=True)
        )
        return name

    def leave_place(self, place: str) -> None:
        """Return a place in flight to the next."""
        self._link.ask(lambda redis: redis.zrem(self._places, place))


def open_pace(
    redis_url: str | None, scope: str, clock: Clock, tell: Callable[[str], None]
) -> RedisPace | None:
    """Return the pace that all machines share; None without a URL, or where nobody answers there.

    `scope` is the service's base URL. That Redis is missing is for the circuit breaker to tell.
    """
    if not redis_url:
        return None
    try:
        return RedisPace(connect(redis_url), scope, clock, tell)
    except (ImportError, ValueError, *redis_errors()):  # type: ignore[misc]  # a tuple that is not a literal
        return None


def _now(redis: Any) -> float:
    seconds, microseconds = redis.time()
    return float(seconds + microseconds / 1e6)
