"""The faces of a service that does not answer as one should: each does something to a connection."""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING

from support.selftests.servers.raw_server import (
    CHUNKED,
    HEAD,
    answer,
    chunk,
    send,
    send_and_close,
    send_and_reset,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from support.selftests.servers.raw_server import Received

    Face = Callable[[socket.socket, Received], object]

MIB = 1024 * 1024
PAGE = b"<!doctype html><html><head><title>Sorry</title></head><body><h1>Back soon</h1></body></html>"
HTML = "Content-Type: text/html\r\n"
JSON = "Content-Type: application/json\r\n"
DRIPS_FOR_S = 120
BOMB = gzip.compress(bytes(400 * MIB))


def reset(connection: socket.socket, _: Received) -> None:
    """Tear the connection down."""
    send_and_reset(connection)


def hang(connection: socket.socket, _: Received) -> None:
    """Never answer: wait until the other side gives up."""
    connection.settimeout(DRIPS_FOR_S)
    connection.recv(1)
    connection.close()


def drip(connection: socket.socket, _: Received) -> None:
    """Answer with one byte a second."""
    send(connection, HEAD, b"Content-Length: 1000\r\n\r\n{")
    for _second in range(DRIPS_FOR_S):
        time.sleep(1)  # what drips is no test of ours
        connection.sendall(b" ")


def status(code: int, headers: str = "", body: bytes = b'{"error": "no"}') -> Face:
    """Answer with a status for ever."""
    raw = answer(code, body, headers if "Content-Type" in headers else JSON + headers)
    return lambda connection, _: send(connection, raw)


def page(connection: socket.socket, _: Received) -> None:
    """Answer everything with a page for people, and say that all is well."""
    send(connection, answer(200, PAGE, HTML))


def too_short(connection: socket.socket, _: Received) -> None:
    """Announce more than comes, and close."""
    send_and_close(connection, HEAD, b"Content-Length: 500\r\n\r\n{}")


def too_long(connection: socket.socket, _: Received) -> None:
    """Announce less than comes."""
    send_and_close(connection, HEAD, b'Content-Length: 2\r\n\r\n{"a": 1} and more')


def no_number(connection: socket.socket, _: Received) -> None:
    """Announce a length that is none."""
    send_and_close(connection, HEAD, b"Content-Length: many\r\n\r\n{}")


def garbage(connection: socket.socket, _: Received) -> None:
    """Answer with what is no HTTP."""
    send_and_close(connection, b"\x16\x03\x01\x00\xff SSH-2.0-nonsense \xff\xfe\r\n\r\n")


def circle(connection: socket.socket, request: Received) -> None:
    """Lead in a circle."""
    send(connection, answer(302, b"", f"Location: {request.target}\r\n"))


def stops(connection: socket.socket, request: Received) -> None:
    """Begin a chunk, and send no more of it."""
    send(connection, CHUNKED, b"10\r\n{")
    hang(connection, request)


def no_gzip(connection: socket.socket, _: Received) -> None:
    """Say that a body is compressed that is not."""
    send(connection, answer(200, b"no gzip at all", f"{JSON}Content-Encoding: gzip\r\n"))


def interim(connection: socket.socket, _: Received) -> None:
    """Send interim answers for ever, and never the one that they announce."""
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 100)


OUTAGES: dict[str, Face] = {
    "reset": reset,
    "hung": hang,
    "one byte a second": drip,
    "502 for ever": status(502, HTML, PAGE),
    "503 for ever": status(503),
    "503 for ever, Retry-After: 30": status(503, "Retry-After: 30\r\n"),
    "429 for ever": status(429),
    "429 for ever, Retry-After: 30": status(429, "Retry-After: 30\r\n"),
    "HTML for everything": page,
    "403 with a page, as a firewall": status(403, HTML, PAGE),
    "404 with a line, as an ingress": status(404, "Content-Type: text/plain\r\n", b"default backend - 404"),
    "407 with a page, as a proxy": status(407, f"{HTML}Proxy-Authenticate: Basic realm=x\r\n", PAGE),
    "521 with a page, as a network": status(521, HTML, PAGE),
    "chunks that stop": stops,
    "not gzip, as it says": no_gzip,
    "interim answers without an end": interim,
    "a length that is too long": too_short,
    "a length that is no number": no_number,
    "garbage": garbage,
    "redirects in a circle": circle,
}


# Nothing else is wrong with it.
USER = {
    "id": "u1", "name": "Ada", "email": "ada@example.com", "nickname": None, "role": "user",
    "createdAt": "2026-11-27T00:00:00Z", "updatedAt": "2026-11-27T00:00:00Z",
}  # fmt: skip


def endless(connection: socket.socket, _: Received) -> None:
    """Send a body that never ends."""
    connection.sendall(CHUNKED)
    while True:
        connection.sendall(chunk(b" " * 65536))


def whole(body: bytes, headers: str = JSON) -> Face:
    """Answer with a body as it is."""

    def act(connection: socket.socket, _: Received) -> None:
        send_and_close(connection, answer(200, body, headers))

    return act


ANSWERS: dict[str, Face] = {
    "endless": endless,
    "100 MB": whole(b'"' + b"a" * (100 * MIB) + b'"'),
    "a gzip bomb": whole(BOMB, f"{JSON}Content-Encoding: gzip\r\n"),
    "nested 100,000 deep": whole(b"[" * 100_000 + b"]" * 100_000),
    "a number of a million digits": whole(b'{"id": ' + b"1" * 1_000_000 + b"}"),
    "no UTF-8": whole(b'{"id": "u1", "name": "\xff\xfe\x80"}'),
    "half a character": whole(json.dumps({**USER, "name": "\ud83d"}).encode()),
    "headers of 100 KiB": whole(b"{}", f"{JSON}X-Long: {'a' * 100_000}\r\n"),
}
