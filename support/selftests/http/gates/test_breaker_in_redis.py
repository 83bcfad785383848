"""Two machines on one Redis share a circuit breaker; a Redis that dies or is missing is one line."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from support.clock import FakeClock
from support.errors import Inconclusive
from support.http.gates.breaker_state import open_state
from support.selftests.http.gates.breakers import (
    Service,
    fail,
    make_breaker,
)

if TYPE_CHECKING:
    from pathlib import Path

    from support.http.gates.breaker import Breaker
    from support.selftests.servers.redis_server import RedisServer


def test_two_machines_on_one_redis_stop_together(
    tmp_path: Path, redis: RedisServer, service: Service
) -> None:
    """Runs with folders of their own share count and state; another service's do not."""
    clock = FakeClock()

    def machine(name: str, scope: str) -> Breaker:
        shared = open_state(tmp_path / name, clock, redis_url=redis.url, scope=scope)
        return make_breaker(shared, clock, service)

    here, there, elsewhere = machine("a", "http://x"), machine("b", "http://x"), machine("c", "http://y")
    fail(here, 6)
    clock.advance(0.6)
    fail(there, 4)
    assert there.is_open
    clock.advance(0.6)
    with pytest.raises(Inconclusive):
        here.before()
    elsewhere.before()
    service.is_up = True
    clock.advance(2.1)
    here.before()
    clock.advance(0.6)
    there.before()


def test_a_redis_that_dies_is_one_line_and_nothing_else(
    tmp_path: Path, redis: RedisServer, service: Service, said: list[str]
) -> None:
    """What was known stays known, and the workers of this machine go on sharing it."""
    clock = FakeClock()
    shared = open_state(tmp_path / "a", clock, redis_url=redis.url, scope="x", tell=said.append)
    here = make_breaker(shared, clock, service)
    fail(here, 5)
    redis.kill()
    clock.advance(0.6)
    fail(here, 4)
    assert not here.is_open
    fail(here, 1)
    assert here.is_open
    assert len(said) == 1
    assert said[0].startswith("Redis is gone (")


def test_a_redis_that_is_missing_is_one_line_and_nothing_else(
    tmp_path: Path, service: Service, said: list[str]
) -> None:
    """Neither a closed port nor a URL that is none stops a run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for number, url in enumerate([f"redis://127.0.0.1:{port}", "no url at all"]):
        shared = open_state(tmp_path / str(number), FakeClock(), redis_url=url, tell=said.append)
        fail(make_breaker(shared, FakeClock(), service), 10)
        assert len(said) == number + 1
    assert "circuit breaker" in said[0] or "not installed" in said[0]
