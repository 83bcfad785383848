"""One attempt over a real socket that fails: every fault in its words, and whether it may have been sent."""

from __future__ import annotations

import contextlib
import inspect
import socket
import threading
import time

import pytest
import requests
import urllib3.exceptions

from support.clock import SystemClock
from support.http.history import Outcome
from support.http.transport import Transport, explain_fault
from support.selftests.probes.transport_probe import get
from support.selftests.servers.raw_server import (
    CHUNKED,
    HEAD,
    OK,
    chunk,
    send,
    send_and_close,
    send_and_reset,
)
from support.target.profile import Target
from support.target.timing import Timeouts


def drip(part, pause_s):
    """Make a server that sends `part` again and again after the start of an answer, for ever."""

    def act(server, start):
        def run(connection, _):
            connection.sendall(start)
            while not server[0].stopping.wait(pause_s):
                connection.sendall(part)

        return run

    return act


FAULTS = {
    "closed before the answer": (
        lambda c, _: send_and_close(c),
        ("connection closed without an answer", "connection reset"),
    ),
    "closed in the status line": (
        lambda c, _: send_and_close(c, b"HTTP/1.1 2"),
        "connection closed without an answer",
    ),
    "no HTTP at all": (lambda c, _: send_and_close(c, b"220 smtp ready\r\n"), "connection closed without"),
    "reset before the answer": (lambda c, _: send_and_reset(c), "connection reset"),
    "reset in the body": (
        lambda c, _: send_and_reset(c, HEAD, b"Content-Length: 99\r\n\r\n{"),
        ("connection reset", "answer broke off"),
    ),
    "closed in the body": (
        lambda c, _: send_and_close(c, HEAD, b"Content-Length: 99\r\n\r\n{"),
        "answer broke off",
    ),
    "closed in a header": (lambda c, _: send_and_close(c, HEAD, b"Content-Le"), "connection closed without"),
    "closed after a header": (lambda c, _: send_and_close(c, HEAD), "connection closed without"),
    "closed in a body of no announced length": (
        lambda c, _: send_and_close(c, HEAD, b"\r\n" + b'{"name": "Ad'),
        "answer broke off, or was never whole",
    ),
    "closed before a body of no announced length": (
        lambda c, _: send_and_close(c, HEAD, b"\r\n"),
        "answer broke off, or was never whole",
    ),
    "closed in a chunk": (lambda c, _: send_and_close(c, CHUNKED, b"20\r\n{"), "answer broke off"),
    "closed between chunks": (lambda c, _: send_and_close(c, CHUNKED, chunk(b"{")), "answer broke off"),
    "a chunk of no size": (lambda c, _: send_and_close(c, CHUNKED, b"zz\r\n{"), "answer broke off"),
    "compressed rubbish": (
        lambda c, _: send_and_close(c, HEAD, b"Content-Encoding: gzip\r\n\r\nnot gzip at all"),
        "answer could not be decompressed",
    ),
    "a length that is none": (
        lambda c, _: send_and_close(c, HEAD, b"Content-Length: many\r\n\r\n{}"),
        "answer announces a length that is no number",
    ),
    "two lengths": (
        lambda c, _: send_and_close(c, HEAD, b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        "answer announces two lengths",
    ),
    "more headers than a library reads": (
        lambda c, _: send_and_close(c, HEAD, b"X-A: 1\r\n" * 101, b"Content-Length: 2\r\n\r\n{}"),
        "answer has more headers than can be read",
    ),
    "silence": (lambda c, _: c.recv(1), "no answer in time"),
    "silence in the body": (
        lambda c, _: (send(c, HEAD, b"Content-Length: 99\r\n\r\n{"), c.recv(1)),  # type: ignore[func-returns-value]
        "no complete answer in time",
    ),
}


@pytest.mark.parametrize(("act", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_after_sending_is_told_in_words_and_leaves_the_end_open(serve, transport, act, words):
    seen = get(transport, serve(act), "POST", b"{}")
    assert seen.response is None
    assert seen.outcome is Outcome.UNKNOWN
    assert seen.fault.startswith(words)
    assert seen.seconds < 1.5


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
        (CHUNKED, chunk(b" ")),
        (HEAD, b"X-More: of it\r\n"),
        (b"HTTP/1.1 200 O", b"K"),
    ],
    ids=["body", "chunks", "headers", "status line"],
)
def test_an_answer_that_drips_ends_at_the_deadline_of_the_attempt(serve, transport, start, part):
    box = []  # type: ignore[var-annotated]
    box.append(serve(drip(part, 0.05)(box, start)))
    begin = time.monotonic()
    seen = get(transport, box[0])
    assert (seen.response, seen.outcome) == (None, Outcome.UNKNOWN)
    assert seen.fault in {"no complete answer in time", "no answer in time"}
    assert 0.7 < time.monotonic() - begin < 1.3


def test_after_a_fault_the_next_attempt_has_a_new_connection(serve, transport):
    first = [True]

    def act(connection, _):
        if first.pop() if first else False:
            send(connection, HEAD, b"Content-Length: 99\r\n\r\n{")
            connection.recv(1)
        else:
            send(connection, OK)

    server = serve(act)
    assert get(transport, server).response is None
    assert get(transport, server).response.status == 200
    assert [request.connection for request in server.requests] == [1, 2]


def test_a_kept_connection_that_the_service_has_closed_is_not_used(serve, transport):
    server = serve(lambda connection, _: send_and_close(connection, OK))
    for _ in range(3):
        assert get(transport, server).response.status == 200
        time.sleep(0.02)


def test_nobody_listening_is_sure_not_to_have_been_sent(transport):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    seen = transport.exchange("POST", f"http://127.0.0.1:{port}/users", {}, b"{}", 1)
    assert (seen.fault, seen.outcome) == ("connection refused", Outcome.FAILED)


def test_a_host_without_an_address_is_sure_not_to_have_been_sent(transport, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    seen = transport.exchange("POST", "http://users.example.com/users", {}, b"{}", 1)
    assert (seen.fault, seen.outcome) == ("host name not found", Outcome.FAILED)


def test_a_service_that_takes_no_connection_is_not_waited_for():
    quick = Target(name="raw", timeouts=Timeouts(connect_s=0.2, read_s=0.4, attempt_s=0.8))
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        # A full backlog leaves further connections hanging.
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/users"
        seen = Transport(quick, SystemClock()).exchange("POST", url, {}, b"{}", 1)
    assert (seen.fault, seen.outcome) == ("no connection in time", Outcome.FAILED)


@pytest.mark.parametrize("part", [b"", b"\0"], ids=["silent", "dripping"])
def test_a_handshake_without_an_end_is_waited_for_no_longer_than_a_connection(part):
    """The time-out of a socket is one for the whole handshake, however many bytes come meanwhile."""
    quick = Target(name="raw", timeouts=Timeouts(connect_s=0.5, read_s=5, attempt_s=10))
    over = threading.Event()

    def shake_hands(listener):
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x03\xe8\x02\x00\x03\xe4")
            while not over.wait(0.1):
                connection.sendall(part)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=shake_hands, args=(listener,), daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/users"
        seen = Transport(quick, SystemClock()).exchange("GET", url, {}, None, 1)
        over.set()
        thread.join(5)
    assert seen.response is None
    assert seen.seconds < 3


# What an attempt cannot meet: it follows no redirect, makes no retries of its own, has no proxy, reads the
# raw body, and gets a URL that the settings have checked.
NOT_MET = {
    "MissingSchema", "InvalidSchema", "InvalidURL", "InvalidHeader", "InvalidJSONError", "JSONDecodeError",
    "InvalidProxyURL", "ProxyError", "ProxySchemeUnknown", "ProxySchemeUnsupported", "TooManyRedirects",
    "RetryError", "MaxRetryError", "ResponseError", "StreamConsumedError", "UnrewindableBodyError",
    "URLRequired", "URLSchemeUnknown", "LocationParseError", "LocationValueError", "HostChangedError",
    "EmptyPoolError", "FullPoolError", "ClosedPoolError", "PoolError", "ContentDecodingError", "HTTPError",
    "RequestException", "RequestError", "Timeout", "TimeoutError", "TimeoutStateError",
    "BodyNotHttplibCompatible", "ResponseNotChunked", "ChunkedEncodingError", "InvalidHeaderError",
    "HeaderParsingError",
}  # fmt: skip


def exceptions_of(module):
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if (
            issubclass(kind, Exception)
            and not issubclass(kind, Warning)
            and kind.__module__ == module.__name__
            and name == kind.__name__
        ):
            yield pytest.param(kind, id=f"{kind.__module__}.{name}")


@pytest.mark.parametrize("kind", [*exceptions_of(requests.exceptions), *exceptions_of(urllib3.exceptions)])
def test_every_exception_of_the_libraries_has_words_or_a_reason_why_not(kind):
    fault = explain_fault(kind.__new__(kind))
    assert str(fault).startswith("transport error") <= (kind.__name__ in NOT_MET), fault
    assert fault.outcome in {Outcome.FAILED, Outcome.UNKNOWN}


@pytest.mark.parametrize(
    "kind", [ConnectionResetError, ConnectionAbortedError, BrokenPipeError, TimeoutError]
)
def test_an_error_of_the_system_keeps_its_words_under_any_wrapping(kind):
    bare = explain_fault(kind("odd"))
    wrapped = requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", kind("odd")))
    assert str(explain_fault(wrapped)) in {
        str(bare),
        "connection reset",
        "connection closed without an answer",
    }
    assert bare.outcome is explain_fault(wrapped).outcome is Outcome.UNKNOWN
