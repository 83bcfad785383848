"""A gateway in front of a service: passes requests on, until it is broken in one of many ways."""

from __future__ import annotations

import contextlib
import http.client
import threading
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from support.selftests.servers.raw_server import RawServer, answer, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from support.selftests.servers.raw_server import Received

    Act = Callable[[socket.socket, Received], object]

HOP = frozenset({"connection", "content-length", "host", "transfer-encoding"})
PASS_ON_WITHIN_S = 30.0


def everything(_request: Received) -> bool:
    """Be broken for every request."""
    return True


def look_ups(request: Received) -> bool:
    """Be broken where one user is looked up."""
    return request.method == "GET" and not request.target.partition("?")[0].endswith("/users")


class Proxy:
    """Listens on loopback; `break_with` makes it act otherwise, `mend` has it pass requests on again.

    With `after` it breaks by itself once so many requests have been passed on; `broken` is set then.
    """

    def __init__(
        self, base_url: str, act: Act, *, after: int, where: Callable[[Received], bool] = everything
    ) -> None:
        self._service = urlsplit(base_url)
        self._act, self._after, self._where = act, after, where
        self._lock = threading.Lock()
        self.passed = 0
        self.harmed = 0
        self.broken = threading.Event()
        self._server = RawServer(self._answer)
        self.stopping = self._server.stopping
        self.base_url = self._server.url + self._service.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def mend(self) -> None:
        """Pass everything on from now on."""
        self._where = lambda _: False

    def stop_listening(self) -> None:
        """Refuse connections from now on."""
        self._server.close()

    def _answer(self, connection: socket.socket, request: Received) -> None:
        if self.passed >= self._after:
            self.broken.set()
            if self._where(request):
                self.harmed += 1
                self._act(connection, request)
                return
        self._pass_on(connection, request)
        with self._lock:
            self.passed += 1

    def _pass_on(self, connection: socket.socket, request: Received) -> None:
        with contextlib.closing(
            http.client.HTTPConnection(self._service.netloc, timeout=PASS_ON_WITHIN_S)
        ) as service:
            headers = {name: value for name, value in request.headers.items() if name not in HOP}
            service.request(request.method, request.target, request.body or None, headers)
            said = service.getresponse()
            body = said.read()
            lines = "".join(f"{n}: {v}\r\n" for n, v in said.getheaders() if n.lower() not in HOP)
        if said.status == http.client.NO_CONTENT:
            send(connection, f"HTTP/1.1 204 Done\r\n{lines}\r\n".encode("latin-1"))
            return
        whole = answer(said.status, body, lines)
        if request.method == "HEAD":
            whole = whole[: len(whole) - len(body)]
        send(connection, whole)
