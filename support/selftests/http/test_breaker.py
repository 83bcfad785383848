"""The circuit breaker opens for outages alone, for all workers, and closes when the service is back."""

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
from support.http.gates.breaker import Breaker, is_usable, probe_of
from support.http.gates.breaker_state import SharedBreakerState, open_state
from support.http.history import HUNG_UP
from support.selftests.probes.attempts import AMBIGUOUS, NEVER_SENT, exchange
from support.target.profile import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.http.history import Exchange


TARGET = Target(name="x")
ANSWERED, UNANSWERED = exchange(200), exchange(AMBIGUOUS)
OUTAGE_S = 5.0


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


def make_breaker(
    shared: SharedBreakerState, clock: FakeClock, service: Service, said: list[str] | None = None
) -> Breaker:
    """Make the breaker of one worker, for a service whose profile allows outages of five seconds."""
    tell = (said if said is not None else []).append
    return Breaker(shared, clock, service.probe, lambda ended: is_usable(ended, TARGET), OUTAGE_S, tell)


@pytest.fixture
def workers(tmp_path: Path, clock: FakeClock, service: Service, said: list[str]) -> list[Breaker]:
    """Return the breakers of three workers of one run."""
    return [make_breaker(SharedBreakerState(tmp_path / "breaker"), clock, service, said) for _ in range(3)]


def _fail(breaker: Breaker, times: int, ended: Exchange = UNANSWERED) -> None:
    for _ in range(times):
        breaker.after(ended)


@pytest.mark.parametrize("face", [AMBIGUOUS, NEVER_SENT, 502, 503, 504, 429], ids=str)
def test_ten_attempts_in_a_row_without_a_usable_answer_open_it_for_all(
    workers: list[Breaker], service: Service, said: list[str], face: str | int
) -> None:
    """The attempts of all workers count together, the tenth is followed by a probe."""
    for worker in workers:
        _fail(worker, 3, exchange(face))
    assert not workers[0].is_open
    assert service.probes == 0
    _fail(workers[1], 1, exchange(face))
    assert service.probes == 1
    assert said == ["the service gives no usable answer (10 attempts in a row)"]
    assert all(worker.is_open for worker in workers)


def test_a_service_that_comes_back_within_its_outage_time_is_waited_for(
    workers: list[Breaker], service: Service, clock: FakeClock, said: list[str]
) -> None:
    """No story is given up: whoever asks meanwhile waits until the probe is answered."""
    _fail(workers[0], 10)
    began = clock.monotonic()

    def come_back(seconds: float) -> None:
        clock.slept.append(seconds)
        clock.advance(seconds)
        service.is_up = clock.monotonic() - began > OUTAGE_S - 1

    clock.sleep = come_back  # type: ignore[method-assign]
    workers[1].before()
    assert OUTAGE_S - 1 < clock.monotonic() - began < OUTAGE_S
    assert said[-1] == "the service answers again"
    workers[2].before()


def test_after_its_outage_time_stories_are_turned_away_at_once(
    workers: list[Breaker], service: Service, clock: FakeClock, said: list[str]
) -> None:
    """From then on one probe in six seconds is all that is sent, and a service that is back is used again."""
    _fail(workers[0], 10)
    began = clock.monotonic()
    with pytest.raises(Inconclusive, match=r"no usable answer since .* UTC; it is not asked again"):
        workers[1].before()
    assert OUTAGE_S < clock.monotonic() - began < OUTAGE_S + 1
    assert said[-1] == "the service has been out for longer than 5 s"
    before, probes = clock.monotonic(), service.probes
    for _ in range(50):
        with pytest.raises(Inconclusive):
            workers[0].before()
    assert clock.monotonic() == before
    assert service.probes <= probes + 1
    service.is_up = True
    clock.advance(6.1)
    workers[0].before()
    workers[1].before()
    assert said[-1] == "the service answers again"
    _fail(workers[2], 9)
    assert not workers[2].is_open


def test_any_usable_answer_begins_the_count_again(workers: list[Breaker], service: Service) -> None:
    """Faults here and there are weather, whichever worker met them; a refusal is an answer."""
    for _ in range(5):
        _fail(workers[0], 5)
        workers[1].after(ANSWERED)
        _fail(workers[2], 4)
        workers[0].after(exchange(404))
    assert not workers[0].is_open
    assert service.probes == 0


def test_seconds_of_silence_open_it(workers: list[Breaker], clock: FakeClock) -> None:
    """A service that takes connections and never answers is out too."""
    for _ in range(2):
        _fail(workers[0], 1)
        assert not workers[0].is_open
        clock.advance(2.1)
    _fail(workers[0], 1)
    assert workers[0].is_open


def test_what_the_client_breaks_off_says_nothing(workers: list[Breaker], service: Service) -> None:
    """Stories hang up on purpose."""
    _fail(workers[0], 100, exchange(HUNG_UP))
    assert service.probes == 0


def test_requests_of_one_kind_that_nobody_answers_do_not_open_it(
    workers: list[Breaker], service: Service, clock: FakeClock, said: list[str]
) -> None:
    """While the service answers the probe, a hung operation is its own story's finding."""
    service.is_up = True
    for _ in range(20):
        _fail(workers[0], 10)
        clock.advance(0.6)
    assert not workers[0].is_open
    assert 10 < service.probes < 30
    assert said == []


def test_a_late_answer_closes_it(workers: list[Breaker]) -> None:
    """A request that was on its way when the breaker opened has found the service."""
    _fail(workers[0], 10)
    assert workers[1].is_open
    workers[2].after(ANSWERED)
    assert not workers[1].is_open


def test_racing_threads_may_share_it(workers: list[Breaker], service: Service) -> None:
    """Forty unanswered attempts at once open it once."""
    threads = [threading.Thread(target=workers[0].after, args=(UNANSWERED,)) for _ in range(40)]
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
        workers[0].after(ANSWERED)
    assert (time.perf_counter() - begin) / 1000 < 0.0001  # a microsecond or two on an idle machine


@pytest.mark.parametrize(
    ("status", "media_type", "body", "is_up"),
    [
        (200, "application/json", b"[]", True),
        (401, "application/json", b"{}", True),
        (500, "text/plain", b"", True),
        (503, "application/json", b"{}", False),
        (429, "application/json", b"{}", False),
        (200, "text/html", b"<html>log in</html>", False),
        (302, "text/html", b"", False),
    ],
)
def test_the_probe_takes_what_the_service_may_have_said(
    status: int, media_type: str, body: bytes, *, is_up: bool
) -> None:
    """A 500 is an answer; a gateway's page, its redirect and its refusals are none."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    probe = probe_of(f"http://127.0.0.1:{server.server_port}/users", TARGET, SystemClock())
    assert probe() is is_up
    server.shutdown()
    server.server_close()
    assert not probe()


def test_the_probe_takes_no_answer_for_none_soon() -> None:
    """A silent listener costs seconds, not the profile's time-outs."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begin = time.monotonic()
        assert not probe_of(f"http://127.0.0.1:{silent.getsockname()[1]}/", TARGET, SystemClock())()
        assert time.monotonic() - begin < 5


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
    shared = open_state(tmp_path / "a", clock, redis_url=redis.url, scope="x", tell=said.append)
    here = make_breaker(shared, clock, service)
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
        shared = open_state(tmp_path / str(number), FakeClock(), redis_url=url, tell=said.append)
        _fail(make_breaker(shared, FakeClock(), service), 10)
        assert len(said) == number + 1
    assert "circuit breaker" in said[0] or "not installed" in said[0]
