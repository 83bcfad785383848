"""A server on loopback that notes when each piece of a request came, and answers as a test tells it to."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable


class Heard:
    """One connection as the server saw it: its pieces and when they came, monotonic [s]."""

    def __init__(self) -> None:
        self.pieces: list[tuple[float, bytes]] = []
        self.has_ended = False

    @property
    def all(self) -> bytes:
        return b"".join(piece for _, piece in self.pieces)


class TimedServer:
    """Answers each connection with what `answer` makes of what it heard, and remembers all of it."""

    def __init__(
        self, answer: Callable[[socket.socket, Heard], None], tls: ssl.SSLContext | None = None
    ) -> None:
        self.heard: list[Heard] = []
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            heard = Heard()
            self.heard.append(heard)
            threading.Thread(target=self._talk, args=(connection, heard), daemon=True).start()

    def _talk(self, connection: socket.socket, heard: Heard) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            while not is_whole(heard.all):
                piece = connection.recv(65536)
                if not piece:
                    heard.has_ended = True
                    return
                heard.pieces.append((time.monotonic(), piece))
            self._answer(connection, heard)
        except OSError:
            heard.has_ended = True
        finally:
            connection.close()


def is_whole(raw: bytes) -> bool:
    """Return whether a request has arrived to its end."""
    head, end, body = raw.partition(b"\r\n\r\n")
    if not end:
        return False
    if b"chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    return len(body) >= length


def says(raw: bytes) -> Callable[[socket.socket, Heard], None]:
    """Answer with these bytes, whatever was heard."""
    return lambda connection, _: connection.sendall(raw)
