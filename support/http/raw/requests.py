"""Requests by hand, over a raw socket: what a client with a pool of connections cannot do.

Hanging up halfway, bodies in pieces or in chunks, header values that no library would send, and requests
whose last bytes leave together (`support.http.raw.last_byte_sync`). A `WireTransport` takes the place of
`support.http.transport` for the first attempt of an operation, or for all; whatever a service does is told in
the exchange, not raised. It knows HTTP/1.1 and nothing of users, keys or retries.
"""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from support.http.history import HUNG_UP, Exchange, Outcome, Request, Response
from support.http.raw.answers import AnswerReader, explain
from support.http.retry import classify
from support.http.transport import TransportFault, check_whole, explain_fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.clock import Clock
    from support.http.client import AttemptTransport
    from support.http.raw.last_byte_sync import StartingLine
    from support.target import Target


@dataclass(frozen=True, slots=True)
class SendingMode:
    """How a request goes out.

    `pieces` is in how many writes the body is sent, with `pause_s` before each [s]; `last_byte_s`
    is how late the very last byte is [s]; `chunked` sends the body without saying its length; `hang_up`
    closes the connection once this share of the request is sent (1.0: all of it) and `hang_up_s` have gone
    by [s]. `parameter` is said of the body's media type besides. `beyond_limit` fills the body with blanks,
    which mean nothing to JSON, until it is so many bytes larger than the target's largest.
    """

    pieces: int = 1
    pause_s: float = 0.0
    last_byte_s: float = 0.0
    chunked: bool = False
    hang_up: float | None = None
    hang_up_s: float = 0.0
    parameter: str = ""
    beyond_limit: int | None = None


PLAIN = SendingMode()


class WireTransport:
    """Makes the first attempt of an operation by hand, and every further one over another way.

    With `always` further attempts go out in the same manner. With a `line` the first waits there for the
    others.
    """

    def __init__(
        self,
        otherwise: AttemptTransport,
        target: Target,
        clock: Clock,
        *,
        manner: SendingMode = PLAIN,
        line: StartingLine | None = None,
        always: bool = False,
    ) -> None:
        self._otherwise = otherwise
        self._target = target
        self._clock = clock
        self._manner = manner
        self._line = line
        self._always = always
        self.tls = otherwise.tls
        self.first: Exchange | None = None
        self.is_done = threading.Event()  # the first attempt has ended, or there is none

    def twin(self) -> AttemptTransport:
        """Return a transport with connections of its own; every request here has one anyway."""
        return self if self._always or self.first is None else self._otherwise.twin()

    def close(self) -> None:
        """Close what is left open."""
        self._otherwise.close()

    def give_up(self) -> None:
        """Say that there will be no first attempt, so that nobody waits for it."""
        if self.first is None and self._line is not None:
            self._line.call_off()
        self.is_done.set()

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None, attempt: int
    ) -> Exchange:
        """Make one attempt and say how it ended; a fault of the transport is told, not raised."""
        if self.first is not None and not self._always:
            return self._otherwise.exchange(method, url, headers, body, attempt)
        exchange = self._exchange(method, url, headers, body, attempt)
        if self.first is None:
            self.first = exchange
            self.is_done.set()
        return exchange

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None, attempt: int
    ) -> Exchange:
        if body and self._manner.beyond_limit is not None:
            body = body.ljust(self._target.limits.body + self._manner.beyond_limit)
        head, shown = _write_head(method, url, headers, body, self._manner)
        at, sent_at = self._clock.now(), self._clock.monotonic()
        response: Response | None = None
        first_byte_s: float | None = None
        words: str | None = None
        outcome = Outcome.UNKNOWN
        connection: socket.socket | None = None
        crossed = self._line is None or self.first is not None
        try:
            connection = self._connect(url)
            parts = _split(head, body or b"", self._manner)
            if not crossed and self._line is not None:
                *most, last = parts
                parts = [*most, (0.0, last[1][:-1])]
                self._send(connection, parts)
                crossed = True
                sent_at = self._line.cross(connection, last[1][-1:])
            else:
                self._send(connection, parts)
            if self._manner.hang_up is not None:
                self._clock.sleep(self._manner.hang_up_s)
                raise TransportFault(HUNG_UP, Outcome.UNKNOWN)  # noqa: TRY301
            deadline = sent_at + self._target.timeouts.attempt_s
            reader = AnswerReader(connection, self._clock, self._target, deadline)
            try:
                response = check_whole(reader.read(method), method)
            finally:
                if reader.first_byte_at:
                    first_byte_s = reader.first_byte_at - sent_at
            outcome = classify(self._target.faults, response)
        except (TransportFault, OSError) as error:
            fault = error if isinstance(error, TransportFault) else explain(error)
            words, outcome = str(fault), fault.outcome
        finally:
            if connection is not None:
                connection.close()
            if not crossed and self._line is not None:
                self._line.cross(None)
        return Exchange(
            request=Request(method, url, shown, body or b""),
            attempt=attempt,
            sent_at=sent_at,
            answered_at=self._clock.monotonic(),
            at=at,
            outcome=outcome,
            response=response,
            fault=words,
            first_byte_s=first_byte_s,
        )

    def _connect(self, url: str) -> socket.socket:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            connection = socket.create_connection((host, port), self._target.timeouts.connect_s)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if parts.scheme == "https":
                connection = make_tls(self.tls).wrap_socket(connection, server_hostname=host)
        except OSError as error:
            words = next((words for kind, words in NEVER_SENT.items() if isinstance(error, kind)), None)
            raise TransportFault(words or str(explain_fault(error)), Outcome.FAILED) from None
        connection.settimeout(self._target.timeouts.read_s)
        return connection

    def _send(self, connection: socket.socket, parts: Sequence[tuple[float, bytes]]) -> None:
        """Send parts, each after its pause [s]; a service that answers early may have stopped listening."""
        for pause_s, part in parts:
            self._clock.sleep(pause_s)
            try:
                connection.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                return  # what it answered is told by reading


NEVER_SENT: dict[type[OSError], str] = {
    socket.gaierror: "host name not found",
    ConnectionRefusedError: "connection refused",
    TimeoutError: "no connection in time",
}


def make_tls(tls: Mapping[str, Any]) -> ssl.SSLContext:
    """Make a context that verifies by the same bundle and shows the same certificate as the pooled client."""
    context = ssl.create_default_context(cafile=tls["verify"])
    own = tls.get("cert")
    if own:
        context.load_cert_chain(*([own] if isinstance(own, str) else own))
    return context


def _write_head(
    method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None, manner: SendingMode
) -> tuple[bytes, dict[str, str]]:
    """Write request line and headers as they are, whatever their values hold."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines: dict[str, str | bytes] = {"Host": parts.netloc, **headers, "Connection": "close"}
    media_type = lines.get("Content-Type")
    if manner.parameter and isinstance(media_type, str):
        lines["Content-Type"] = f"{media_type}; {manner.parameter}"
    if manner.chunked:
        lines["Transfer-Encoding"] = "chunked"
    elif body is not None or method in {"POST", "PUT", "PATCH"}:
        lines["Content-Length"] = str(len(body or b""))
    raw = [f"{method} {path} HTTP/1.1".encode()]
    raw += [name.encode() + b": " + (v if isinstance(v, bytes) else v.encode()) for name, v in lines.items()]
    shown = {name: v if isinstance(v, str) else v.decode("utf-8", "replace") for name, v in lines.items()}
    return b"\r\n".join(raw) + b"\r\n\r\n", shown


def _split(head: bytes, body: bytes, manner: SendingMode) -> list[tuple[float, bytes]]:
    """Cut a request into the parts that are sent one by one, each with the pause before it [s]."""
    if manner.hang_up is not None:
        whole = head + body
        # The end of the body is the last thing to go: "halfway" is never before the body has begun.
        share = len(head) + int(len(body) * manner.hang_up) if body else int(len(head) * manner.hang_up)
        return [(0.0, whole[:share])]
    size = max(1, -(-len(body) // manner.pieces))
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    if manner.chunked:
        pieces = [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces] + [b"0\r\n\r\n"]
    parts = [(0.0, head), *((manner.pause_s, piece) for piece in pieces)]
    if manner.last_byte_s:
        pause_s, last = parts.pop()
        parts += [(pause_s, last[:-1]), (manner.last_byte_s, last[-1:])]
    if not manner.pause_s and not manner.last_byte_s:
        return [(0.0, b"".join(part for _, part in parts))]
    return parts
