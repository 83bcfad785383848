"""One attempt over a real socket: whole answers in every legal wrapping, over connections that are kept."""

from __future__ import annotations

import gzip
import random
import socket
import time
import zlib

import pytest

from support.clock import SystemClock
from support.http.history import Outcome
from support.http.transport import Transport
from support.selftests.probes.transport_probe import TARGET, get
from support.selftests.servers.raw_server import CHUNKED, HEAD, OK, answer, chunk, send, send_and_close

BODY = b'{"name": "Zo\xc3\xab"}'
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
    assert 0 < seen.first_byte_s <= seen.seconds  # type: ignore[operator]


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_an_answer_may_come_in_pieces_of_any_size(serve, transport, raw):
    cuts = sorted(random.Random(1).sample(range(len(raw)), 12))

    def in_pieces(connection, _):
        for start, end in zip([0, *cuts], [*cuts, None], strict=True):
            connection.sendall(raw[start:end])
            time.sleep(0.003)
        send_and_close(connection)

    assert get(transport, serve(in_pieces)).response.body == BODY


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="only Linux lets us ask for it")
def test_a_body_that_is_written_apart_does_not_wait_for_an_acknowledgement(serve, transport):
    """Its system keeps the body back until the headers are acknowledged, which takes ours 40 ms by itself."""
    head, body = OK[:-2], OK[-2:]

    def apart(connection, _):
        connection.sendall(head)
        connection.sendall(body)

    server = serve(apart)
    late = [get(transport, server).seconds for _ in range(60)]
    assert {request.connection for request in server.requests} == {1}
    assert sum(seconds > 0.035 for seconds in late) < 20


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
