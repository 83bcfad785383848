"""Bursts: who starts together, who stops when, and how close together requests arrive."""

from __future__ import annotations

import statistics
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from support.behaviours.concurrency.bursts import Bursts
from support.benchmarks.burst_spread import measure_rounds
from support.clock import SystemClock
from support.http.call import Call
from support.http.history import Operation, Outcome
from support.selftests.probes.client_probe import make_client
from support.selftests.probes.transport_probe import TARGET
from support.selftests.servers.raw_server import OK
from support.selftests.servers.timed_server import TimedServer, is_whole, says

if TYPE_CHECKING:
    from support.http import SessionClient

BODY = b'{"a": 1}'


class Api:
    """As much of the users API as a burst needs."""

    def __init__(self, client: SessionClient) -> None:
        self.client = client
        self.target = client.target

    def with_client(self, client: SessionClient) -> Api:
        return Api(client)

    def create(self) -> Operation:
        return self.client.send(Call("POST", "/users", body=BODY, has_key=True), "create", "user Ada")


def make_bursts(server: TimedServer, target=TARGET) -> Bursts:
    clock = SystemClock()
    api = Api(make_client(server.url, target, clock))
    return Bursts(SimpleNamespace(api=api, clock=clock))  # type: ignore[arg-type]


def test_first_attempts_leave_together_and_are_whole(listen):
    """All runners' first attempts have one moment of sending, and the operations come in order."""
    bursts = make_bursts(listen(says(OK)))
    operations = bursts.at_once([lambda api: api.create()] * 8)  # type: ignore[call-arg]
    assert [operation.outcome for operation in operations] == [Outcome.OK] * 8
    assert len({operation.sent_at for operation in operations}) == 1


def test_faults_are_repeated_by_each_runner(listen):
    """Who meets a fault repeats as the retry policy says, without a further start together."""
    refused = threading.Semaphore(3)

    def answer(connection, heard) -> None:
        assert is_whole(heard.all)
        fails = refused.acquire(blocking=False)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" if fails else OK)

    operations = make_bursts(listen(answer)).at_once([lambda api: api.create()] * 4)  # type: ignore[call-arg]
    assert [operation.outcome for operation in operations] == [Outcome.OK] * 4
    assert sum(len(operation.exchanges) for operation in operations) == 7


def test_rounds_stop_at_the_first_find(listen):
    """No further round begins after a find."""
    seen: list[int] = []

    def is_find(exchanges) -> bool:
        seen.append(len(exchanges))
        return len(seen) == 2

    bursts = make_bursts(listen(says(OK))).rounds([[lambda api: api.create()] * 3] * 5, is_find)  # type: ignore[call-arg]
    assert [len(burst) for burst in bursts] == [3, 3]
    assert seen == [3, 3]


def test_a_deed_that_sends_nothing_holds_nobody_up(listen):
    """Who raises before sending lets the others go, and is heard of."""

    def fail(_: Api) -> Operation:
        raise LookupError("no such person")

    served = listen(says(OK))
    with pytest.raises(LookupError):
        make_bursts(served).at_once([lambda api: api.create(), fail, lambda api: api.create()])  # type: ignore[call-arg, list-item]
    assert len(served.heard) == 2


def test_runners_fit_into_what_a_target_allows(listen):
    """No more requests wait at the line than a target allows in flight."""
    target = TARGET.model_copy(
        update={"request_limits": TARGET.request_limits.model_copy(update={"in_flight": 3})}
    )
    served = listen(says(OK))
    assert make_bursts(served, target).fit(8) == 3
    assert make_bursts(served).fit(8) == 8


def test_eight_requests_arrive_within_a_millisecond_and_a_half():
    """The median spread of eight requests on loopback is at most 1.5 ms."""
    spreads, _ = measure_rounds(15, 8)
    assert statistics.median(spreads) <= 1.5
