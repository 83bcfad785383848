"""A server on loopback that does to a connection exactly what a test tells it to, byte by byte.

It knows enough HTTP to read a request and nothing about answering: tests send raw bytes.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
OK = HEAD + b"Content-Length: 2\r\n\r\n{}"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Received:
    """One request as it came: header names in lower case; `connection` counts the connections from 1."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


class RawServer:
    """Hands each request to `answer`, with the socket to do as one likes; a closed socket ends it.

    `stopping` is set when the test is over, so that slow answers need not be waited for.
    """

    def __init__(self, answer: Callable[[socket.socket, Received], object]) -> None:
        self.requests: list[Received] = []
        self.stopping = threading.Event()
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Stop listening, end what clients keep open, and wait for every thread."""
        self.stopping.set()
        for open_socket in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        connections = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connections += 1
            connection.settimeout(5)
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, connections), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError):
            while line := stream.readline():
                method, target, _ = line.decode().split(" ", 2)
                headers = {}
                while (field := stream.readline().strip()) != b"":
                    name, _, value = field.decode().partition(":")
                    headers[name.lower()] = value.strip()
                body = stream.read(int(headers.get("content-length", 0)))
                request = Received(method, target, headers, body, number)
                self.requests.append(request)
                self._answer(connection, request)
                if connection.fileno() < 0:
                    return


def send(connection: socket.socket, *parts: bytes) -> None:
    """Send bytes and keep the connection."""
    connection.sendall(b"".join(parts))


def send_and_close(connection: socket.socket, *parts: bytes) -> None:
    """Send bytes and close as one should."""
    connection.sendall(b"".join(parts))
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def send_and_reset(connection: socket.socket, *parts: bytes) -> None:
    """Send bytes and tear the connection down."""
    connection.sendall(b"".join(parts))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # What else holds the file descriptor would keep the connection open.
    fd = connection.detach()
    socket.close(fd)


def answer(status: int, body: bytes = b"{}", headers: str = "") -> bytes:
    """Make the bytes of a whole answer; each further header ends in CRLF."""
    head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def chunk(part: bytes) -> bytes:
    """Make the bytes of one chunk of a chunked body."""
    return f"{len(part):x}\r\n".encode() + part + b"\r\n"
