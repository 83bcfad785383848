"""Two machines on one Redis share a circuit breaker; a Redis that dies or is missing is one line."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
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
    from collections.abc import Iterator
    from pathlib import Path

    from support.http.gates.breaker import Breaker


class Redis:
    """A Redis server of the test's own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        program = shutil.which("redis-server") or ""
        self._process = subprocess.Popen(  # noqa: S603 - the installed server
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    pytest.importorskip("redis", reason="the Redis client is an extra")
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed here: it is an optional part")
    server = Redis(tmp_path)
    yield server
    server.kill()


def test_two_machines_on_one_redis_stop_together(tmp_path: Path, redis: Redis, service: Service) -> None:
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
    tmp_path: Path, redis: Redis, service: Service, said: list[str]
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
