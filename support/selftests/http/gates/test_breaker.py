"""The circuit breaker opens for outages alone, for all workers, and closes when the service is back."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from support.clock import FakeClock, SystemClock
from support.errors import Inconclusive
from support.http.gates.breaker import Breaker, probe_of
from support.http.gates.breaker_state import SharedBreakerState
from support.http.history import HUNG_UP
from support.selftests.http.gates.breakers import (
    ANSWERED,
    OUTAGE_S,
    TARGET,
    UNANSWERED,
    Service,
    fail,
    make_breaker,
)
from support.selftests.probes.attempts import AMBIGUOUS, NEVER_SENT, exchange
from support.selftests.servers.raw_server import answer, send
from support.target.timing import Faults

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workers(tmp_path: Path, clock: FakeClock, service: Service, said: list[str]) -> list[Breaker]:
    """Return the breakers of three workers of one run."""
    return [make_breaker(SharedBreakerState(tmp_path / "breaker"), clock, service, said) for _ in range(3)]


@pytest.mark.parametrize("face", [AMBIGUOUS, NEVER_SENT, 502, 503, 504, 429], ids=str)
def test_ten_attempts_in_a_row_without_a_usable_answer_open_it_for_all(
    workers: list[Breaker], service: Service, said: list[str], face: str | int
) -> None:
    """The attempts of all workers count together, the tenth is followed by a probe."""
    for worker in workers:
        fail(worker, 3, exchange(face))
    assert not workers[0].is_open
    assert service.probes == 0
    fail(workers[1], 1, exchange(face))
    assert service.probes == 1
    assert said == ["the service gives no usable answer (10 attempts in a row)"]
    assert all(worker.is_open for worker in workers)


def test_a_service_that_comes_back_within_its_outage_time_is_waited_for(
    workers: list[Breaker], service: Service, clock: FakeClock, said: list[str]
) -> None:
    """No story is given up: whoever asks meanwhile waits until the probe is answered."""
    fail(workers[0], 10)
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
    fail(workers[0], 10)
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
    fail(workers[2], 9)
    assert not workers[2].is_open


def test_a_story_is_not_begun_for_a_service_that_was_given_up(
    workers: list[Breaker], service: Service, clock: FakeClock
) -> None:
    """One that is only suspected is waited for by requests; a story that sends none loses nothing by it."""
    fail(workers[0], 10)
    workers[1].require_service()
    with pytest.raises(Inconclusive):
        workers[1].before()
    before = clock.monotonic()
    with pytest.raises(Inconclusive, match="not asked again"):
        workers[2].require_service()
    assert clock.monotonic() == before
    service.is_up = True
    clock.advance(6.1)
    workers[2].require_service()


def test_any_usable_answer_begins_the_count_again(workers: list[Breaker], service: Service) -> None:
    """Faults here and there are weather, whichever worker met them; a refusal is an answer."""
    for _ in range(5):
        fail(workers[0], 5)
        workers[1].after(ANSWERED)
        fail(workers[2], 4)
        workers[0].after(exchange(404))
    assert not workers[0].is_open
    assert service.probes == 0


def test_seconds_of_silence_open_it(workers: list[Breaker], clock: FakeClock) -> None:
    """A service that takes connections and never answers is out too."""
    for _ in range(2):
        fail(workers[0], 1)
        assert not workers[0].is_open
        clock.advance(2.1)
    fail(workers[0], 1)
    assert workers[0].is_open


def test_what_the_client_breaks_off_says_nothing(workers: list[Breaker], service: Service) -> None:
    """Stories hang up on purpose."""
    fail(workers[0], 100, exchange(HUNG_UP))
    assert service.probes == 0


def test_requests_of_one_kind_that_nobody_answers_do_not_open_it(
    workers: list[Breaker], service: Service, clock: FakeClock, said: list[str]
) -> None:
    """While the service answers the probe, a hung operation is its own story's finding."""
    service.is_up = True
    for _ in range(20):
        fail(workers[0], 10)
        clock.advance(0.6)
    assert not workers[0].is_open
    assert 10 < service.probes < 30
    assert said == []


def test_an_answer_to_another_worker_during_a_failing_probe_is_no_outage(
    workers: list[Breaker], service: Service, clock: FakeClock
) -> None:
    """In flaky weather a probe may meet a fault while others are served: nobody waits."""

    def answered_meanwhile() -> bool:
        workers[1].after(ANSWERED)
        return False

    service.probe = answered_meanwhile  # type: ignore[method-assign]
    breaker = make_breaker(workers[0]._shared, clock, service)
    fail(breaker, 10)
    assert not breaker.is_open
    breaker.before()
    assert clock.slept == []


def test_a_late_answer_closes_it(workers: list[Breaker]) -> None:
    """A request that was on its way when the breaker opened has found the service."""
    fail(workers[0], 10)
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
    begin = time.thread_time()
    for _ in range(1000):
        workers[0].before()
        workers[0].after(ANSWERED)
    assert (time.thread_time() - begin) / 1000 < 0.0001  # a microsecond or two on an idle machine


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


@pytest.mark.parametrize(("list_says", "user_says", "is_up"), [
    (503, 404, True), (503, 503, False), (500, 404, True), (200, 503, True),
])  # fmt: skip
def test_a_list_that_fails_by_itself_is_no_outage(serve, list_says, user_says, is_up):
    """A name that nobody can list broke every later story as if the service were out."""
    said = {"/users": list_says, "/users/0": user_says}
    url = serve(lambda connection, request: send(connection, answer(said[request.target]))).url
    target = TARGET.model_copy(update={"faults": Faults(statuses=(500, 503))})
    assert probe_of(f"{url}/users", target, SystemClock(), else_url=f"{url}/users/0")() is is_up


BARE = "Content-Type: text/plain\r\n"
IN_JSON = "Content-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("list_says", "user_says", "is_up"),
    [
        (answer(404, b"default backend", BARE), answer(404, b"default backend", BARE), False),
        (answer(404, b"default backend", BARE), answer(404, b"no such user", BARE), True),
        (answer(404, b"default backend", BARE), answer(404, b"{}", IN_JSON), True),
        (answer(404, b"{}", IN_JSON), answer(404, b"{}", IN_JSON), True),
        (answer(500, b"oops", BARE), answer(500, b"oops", BARE), True),
        (answer(401, b"who?", BARE), answer(401, b"who?", BARE), True),
    ],
)
def test_an_ingress_that_refuses_everything_alike_is_an_outage(serve, list_says, user_says, is_up):
    """The list was shown before the first story, with JSON, to the same caller."""
    said = {"/users": list_says, "/users/0": user_says}
    url = serve(lambda connection, request: send(connection, said[request.target])).url
    assert probe_of(f"{url}/users", TARGET, SystemClock(), else_url=f"{url}/users/0")() is is_up


def test_whoever_says_nothing_is_not_asked_twice(serve):
    asked = []

    def hang_up(connection, request):
        asked.append(request.target)
        connection.close()

    url = serve(hang_up).url
    assert not probe_of(f"{url}/users", TARGET, SystemClock(), else_url=f"{url}/users/0")()
    assert asked == ["/users"]
