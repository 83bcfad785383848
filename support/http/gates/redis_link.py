"""Talking to Redis, which is an extra: one connection, no retries, and what can go wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_S = 0.3  # a question must not cost a story more


def connect(url: str, timeout_s: float = TIMEOUT_S) -> Any:
    """Return a client of a Redis that answers.

    Raises ImportError without the extra, ValueError for no URL, and one of `redis_errors` when it is silent.
    """
    from redis import Redis  # noqa: PLC0415 - an extra that few need
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    redis = Redis.from_url(
        url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s, retry=Retry(NoBackoff(), 0)
    )
    redis.ping()
    return redis


def redis_errors() -> tuple[type[Exception], ...]:
    """Return the kinds of exceptions by which Redis tells that it cannot be asked."""
    try:
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra that few need
    except ImportError:
        return (OSError,)
    return (RedisError, OSError)


class RedisLink:
    """A Redis that is asked until it does not answer, and never again; `tell` is told when."""

    def __init__(self, redis: Any, tell: Callable[[str], None], without: str) -> None:
        self._redis = redis
        self._tell = tell
        self._without = without  # what is done from then on

    @property
    def is_there(self) -> bool:
        """Whether it has answered so far."""
        return self._redis is not None

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Return what a question gives; None where nobody answers."""
        if self._redis is None:
            return None
        try:
            return question(self._redis)
        except redis_errors() as error:
            self._redis = None
            self._tell(f"Redis is gone ({error}): {self._without}")
            return None
