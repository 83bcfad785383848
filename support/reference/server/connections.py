"""Odd but correct manners of the connection: redirects, encodings, pieces, a slow start.

It stands outermost, so it sees every request first and every answer last. A healthy service has none.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse

from support.reference.http.answers import write_problem
from support.reference.http.problems import unavailable
from support.reference.http.protocol import close_connection

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from support.reference.faults.switches import Switches

_MANNERS = ("B41", "B45", "B55", "B56", "B58", "B62")
_STARTS_AFTER_S = 3.0
_PIECE = 7


def put_on_wire(app: ASGIApp, collection: str, switches: Switches) -> ASGIApp:
    """Return the application with the odd manners that are on, or the application itself."""
    if not switches.has(*_MANNERS):
        return app
    if switches.has("B55"):
        app = GZipMiddleware(app, minimum_size=1)
    return Wire(app, collection, switches)


class Wire:
    """An ASGI application around the service."""

    def __init__(self, app: ASGIApp, collection: str, switches: Switches) -> None:
        self._app = app
        self._collection = collection
        self._switches = switches
        self._started_at = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        on = self._switches.on
        on("B55")
        if on("B41", time.monotonic() - self._started_at < _STARTS_AFTER_S):
            problem = unavailable()
            problem.headers["Retry-After"] = "1"
            await write_problem(problem, self._switches)(scope, receive, send)
            return
        if on("B58", scope["path"] == self._collection):
            await self._redirect(scope)(scope, receive, send)
            return
        if self._switches.has("B58") and scope["path"] == f"{self._collection}/":
            scope["path"] = self._collection
        if on("B62"):
            self._continue(scope)
        await self._app(scope, receive, _cut(send) if on("B56") else send)
        if on("B45", chance=0.1):
            # A connection that the caller may want to use again.
            asyncio.get_running_loop().call_later(0.005, close_connection, scope)

    def _redirect(self, scope: Scope) -> RedirectResponse:
        """Lead to the same place with a slash, without changing the method."""
        query = scope["query_string"].decode("latin-1")
        place = f"{self._collection}/" + (f"?{query}" if query else "")
        return RedirectResponse(place, self._switches.random.choice((307, 308)))

    def _continue(self, scope: Scope) -> None:
        """Send an interim answer, as is allowed before any other (RFC 9110 section 15.2)."""
        transport = scope.get("reference.transport")
        if transport is not None:
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def _cut(send: Send) -> Send:
    """Return a way to send answers in tiny chunks of unannounced length."""

    async def send_pieces(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(n, v) for n, v in message["headers"] if n.lower() != b"content-length"]
            # What has no body has no length and no chunks either.
            has_body = message["status"] not in {204, 304}
            await send({**message, "headers": headers if has_body else message["headers"]})
            return
        body = message.get("body", b"")
        for start in range(0, len(body), _PIECE):
            piece = body[start : start + _PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)})

    return send_pieces
