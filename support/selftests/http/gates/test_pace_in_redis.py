"""Machines on one Redis keep one pace; one whose Redis dies keeps to its own part of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from support.clock import SystemClock
from support.http.gates.rate_limiter import RateLimiter, Shared
from support.http.gates.redis_pace import RedisPace, open_pace
from support.http.history import Operation
from support.selftests.probes.attempts import exchange
from support.target.timing import RequestLimits

if TYPE_CHECKING:
    from pathlib import Path

    from support.selftests.servers.redis_server import RedisServer

ANSWERED = exchange(200)


def machine(
    folder: Path, redis: RedisServer, limits: RequestLimits, said: list[str] | None = None, scope: str = "x"
) -> RateLimiter:
    """Make the rate limiter of one of two machines."""
    tell = (said if said is not None else []).append
    pace = open_pace(redis.url, scope, SystemClock(), tell)
    assert isinstance(pace, RedisPace)
    return RateLimiter(folder, limits.part(2), SystemClock(), None, Shared(pace, limits))


def test_two_machines_together_stay_below_the_rate(tmp_path: Path, redis: RedisServer) -> None:
    limits = RequestLimits(requests_per_s=40)
    machines = [machine(tmp_path / name, redis, limits) for name in "ab"]
    elsewhere = machine(tmp_path / "c", redis, limits, scope="y")

    def ask(number: int) -> float:
        machines[number % 2].before()
        return time.monotonic()

    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(ask, range(30)))
    assert max(sent) - begun >= 29 / 40
    begun = time.monotonic()
    elsewhere.before()
    assert time.monotonic() - begun < 0.5


def test_two_machines_together_have_no_more_requests_in_flight(tmp_path: Path, redis: RedisServer) -> None:
    limits = RequestLimits(in_flight=2)
    here, there = (machine(tmp_path / name, redis, limits) for name in "ab")
    here.before()
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        first.submit(there.before).result(10)
        third = second.submit(there.before)
        with pytest.raises(TimeoutError):
            third.result(0.3)
        here.after(ANSWERED)
        third.result(10)
        first.submit(there.after, ANSWERED).result(10)
        second.submit(there.after, ANSWERED).result(10)
    here.before()


def test_what_one_machine_is_told_to_wait_for_all_do(tmp_path: Path, redis: RedisServer) -> None:
    here, there = (machine(tmp_path / name, redis, RequestLimits()) for name in "ab")
    there.before()
    time.sleep(0.6)
    for _ in range(5):
        here.heed(Operation("look up", "user Ada", "a story"), exchange(503, headers={"retry-after": "1"}))
    begun = time.monotonic()
    there.before()
    assert 0.5 < time.monotonic() - begun < 5


def test_without_redis_a_machine_keeps_to_its_part(tmp_path: Path, redis: RedisServer) -> None:
    said: list[str] = []
    here = machine(tmp_path / "a", redis, RequestLimits(requests_per_s=40), said)
    here.before()
    redis.kill()
    begun = time.monotonic()
    for _ in range(8):
        here.before()
    assert time.monotonic() - begun >= 7 / 20
    assert len(said) == 1
    assert said[0].startswith("Redis is gone (")
