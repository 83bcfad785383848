"""The HTTP protocol of uvicorn, with the transport handed to the application, and answers sent in one piece.

Weather needs the transport: a connection that is reset has no answer, and ASGI has no word for that.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import MutableMapping

    from starlette.requests import Request

# How long a body took to arrive [s], for those who read what was read ahead.
ARRIVED_IN_S = "arrived_in_s"
_NO_LINGER = struct.pack("ii", 1, 0)


class GatheringTransport:
    """A transport that sends what is written at one go together: headers, and the body that follows at once.

    Apart, each is a packet of its own, and whoever waits for them is woken twice.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._kept: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send something, together with what else is written before the loop has another turn."""
        if not self._kept:
            self._loop.call_soon(self._flush)
        self._kept.append(data)

    def close(self) -> None:
        """Close the connection after what has been written."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Break the connection, with what has been written on its way."""
        self._flush()
        self._transport.abort()

    def _flush(self) -> None:
        if self._kept:
            self._transport.write(b"".join(self._kept))
            self._kept.clear()


class OpenProtocol(HttpToolsProtocol):
    """Puts the transport into the scope of each request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(GatheringTransport(transport, self.loop))  # type: ignore[arg-type]

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["reference.transport"] = self.transport  # type: ignore[typeddict-unknown-key]


def reset_connection(scope: MutableMapping[str, Any]) -> None:
    """Break the connection of a request so that its caller sees a reset."""
    transport: asyncio.Transport = scope["reference.transport"]
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def close_connection(scope: MutableMapping[str, Any]) -> None:
    """Close the connection of a request after what has been sent, be it a whole answer or not."""
    transport: asyncio.Transport | None = scope.get("reference.transport")
    if transport is not None:
        transport.close()


def lose_answer(scope: MutableMapping[str, Any]) -> None:
    """Note that nobody will get the answer to a request."""
    scope["reference.is_lost"] = True


async def has_hung_up(request: Request) -> bool:
    """Return whether nobody waits for the answer to a request any more."""
    return "reference.is_lost" in request.scope or await request.is_disconnected()
