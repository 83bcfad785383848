"""The gateway in front of the service: lets the weather act on requests and answers, and counts them.

It stands where a load balancer would: a request that it turns away has never been seen by the service,
and an answer that it loses has been given.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from support.reference.http.answers import correlate, write_problem
from support.reference.http.encoding import http_date
from support.reference.http.odd_formats import now
from support.reference.http.problems import too_many_requests, unavailable, unexpected
from support.reference.http.protocol import ARRIVED_IN_S, close_connection, lose_answer, reset_connection
from support.reference.server.app import HEALTH_PATH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from support.reference.faults.switches import Switches
    from support.reference.faults.weather import Fault, Weather

_LIMIT = 128 * 1024
_PAGES = {
    "bad-gateway": (502, "Bad Gateway"),
    "gateway-timeout": (504, "Gateway Time-out"),
}


class Gateway:
    """An ASGI application around the service."""

    def __init__(self, app: ASGIApp, weather: Weather, switches: Switches) -> None:
        self._app = app
        self._switches = switches
        self._weather = weather
        self.served: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, through the weather."""
        self.served[int(time.time())] += 1
        if self._weather.is_fair or scope["path"] == HEALTH_PATH or scope["path"].startswith("/inspect"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        begun = time.monotonic()
        received = [message async for message in _read_ahead(receive)]
        scope[ARRIVED_IN_S] = time.monotonic() - begun
        delay_s = self._weather.draw_delay()
        if delay_s:
            await asyncio.sleep(delay_s)
        fault = self._weather.draw_fault(_name_operation(request, received))
        again = _replay(received, receive)
        if fault is None:
            await self._app(scope, again, send)
            return
        if fault.kind == "half":
            await self._app(scope, again, _halve(send))
            close_connection(scope)
            return
        if fault.is_applied:
            lose_answer(scope)
            await self._app(scope, again, _lose)
        if fault.kind == "reset":
            reset_connection(scope)
            await asyncio.sleep(0.01)  # until the server has noticed
            return
        await _write_fault(request, fault, self._switches)(scope, receive, send)


def _name_operation(request: Request, received: list[Message]) -> list[object]:
    """Return the names under which a request is the same logical operation when it is sent again.

    A caller that says which trace a request belongs to is not mistaken for others who ask the same meanwhile.
    """
    what = (request.method, request.url.path, request.url.query)
    digest = hashlib.blake2b(digest_size=16)
    for message in received:
        digest.update(message.get("body", b""))
    names: list[object] = [(*what, digest.digest())]
    headers = ("idempotency-key", "x-correlation-id")
    trace = request.headers.get("traceparent", "").split("-")
    if len(trace) == 4:
        names.append((*what, "trace", trace[1]))
    names += [(*what, name, request.headers[name]) for name in headers if name in request.headers]
    return names


def _write_fault(request: Request, fault: Fault, switches: Switches) -> Response:
    if fault.kind in {"unavailable", "too-many-requests"}:
        date = http_date(now(switches) + fault.retry_after_s)
        retry_after = date if fault.has_date else str(fault.retry_after_s)
        is_busy = fault.kind == "unavailable"
        problem = unavailable() if is_busy else too_many_requests(retry_after)
        problem.headers["Retry-After"] = retry_after
        if not is_busy and not fault.retry_after_s:
            del problem.headers["Retry-After"]
        response = write_problem(problem, switches)
    elif fault.kind == "internal-error":
        response = write_problem(unexpected(), switches)
    else:
        status, title = _PAGES[fault.kind]
        page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>\n"
        response = Response(page, status, media_type="text/html")
    response.headers["Cache-Control"] = "no-store"
    correlate(request, response, switches)
    return response


async def _read_ahead(receive: Receive) -> AsyncIterator[Message]:
    """Read a request's body, or the first part of an enormous one."""
    size = 0
    while True:
        message = await receive()
        yield message
        size += len(message.get("body", b""))
        if size > _LIMIT or not message.get("more_body", False):
            return


def _replay(received: list[Message], receive: Receive) -> Receive:
    """Return the messages already received once more, then the others."""
    messages = iter(received)

    async def again() -> Message:
        message = next(messages, None)
        return await receive() if message is None else message

    return again


def _halve(send: Send) -> Send:
    """Return a way to send an answer that stops in the middle of its body."""

    async def send_half(message: Message) -> None:
        body = message.get("body", b"")
        if message["type"] == "http.response.start" or len(body) > 1:
            await send({**message, "body": body[: len(body) // 2], "more_body": True} if body else message)

    return send_half


async def _lose(_message: Message) -> None:
    """Take an answer that nobody will get."""
