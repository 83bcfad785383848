"""The HTTP protocol of uvicorn, with the transport handed to the application.

Weather needs it: a connection that is reset has no answer, and ASGI has no word for that.
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


class OpenProtocol(HttpToolsProtocol):
    """Puts the transport into the scope of each request."""

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
