"""Requests by hand: what arrives, when it arrives, and how every way of failing is told."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING

import pytest

from support.clock import SystemClock
from support.http.call import Call
from support.http.history import Exchange, Outcome
from support.http.raw.last_byte_sync import StartingLine
from support.http.raw.requests import PLAIN, SendingMode, WireTransport
from support.http.transport import CUT_OFF, Transport
from support.selftests.probes.client_probe import make_client
from support.selftests.probes.transport_probe import TARGET
from support.selftests.servers.raw_server import OK
from support.selftests.servers.timed_server import says

if TYPE_CHECKING:
    from support.selftests.servers.timed_server import Heard


def send(url: str, manner: SendingMode = PLAIN, body: bytes | None = b'{"a": 1}', tls=None) -> Exchange:
    clock = SystemClock()
    wire = WireTransport(Transport(TARGET, clock, tls), TARGET, clock, manner=manner)
    return wire.exchange("POST", f"{url}/users?x=1", {"A": "b"}, body, 1)


def test_request_is_written_as_it_stands(listen):
    """Request line, headers, length and body arrive as a library would send them."""
    server = listen(says(OK))
    exchange = send(server.url)
    assert exchange.outcome is Outcome.OK
    assert exchange.response.body == b"{}"
    head, _, body = server.heard[0].all.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /users?x=1 HTTP/1.1\r\nHost: localhost:")
    assert b"\r\nContent-Length: 8" in head
    assert body == b'{"a": 1}'
    assert exchange.sent_at <= exchange.sent_at + exchange.first_byte_s <= exchange.answered_at  # type: ignore[operator]


def test_header_value_may_hold_line_breaks(listen):
    """CR and LF, which no library sends, arrive as they are."""
    server = listen(says(OK))
    clock = SystemClock()
    wire = WireTransport(Transport(TARGET, clock), TARGET, clock)
    wire.exchange("GET", f"{server.url}/users", {"X-Name": "Ada\r\nX-Injected: yes"}, None, 1)
    assert b"\r\nX-Name: Ada\r\nX-Injected: yes\r\n" in server.heard[0].all


def test_body_in_chunks(listen):
    """A chunked body has no length and arrives whole."""
    server = listen(says(OK))
    assert send(server.url, SendingMode(chunked=True, pieces=3)).outcome is Outcome.OK
    head, _, body = server.heard[0].all.partition(b"\r\n\r\n")
    assert b"Content-Length" not in head
    assert body == b'3\r\n{"a\r\n3\r\n": \r\n2\r\n1}\r\n0\r\n\r\n'


@pytest.mark.parametrize("more", [0, 1])
def test_body_is_filled_up_to_the_limit(listen, more):
    """Blanks at its end make a body as large as wanted, and mean nothing."""
    server = listen(says(OK))
    largest = TARGET.limits.body
    assert send(server.url, SendingMode(beyond_limit=more)).outcome is Outcome.OK
    head, _, body = server.heard[0].all.partition(b"\r\n\r\n")
    assert f"\r\nContent-Length: {largest + more}".encode() in head
    assert (len(body), body.rstrip()) == (largest + more, b'{"a": 1}')


def test_body_in_pieces_with_a_late_last_byte(listen):
    """Pieces leave one by one, the last byte on its own and late."""
    server = listen(says(OK))
    assert send(server.url, SendingMode(pieces=2, pause_s=0.03, last_byte_s=0.1)).outcome is Outcome.OK
    pieces = [piece for _, piece in server.heard[0].pieces]
    assert pieces[-1] == b"}"
    assert server.heard[0].pieces[-1][0] - server.heard[0].pieces[-2][0] > 0.08
    assert len(pieces) >= 3


@pytest.mark.parametrize(("share", "expected"), [(0.5, b'{"a"'), (1.0, b'{"a": 1}')])
def test_hanging_up(listen, share, expected):
    """Hanging up sends no more than that share of the body, and may have had an effect."""
    gone = threading.Event()

    def answer(connection: socket.socket, heard: Heard) -> None:
        heard.has_ended = connection.recv(1) == b""
        gone.set()

    server = listen(answer)
    exchange = send(server.url, SendingMode(hang_up=share))
    assert exchange.outcome is Outcome.UNKNOWN
    assert exchange.fault == "the client hung up on purpose"
    if share == 1.0:
        assert gone.wait(2)
    deadline = time.monotonic() + 2
    while not (server.heard and server.heard[0].has_ended) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.heard[0].has_ended
    assert server.heard[0].all.partition(b"\r\n\r\n")[2] == expected


def reset(connection: socket.socket, _: Heard) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(connection: socket.socket, _: Heard) -> None:
    for byte in OK:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says(b""), "connection closed without an answer"),
        (reset, "connection reset"),
        (says(OK[:-1]), "answer broke off"),
        (says(OK[:30]), "answer broke off"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"), CUT_OFF),
        (says(b"rubbish\r\n\r\n"), "answer that is no HTTP"),
        (lambda *_: time.sleep(1), "no answer in time"),
        (drip, "no complete answer in time"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
         "answer could not be decompressed"),
    ],
)  # fmt: skip
def test_faults_are_told(listen, answer, words):
    """Whatever goes wrong after sending is told in words, and the effect is unknown."""
    exchange = send(listen(answer).url)
    assert (exchange.fault, exchange.outcome, exchange.response) == (words, Outcome.UNKNOWN, None)
    assert exchange.seconds < 1.5


def test_refused_connection_is_never_sent():
    """What could not connect cannot have had an effect."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    exchange = send(f"http://127.0.0.1:{port}")
    assert (exchange.fault, exchange.outcome) == ("connection refused", Outcome.FAILED)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(b"{}"),
    ],
    ids=["announced", "chunked", "closed", "compressed"],
)
def test_answers_of_every_shape_are_read(listen, raw):
    """Announcements are passed over; chunked, closed and compressed bodies are read."""
    exchange = send(listen(says(raw)).url)
    assert exchange.response.status == 200
    assert exchange.response.body == b"{}"


def test_equal_headers_are_joined(listen):
    """Headers of one name become one value, in lower case."""
    raw = b"HTTP/1.1 204 No Content\r\nLink: <a>\r\nLINK: <b>\r\n\r\n"
    assert send(listen(says(raw)).url).response.headers["link"] == "<a>, <b>"


def run_together(url: str, runners: int, broken: int = 0, late_s: float = 0.0) -> list[Exchange]:
    """Send so many requests from one line, the last one late; the first `broken` give up before."""
    clock = SystemClock()
    line = StartingLine(runners, clock)
    wires = [WireTransport(Transport(TARGET, clock), TARGET, clock, line=line) for _ in range(runners)]
    exchanges: list[Exchange] = []

    def run(number: int) -> None:
        if number < broken:
            wires[number].give_up()
        else:
            exchanges.append(wires[number].exchange("POST", f"{url}/users", {}, b'{"a": 1}', 1))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(runners)]
    for thread in threads:
        time.sleep(late_s if thread is threads[-1] else 0)
        thread.start()
    for thread in threads:
        thread.join(10)
    return exchanges


def test_last_bytes_leave_together(listen):
    """Of eight requests every last byte is sent when all the others have arrived."""
    server = listen(says(OK))
    exchanges = run_together(server.url, 8, late_s=0.15)
    assert [exchange.outcome for exchange in exchanges] == [Outcome.OK] * 8
    assert len({exchange.sent_at for exchange in exchanges}) == 1
    for heard in server.heard[:7]:
        assert heard.pieces[-1][1] == b"}"
        assert heard.pieces[-1][0] - heard.pieces[0][0] > 0.1


def test_nobody_waits_for_one_who_does_not_start(listen):
    """When one gives up, the others are sent all the same."""
    exchanges = run_together(listen(says(OK)).url, 4, broken=1)
    assert [exchange.outcome for exchange in exchanges] == [Outcome.OK] * 3


def test_nobody_waits_for_one_without_a_connection():
    """When nobody can connect, everyone is told so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    exchanges = run_together(f"http://127.0.0.1:{port}", 3)
    assert [exchange.outcome for exchange in exchanges] == [Outcome.FAILED] * 3


def test_over_tls(listen, office):
    """The same over TLS with a private authority; without it the request is never sent."""
    server = listen(says(OK), office.server("localhost"))
    assert send(server.url, tls={"verify": office.path("ca")}).outcome is Outcome.OK
    exchange = send(server.url)
    assert exchange.fault.startswith("no secure connection: the service's certificate is not accepted")
    assert exchange.outcome is Outcome.FAILED


def test_diverted_operation_is_one_of_the_history(listen):
    """A diverted request has a correlation id of its own, stands in the history and diverts nothing else."""
    server = listen(says(OK))
    clock = SystemClock()
    client = make_client(server.url, TARGET, clock)
    client.divert(lambda way: WireTransport(way, TARGET, clock, manner=SendingMode(hang_up=1.0)), once=True)
    lost = client.send(Call("POST", "/users", body=b"{}"), "create", "user Ada")
    again = client.send(Call("POST", "/users", body=b"{}"), "create", "user Ada")
    assert list(client.history) == [lost, again]
    assert lost.outcome is Outcome.UNKNOWN
    assert again.outcome is Outcome.OK
    ids = [operation.last.request.headers["X-Correlation-ID"] for operation in (lost, again)]
    assert ids[0] != ids[1]


def test_further_attempts_go_the_usual_way(listen):
    """A request that was hung up on is repeated by the normal policy, when it has a key."""
    server = listen(says(OK))
    clock = SystemClock()
    client = make_client(server.url, TARGET, clock)
    client.divert(lambda way: WireTransport(way, TARGET, clock, manner=SendingMode(hang_up=0.5)), once=False)
    operation = client.send(Call("POST", "/users", body=b"{}", has_key=True), "create", "user Ada")
    assert [exchange.outcome for exchange in operation.exchanges] == [Outcome.UNKNOWN, Outcome.OK]
