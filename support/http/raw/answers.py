"""Reading one answer from a raw socket: HTTP/1.1 by h11, within the time and size that the profile allows."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import h11

from support.http.history import TOO_LARGE, Outcome, Response
from support.http.transport import TransportFault, explain_fault

if TYPE_CHECKING:
    import socket

    from support.clock import Clock
    from support.target import Target

CHUNK = 65536


class AnswerReader:
    """Reads the answer of one connection; `first_byte_at` is monotonic [s], 0 before anything came."""

    def __init__(self, connection: socket.socket, clock: Clock, target: Target, deadline: float) -> None:
        self._connection = connection
        self._clock = clock
        self._read_s = target.timeouts.read_s
        self._limits = target.answer_limits
        self._passing = target.faults.statuses
        self._deadline = deadline
        self.first_byte_at = 0.0

    def read(self, method: str) -> Response:
        """Read one final answer, interim ones passed over; raises TransportFault and OSError."""
        reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=self._limits.headers_bytes)
        # Only the method matters to how an answer is read; the request itself has gone out by hand.
        reader.send(h11.Request(method=method, target="/", headers=[("host", "-")]))
        reader.send(h11.EndOfMessage())
        try:
            return self._read(reader)
        except h11.RemoteProtocolError as error:
            raise TransportFault(self._words(str(error)), Outcome.UNKNOWN) from None

    def _read(self, reader: h11.Connection) -> Response:
        status, headers, size = 0, dict[str, str](), 0
        chunks: list[bytes] = []
        decoder: _Decoder | None = None
        while True:
            event = reader.next_event()
            if event is h11.NEED_DATA:
                reader.receive_data(self._receive())
            elif isinstance(event, h11.Response):
                status = event.status_code
                for raw_name, raw_value in event.headers:
                    name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                    headers[name] = f"{headers[name]}, {value}" if name in headers else value
                if sum(map(len, headers)) + sum(map(len, headers.values())) > self._limits.headers_bytes:
                    raise TransportFault(TOO_LARGE, Outcome.UNKNOWN)
                decoder = _Decoder(headers.get("content-encoding", ""), self._limits.body_bytes)
            elif isinstance(event, h11.Data) and decoder:
                chunks.append(decoder.decode(bytes(event.data)))
                size += len(chunks[-1])
                if size > self._limits.body_bytes:
                    return self._cut(status, headers)
            elif isinstance(event, h11.EndOfMessage):
                return Response(status, headers, b"".join(chunks))
            elif isinstance(event, h11.ConnectionClosed):
                raise TransportFault("connection closed without an answer", Outcome.UNKNOWN)

    def _cut(self, status: int, headers: dict[str, str]) -> Response:
        """Return what is known of an answer that is too large, where its status says that it passes."""
        if status not in self._passing:
            raise TransportFault(TOO_LARGE, Outcome.UNKNOWN)
        return Response(status, headers)

    def _receive(self) -> bytes:
        left = self._deadline - self._clock.monotonic()
        self._connection.settimeout(max(0.001, min(self._read_s, left)))
        try:
            data = self._connection.recv(CHUNK)
        except TimeoutError:
            words = "no complete answer in time" if self.first_byte_at else "no answer in time"
            raise TransportFault(words, Outcome.UNKNOWN) from None
        if data and not self.first_byte_at:
            self.first_byte_at = self._clock.monotonic()
        return data

    def _words(self, reason: str) -> str:
        """Say in our words what h11 did not like."""
        if not self.first_byte_at:
            return "connection closed without an answer"
        if "too long" in reason or "too large" in reason.lower():
            return TOO_LARGE
        if "peer closed" in reason or "peer unexpectedly closed" in reason:
            return "answer broke off"
        return "answer that is no HTTP"


class _Decoder:
    """Undoes a content encoding chunk by chunk, never by more than a limit [bytes]."""

    def __init__(self, coding: str, most_bytes: int) -> None:
        self._most = most_bytes + 1
        coding = coding.strip().lower()
        self._inflate = zlib.decompressobj(wbits=47) if coding in {"gzip", "x-gzip", "deflate"} else None
        self._may_be_bare = coding == "deflate"

    def decode(self, data: bytes) -> bytes:
        """Return what a chunk holds; raises TransportFault when it cannot be decompressed."""
        if self._inflate is None:
            return data
        try:
            return self._inflate.decompress(data, self._most)
        except zlib.error:
            if not self._may_be_bare:
                raise TransportFault("answer could not be decompressed", Outcome.UNKNOWN) from None
        finally:
            bare, self._may_be_bare = self._may_be_bare, False
        if bare:  # "deflate" as some send it, without a frame
            self._inflate = zlib.decompressobj(wbits=-15)
        return self.decode(data)


def explain(error: OSError) -> TransportFault:
    """Say in a few words what broke a connection."""
    if isinstance(error, TimeoutError):
        return TransportFault("no answer in time", Outcome.UNKNOWN)
    return explain_fault(error)
