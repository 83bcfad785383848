"""The abort switch opens for outages alone, for all workers, and closes when the service is back."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from support.clock import FakeClock, SystemClock
from support.errors import Inconclusive
from support.http.breaker import Breaker, probe_of
from support.http.breaker_state import SharedBreakerState, open_state
from support.target.profile import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Service:
    """A service that is there or not."""

    def __init__(self) -> None:
        self.is_up = False
        self.probes = 0

    def probe(self) -> bool:
        self.probes += 1
        return self.is_up


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def workers(tmp_path: Path, clock: FakeClock, service: Service, said: list[str]) -> list[Breaker]:
    """Return the breakers of three workers of one run."""
    return [
        Breaker(SharedBreakerState(tmp_path / "circuit"), clock, service.probe, said.append) for _ in range(3)
    ]


def _fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.before()
        breaker.after(answered=False)


def test_ten_attempts_in_a_row_without_an_answer_open_it_for_all(
    workers: list[Breaker], service: Service, said: list[str]
) -> None:
    """The attempts of all workers count together, the tenth is followed by a probe."""
    for worker in workers:
        _fail(worker, 3)
    assert not workers[0].is_open
    assert service.probes == 0
    _fail(workers[1], 1)
    assert service.probes == 1
    assert said == ["the service gives no answer (10 attempts in a row)"]
    service.is_up = False
    for worker in workers:
        with pytest.raises(Inconclusive, match=r"no answer since .* UTC; it is not asked again"):
            worker.before()


def test_any_answer_begins_the_count_again(workers: list[Breaker], service: Service) -> None:
    """Faults here and there are weather, whichever worker met them."""
    for _ in range(5):
        _fail(workers[0], 5)
        workers[1].after(answered=True)
        _fail(workers[2], 4)
        workers[0].after(answered=True)
    assert not workers[0].is_open
    assert service.probes == 0


def test_seconds_of_silence_open_it(workers: list[Breaker], clock: FakeClock) -> None:
    """A service that takes connections and never answers is gone too."""
    for _ in range(2):
        _fail(workers[0], 1)
        assert not workers[0].is_open
        clock.advance(2.1)
    _fail(workers[0], 1)
    assert workers[0].is_open


def test_requests_of_one_kind_that_nobody_answers_do_not_open_it(
    workers: list[Breaker], service: Service, said: list[str]
) -> None:
    """While the service answers the probe, a hung operation is its own story's finding."""
    service.is_up = True
    _fail(workers[0], 200)
    assert not workers[0].is_open
    assert 10 < service.probes < 30
    assert said == []


def test_while_it_is_open_it_probes_now_and_then(
    workers: list[Breaker], service: Service, clock: FakeClock, said: list[str]
) -> None:
    """Stories are turned away at once; one probe in two seconds; then the service is used again."""
    _fail(workers[0], 10)
    before = service.probes
    for _ in range(50):
        with pytest.raises(Inconclusive):
            workers[0].before()
    assert service.probes == before
    clock.advance(2.1)
    for _ in range(5):
        with pytest.raises(Inconclusive):
            workers[0].before()
    assert service.probes == before + 1
    service.is_up = True
    clock.advance(2.1)
    workers[0].before()
    assert not workers[1].is_open
    workers[1].before()
    assert said[-1] == "the service answers again"
    _fail(workers[2], 9)
    assert not workers[2].is_open


def test_a_late_answer_closes_it(workers: list[Breaker]) -> None:
    """A request that was on its way when the switch opened has found the service."""
    _fail(workers[0], 10)
    assert workers[1].is_open
    workers[2].after(answered=True)
    assert not workers[1].is_open


def test_racing_threads_may_share_it(workers: list[Breaker], service: Service) -> None:
    """Forty unanswered attempts at once open it once."""

    def attempt() -> None:
        workers[0].after(answered=False)

    threads = [threading.Thread(target=attempt) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert workers[0].is_open
    assert service.probes == 1


def test_a_healthy_service_pays_next_to_nothing(workers: list[Breaker]) -> None:
    """No file access, no lock."""
    begin = time.perf_counter()
    for _ in range(1000):
        workers[0].before()
        workers[0].after(answered=True)
    assert (time.perf_counter() - begin) / 1000 < 0.0001  # 1 microsecond on an idle machine


def test_the_probe_takes_any_answer_and_none_for_none() -> None:
    """A 500 is an answer; a closed port and a silent listener are none."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/users"
    probe = probe_of(url, Target(name="x"), SystemClock())
    assert probe()
    server.shutdown()
    server.server_close()
    assert not probe()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begin = time.monotonic()
        assert not probe_of(f"http://127.0.0.1:{silent.getsockname()[1]}/", Target(name="x"), SystemClock())()
        assert time.monotonic() - begin < 10


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
    """Runs with folders of their own share the count and the switch; another service's do not."""
    clock = FakeClock()

    def machine(name: str, scope: str) -> Breaker:
        circuit = open_state(tmp_path / name, clock, redis_url=redis.url, scope=scope)
        return Breaker(circuit, clock, service.probe)

    here, there, elsewhere = machine("a", "http://x"), machine("b", "http://x"), machine("c", "http://y")
    _fail(here, 6)
    clock.advance(0.6)
    _fail(there, 4)
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
    circuit = open_state(tmp_path / "a", clock, redis_url=redis.url, scope="x", tell=said.append)
    here = Breaker(circuit, clock, service.probe)
    _fail(here, 5)
    redis.kill()
    clock.advance(0.6)
    _fail(here, 4)
    assert not here.is_open
    _fail(here, 1)
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
        circuit = open_state(tmp_path / str(number), FakeClock(), redis_url=url, tell=said.append)
        _fail(Breaker(circuit, FakeClock(), service.probe), 10)
        assert len(said) == number + 1
    assert "abort switch" in said[0] or "not installed" in said[0]
