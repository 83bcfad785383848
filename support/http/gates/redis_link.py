"""Talking to Redis, which is an extra: one connection, no retries, and what can go wrong with it."""

from __future__ import annotations

from typing import Any

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
