"""One attempt over a real socket: whole answers in every legal wrapping, and every fault in its words."""

from __future__ import annotations

import contextlib
import gzip
import inspect
import random
import socket
import time
import zlib

import pytest
import requests
import urllib3.exceptions

from support.clock import SystemClock
from support.exchange import Outcome
from support.selftests.raw_server import OK, RawServer, answer, send, send_and_close, send_and_reset
from support.target import Target, Timeouts
from support.transport import Transport, explain_fault

TARGET = Target(name="raw", timeouts=Timeouts(connect_s=2, read_s=0.4, attempt_s=0.8))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"name": "Zo\xc3\xab"}'
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(part: bytes) -> bytes:
    return f"{len(part):x}\r\n".encode() + part + b"\r\n"


@pytest.fixture
def serve():
    """Start servers that do as they are told; gives one's URL."""
    with contextlib.ExitStack() as stack:

        def start(act):
            server = RawServer(act)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def transport():
    made = Transport(TARGET, SystemClock())
    yield made
    made.close()


def get(transport, server, method="GET", body=None, headers=None):
    return transport.exchange(method, server.url + "/users", headers or {}, body, 1)


WHOLE = {
    "with its length": HEAD + b"Content-Length: 16\r\n\r\n" + BODY,
    "chunked": CHUNKED + chunk(BODY[:6]) + chunk(BODY[6:]) + b"0\r\n\r\n",
    "chunked, each byte": CHUNKED + b"".join(chunk(bytes([byte])) for byte in BODY) + b"0\r\n\r\n",
    "chunked, with trailers": CHUNKED + chunk(BODY) + b"0\r\nX-Sum: 1\r\n\r\n",
    "until the connection closes": HEAD + b"\r\n" + BODY,
    "HTTP/1.0": HEAD.replace(b"1.1", b"1.0") + b"\r\n" + BODY,
    "compressed by gzip": HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY),
    "compressed by deflate": HEAD + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(BODY),
    "compressed and chunked": HEAD
    + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    + chunk(gzip.compress(BODY))
    + b"0\r\n\r\n",
    "after 100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 16\r\n\r\n" + BODY,
    "after 103 Early Hints": b"HTTP/1.1 103 Early Hints\r\nLink: </s>; rel=preload\r\n\r\n"
    + HEAD
    + b"Content-Length: 16\r\n\r\n"
    + BODY,
    "after both, twice": (b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early Hints\r\n\r\n") * 2
    + HEAD
    + b"Content-Length: 16\r\n\r\n"
    + BODY,
}


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_a_whole_answer_is_read_however_it_is_wrapped(serve, transport, raw):
    seen = get(transport, serve(lambda connection, _: send_and_close(connection, raw)))
    assert seen.fault is None
    assert (seen.response.status, seen.response.body, seen.outcome) == (200, BODY, Outcome.OK)
    assert seen.response.media_type == "application/json"
    assert 0 < seen.first_byte_s <= seen.seconds


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_an_answer_may_come_in_pieces_of_any_size(serve, transport, raw):
    cuts = sorted(random.Random(1).sample(range(len(raw)), 12))

    def in_pieces(connection, _):
        for start, end in zip([0, *cuts], [*cuts, None], strict=True):
            connection.sendall(raw[start:end])
            time.sleep(0.003)
        send_and_close(connection)

    assert get(transport, serve(in_pieces)).response.body == BODY


def test_headers_are_read_without_regard_to_case_and_equal_ones_joined(serve, transport):
    raw = answer(200, headers="LINK: <a>; rel=next\r\nlink: <b>; rel=prev\r\nX-Odd:  caf\xe9 \r\n")
    headers = get(transport, serve(lambda connection, _: send(connection, raw))).response.headers
    assert headers["link"] == "<a>; rel=next, <b>; rel=prev"
    assert all(name == name.lower() for name in headers)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_is_not_waited_for(serve, transport, status):
    raw = f"HTTP/1.1 {status} Nothing\r\n\r\n".encode()
    seen = get(transport, serve(lambda connection, _: send(connection, raw)))
    assert (seen.response.status, seen.response.body) == (status, b"")
    assert seen.seconds < 0.3


def test_a_head_answer_announces_a_body_that_does_not_come(serve, transport):
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n"
    seen = get(transport, serve(lambda connection, _: send(connection, raw)), "HEAD")
    assert (seen.response.status, seen.response.body) == (200, b"")


def test_what_is_sent_is_what_was_asked_for(serve, transport):
    server = serve(lambda connection, _: send(connection, OK))
    seen = get(transport, server, "POST", b"\x00\xff", {"X-Key": "k", "Authorization": "tök".encode()})
    got = server.requests[0]
    assert (got.method, got.target, got.body) == ("POST", "/users", b"\x00\xff")
    assert (got.headers["x-key"], got.headers["authorization"]) == ("k", "tök")
    assert seen.request.headers["Authorization"] == "tök"
    assert "cookie" not in got.headers


def test_nothing_of_the_environment_is_sent(serve, transport, monkeypatch, tmp_path):
    server = serve(lambda connection, _: send(connection, OK))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert get(transport, server).response.status == 200
    assert "authorization" not in server.requests[0].headers


def test_connections_are_kept_and_a_twin_has_its_own(serve, transport):
    server = serve(lambda connection, _: send(connection, OK))
    twin = transport.twin()
    for each in (transport, transport, twin, transport):
        get(each, server)
    twin.close()
    assert [request.connection for request in server.requests] == [1, 1, 2, 1]


def test_closing_closes_every_connection_even_after_a_fault(serve):
    raw = [b"", OK]
    server = serve(lambda connection, _: (send if raw[0] else send_and_close)(connection, raw.pop(0)))
    closing = Transport(TARGET, SystemClock())
    for _ in range(2):
        get(closing, server)
    closing.close()
    begin = time.monotonic()
    server.close()
    assert time.monotonic() - begin < 1


def test_cookies_are_not_kept(serve, transport):
    server = serve(lambda connection, _: send(connection, answer(200, headers="Set-Cookie: replica=1\r\n")))
    get(transport, server)
    get(transport, server)
    assert "cookie" not in server.requests[1].headers


def test_a_redirect_is_an_answer_like_any_other(serve, transport):
    raw = answer(302, headers="Location: /elsewhere\r\n")
    server = serve(lambda connection, _: send(connection, raw))
    assert get(transport, server).response.status == 302
    assert len(server.requests) == 1


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
    "closed in a chunk": (lambda c, _: send_and_close(c, CHUNKED, b"20\r\n{"), "answer broke off"),
    "closed between chunks": (lambda c, _: send_and_close(c, CHUNKED, chunk(b"{")), "answer broke off"),
    "a chunk of no size": (lambda c, _: send_and_close(c, CHUNKED, b"zz\r\n{"), "answer broke off"),
    "compressed rubbish": (
        lambda c, _: send_and_close(c, HEAD, b"Content-Encoding: gzip\r\n\r\nnot gzip at all"),
        "answer could not be decompressed",
    ),
    "silence": (lambda c, _: c.recv(1), "no answer in time"),
    "silence in the body": (
        lambda c, _: (send(c, HEAD, b"Content-Length: 99\r\n\r\n{"), c.recv(1)),
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
    box = []
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
