"""Connections that keep the deadline of an attempt to the byte, and pass over interim answers.

The libraries' time-out holds for each read, so that a service that drips, in its headers too, would hold an
attempt for ever; a 103 before the answer (RFC 8297) would be taken for the answer, and headers that break
off for all of them. This module says nothing about either: a read past the deadline ends as any other that
took too long.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3.response import BaseHTTPResponse

LOOK_UP_EVERY_S = 0.5  # from waiting, whether it still makes sense
# Has our system acknowledge at once what comes (Linux; until the next read). Where a service writes headers
# and body apart, its system keeps the body back until the headers are acknowledged: ours takes 40 ms.
ACKNOWLEDGE_AT_ONCE = getattr(socket, "TCP_QUICKACK", None)
SWITCHING = 101  # the last of the interim answers that is a final one


class TimedReader(io.RawIOBase):
    """Reads from a socket until a moment (monotonic [s]); no read waits longer than the socket's time-out.

    Nor does one wait for a service that everybody else has given up meanwhile.
    """

    def __init__(
        self, sock: socket.socket, until: float, is_given_up: Callable[[], bool] = lambda: False
    ) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._longest_s = sock.gettimeout()
        self._until = until
        self._is_given_up = is_given_up

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read once; raises TimeoutError when the time-out or the moment has passed."""
        if ACKNOWLEDGE_AT_ONCE is not None:
            self._sock.setsockopt(socket.IPPROTO_TCP, ACKNOWLEDGE_AT_ONCE, 1)
        now = time.monotonic()
        until = self._until if self._longest_s is None else min(self._until, now + self._longest_s)
        while until > now:
            self._sock.settimeout(min(until - now, LOOK_UP_EVERY_S))
            try:
                return self._sock.recv_into(buffer)
            except TimeoutError:
                if self._is_given_up():
                    break
            now = time.monotonic()
        raise TimeoutError("timed out")

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Readable:
    """The one thing that http.client wants of a socket which it reads an answer from."""

    def __init__(
        self, sock: socket.socket, until: float, most_headers: int, is_given_up: Callable[[], bool]
    ) -> None:
        self._sock = sock
        self._until = until
        self._most_headers = most_headers
        self._is_given_up = is_given_up

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what the answer is read from."""
        reader = HeadReader(TimedReader(self._sock, self._until, self._is_given_up))
        reader.most_bytes = self._most_headers
        return reader


class HeadersTooLarge(http.client.HTTPException):
    """Status line and headers are larger than what is read of them."""


class HeadReader(io.BufferedReader):
    """Reads lines; the library would take one that is cut off, or missing, for the end of the headers.

    `most_bytes` is how much the headers may hold in all, interim answers included.
    """

    is_among_headers = False
    most_bytes = 65536

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line; raises IncompleteRead when the connection ends among the headers."""
        line = super().readline(size)
        if self.is_among_headers:
            self.most_bytes -= len(line)
            if self.most_bytes < 0:
                raise HeadersTooLarge
        if self.is_among_headers and not line.endswith(b"\n"):
            raise http.client.IncompleteRead(line)
        return line


class Answer(http.client.HTTPResponse):
    """An answer with a whole head, interim ones passed over; read from what makes a `HeadReader`."""

    def begin(self) -> None:
        """Read status and headers."""
        lines: Any = self.fp
        super().begin()
        lines.is_among_headers = False

    def _read_status(self) -> tuple[str, int, str]:
        """Read the status line of the answer proper; 100 is passed over by the library itself."""
        lines: Any = self.fp
        while True:
            lines.is_among_headers = False
            version, status, reason = super()._read_status()  # type: ignore[misc]
            lines.is_among_headers = True
            if not SWITCHING < status < 200:
                return version, status, reason
            http.client.parse_headers(lines)


class TimedAnswer(Answer):
    """An answer that is read until a moment (monotonic [s])."""

    def __init__(self, source: _Readable, method: str | None = None) -> None:
        super().__init__(source, method=method)  # type: ignore[arg-type]  # all it asks for


class _Timed:
    """Gives an answer so long from the moment of its request on [s]."""

    attempt_s = 0.0
    most_headers = 65536
    is_given_up: Callable[[], bool]
    _until = 0.0

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send a request, and count from here."""
        self._until = time.monotonic() + self.attempt_s
        super().request(*arguments, **named)  # type: ignore[misc]

    def response_class(self, sock: socket.socket, method: str | None = None) -> TimedAnswer:
        """Make the answer that http.client reads."""
        return TimedAnswer(_Readable(sock, self._until, self.most_headers, self.is_given_up), method)


class RawResponse(requests.Response):
    """An answer of which only status and raw body are read: cookies and encoding are not looked for."""

    def __init__(self, raw: BaseHTTPResponse) -> None:  # of the attributes none but these two is there
        self.status_code = raw.status
        self.raw = raw


class TimedAdapter(HTTPAdapter):
    """Keeps connections that give each answer `attempt_s` [s] in all, and repeats nothing.

    It knows no proxies, and looks for the pool of an origin when that is another than the last time. Once
    `is_given_up` says so, no answer is waited for any longer.
    """

    def __init__(
        self,
        attempt_s: float,
        pool_maxsize: int,
        most_headers: int = 65536,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_given_up = is_given_up
        self._attempt_s = attempt_s
        self._most_headers = most_headers
        self._last: tuple[tuple[object, ...], Any] = ((), None)
        super().__init__(pool_connections=2, pool_maxsize=pool_maxsize, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Have the pools make timed connections."""
        super().init_poolmanager(*arguments, **named)
        limits = {
            "attempt_s": self._attempt_s,
            "most_headers": self._most_headers,
            "is_given_up": staticmethod(self._is_given_up),
        }
        plain = type("TimedConnection", (_Timed, HTTPConnection), limits)
        secure = type("TimedSecureConnection", (_Timed, HTTPSConnection), limits)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("TimedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TimedSecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

    def close(self) -> None:
        """Close every connection now; the library leaves that to the garbage collector."""
        self._last = ((), None)
        pools = self.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118 - no dictionary, and not to be walked through otherwise
            pools[key].close()
        super().close()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool of an origin; the one that was used last cannot have been dropped since."""
        key = (*(request.url or "").split("/", 3)[:3], verify, cert)
        last = self._last
        if last[0] != key:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            last = self._last = (key, pool)
        return last[1]

    def request_url(self, request: requests.PreparedRequest, _proxies: Any) -> str:
        """Return the path and query that stand in the request line."""
        return request.path_url

    def build_response(self, _request: requests.PreparedRequest, raw: BaseHTTPResponse) -> RawResponse:
        """Return the answer without what nobody reads of it."""
        return RawResponse(raw)
