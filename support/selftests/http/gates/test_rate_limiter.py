"""All workers together ask no more than the profile allows."""

from __future__ import annotations

import multiprocessing
import threading
import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from support.clock import FakeClock, SystemClock
from support.http.gates.rate_limiter import Gates, RateLimiter
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.target.timing import RequestLimits

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path


def _exchange(status: int | None, retry_after: str | None = None) -> Exchange:
    headers = {"retry-after": retry_after} if retry_after is not None else {}
    return Exchange(
        request=Request("GET", "http://127.0.0.1:1/users", {}),
        attempt=1,
        sent_at=0.0,
        answered_at=0.0,
        at=datetime(2030, 1, 2, tzinfo=UTC),
        outcome=Outcome.OK,
        response=Response(status, headers) if status else None,
        fault=None if status else "connection reset",
    )


def _ask(folder: Path, count: int, together: Barrier, sent: multiprocessing.Queue[float]) -> None:
    clock = SystemClock()
    pace = RateLimiter(folder, RequestLimits(requests_per_s=50), clock)
    together.wait(60)
    for _ in range(count):
        pace.before()
        sent.put(clock.monotonic())
        pace.after(ANSWERED)


def test_eight_workers_never_send_more_than_the_rate_in_any_second(tmp_path: Path) -> None:
    """Eight processes at N = 50: no window of one second sees 51 requests, and the rate is made use of."""
    spawn = multiprocessing.get_context("spawn")
    sent = spawn.Queue()
    together = spawn.Barrier(8)  # however long a busy machine takes to start them
    workers = [spawn.Process(target=_ask, args=(tmp_path, 15, together, sent)) for _ in range(8)]
    for worker in workers:
        worker.start()
    moments = sorted(sent.get(timeout=60) for _ in range(120))
    for worker in workers:
        worker.join(60)
    busiest = max(sum(at <= other < at + 1.0 for other in moments) for at in moments)
    assert busiest <= 50
    assert moments[-1] - moments[0] < 120 / 30


def test_turns_are_spread_evenly_and_waited_for(tmp_path: Path) -> None:
    """No burst at the beginning, none after a pause."""
    clock = FakeClock()
    pace = RateLimiter(tmp_path, RequestLimits(requests_per_s=10), clock)
    moments = []
    for number in range(30):
        pace.before()
        moments.append(clock.monotonic())
        pace.after(ANSWERED)
        if number == 10:
            clock.advance(5.0)
    gaps = [after - before for before, after in pairwise(moments)]
    assert min(gaps) == pytest.approx(1 / 9)


def test_no_more_requests_are_in_flight_than_allowed(tmp_path: Path) -> None:
    """Twelve threads of two paces, three places; what a dead thread held is free again."""
    limits = RequestLimits(in_flight=3)
    paces = [RateLimiter(tmp_path, limits, SystemClock()) for _ in range(2)]
    now, most, lock = [0], [0], threading.Lock()

    def work(pace: RateLimiter) -> None:
        for _ in range(5):
            pace.before()
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.003)
            with lock:
                now[0] -= 1
            pace.after(ANSWERED)

    threads = [threading.Thread(target=work, args=(paces[n % 2],)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most[0] == 3


def test_a_place_that_was_never_given_back_is_taken_again(tmp_path: Path) -> None:
    """An attempt that was interrupted does not stop the next one of its thread."""
    pace = RateLimiter(tmp_path, RequestLimits(in_flight=1), SystemClock())
    pace.before()
    pace.before()
    pace.after(ANSWERED)
    other = RateLimiter(tmp_path, RequestLimits(in_flight=1), SystemClock())
    other.before()
    other.after(ANSWERED)


def test_when_everybody_is_sent_away_all_workers_wait(tmp_path: Path) -> None:
    """Five answers with Retry-After in a row, whoever got them, hold back everyone; then it goes on."""
    clock = FakeClock()
    workers = [RateLimiter(tmp_path, RequestLimits(), clock) for _ in range(2)]
    for number in range(5):
        workers[number % 2].before()
        assert clock.slept == []
        workers[number % 2].heed(Operation("list", "users"), _exchange(503, "4"))
    workers[0].before()
    workers[1].before()
    assert sum(clock.slept) == pytest.approx(4.0)
    assert not workers[0]._counters[1]


ANSWERED = _exchange(200)


@pytest.mark.parametrize("between", [_exchange(200), _exchange(404), _exchange(503)])
def test_an_answer_of_another_kind_ends_the_row(tmp_path: Path, between: Exchange) -> None:
    """Weather sends one away here and there; that holds nobody else back."""
    clock = FakeClock()
    pace = RateLimiter(tmp_path, RequestLimits(), clock)
    for _ in range(10):
        for _ in range(4):
            pace.heed(Operation("list", "users"), _exchange(429, "4"))
        pace.heed(Operation("list", "users"), between)
    pace.heed(Operation("list", "users"), _exchange(None))
    pace.before()
    assert clock.slept == []


def test_a_turn_without_limits_costs_next_to_nothing(tmp_path: Path) -> None:
    """A look at a number in memory before, nothing after."""
    pace = RateLimiter(tmp_path, RequestLimits(), SystemClock())
    begin = time.thread_time()
    for _ in range(1000):
        pace.before()
        pace.after(ANSWERED)
    assert (time.thread_time() - begin) / 1000 < 0.00005  # 0.4 microseconds on an idle machine


def test_gates_are_left_in_reverse() -> None:
    """The last one entered is left first."""
    seen = []

    class Note:
        def __init__(self, name: str) -> None:
            self.name = name

        def before(self) -> None:
            seen.append(f"+{self.name}")

        def after(self, ended: Exchange) -> None:
            seen.append(f"-{self.name}{ended.attempt}")

    gates = Gates([Note("a"), Note("b")])
    gates.before()
    gates.after(ANSWERED)
    assert seen == ["+a", "+b", "-b1", "-a1"]
