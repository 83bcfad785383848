"""The application: puts the parts together, and does for every request what no endpoint should repeat.

That is: who is asking, how often, whether the method is offered, and how a refusal is written down.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from support.reference.http import problems
from support.reference.http.answers import correlate, mark_private, write_problem
from support.reference.http.encoding import encode
from support.reference.http.odd_formats import settle
from support.reference.http.problems import Problem
from support.reference.openapi.document import describe_api
from support.reference.options import BASE_PATH

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from support.reference.faults.switches import Switches
    from support.reference.http.auth import Caller, Doorkeeper
    from support.reference.http.rate_limits import Limits
    from support.reference.routes.changing import Changing
    from support.reference.routes.creating import Creating
    from support.reference.routes.reading import Reading
    from support.reference.server.inspection import Inspection

    Handler = Callable[[Request, Caller], Awaitable[Response]]

USERS_PATH = f"{BASE_PATH}/users"
HEALTH_PATH = f"{BASE_PATH}/health"
DOCUMENT_PATH = f"{BASE_PATH}/openapi.json"
_SAFE = frozenset({"GET", "HEAD"})


class Resource:
    """One path with the methods that it offers: an ASGI application."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        doorkeeper: Doorkeeper,
        limits: Limits,
        switches: Switches,
    ) -> None:
        self._handlers = handlers
        self._used_up: set[str | None] = set()  # only a defect uses up keys of refused requests
        self._doorkeeper = doorkeeper
        self._limits = limits
        self._switches = switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; says nothing when the caller has hung up before the end of its request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            response = await self._handle(request)
        except Problem as problem:
            if self._switches.on("M165", problem.status == 413):
                self._limits.daze()
            if self._switches.on("N164", problem.kind == "email-in-use"):
                problem.detail = "UNIQUE constraint failed: users.tenant, users.email_key"
            response = write_problem(problem, self._switches)
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001 - nothing of ours may reach the caller
            traceback.print_exc(file=sys.stderr)
            response = write_problem(problems.unexpected(), self._switches)
        mark_private(response, self._switches)
        correlate(request, response, self._switches)
        return settle(request, response, self._switches)

    async def _admit(self, request: Request, caller: Caller, handler: Handler | None) -> None:
        """Count a request; raises Problem 429 when the caller asks too often."""
        on, method = self._switches.on, request.method
        key = request.headers.get("idempotency-key")
        if on("N169", key in self._used_up):
            raise problems.key_in_progress()
        try:
            self._limits.admit(caller)
        except Problem as problem:
            if key and self._switches.has("N169"):
                self._used_up.add(key)
            if on("N107", method == "POST"):
                problem.headers.clear()
            if handler and on("N53", caller.may_write and method not in _SAFE):
                await handler(request, caller)
            raise

    async def _handle(self, request: Request) -> Response:
        on = self._switches.on
        caller = self._doorkeeper.identify(request)
        method = request.method
        if on("M146", method == "POST" and "x-http-method-override" in request.headers):
            method = request.headers["x-http-method-override"].upper()
        handler = self._handlers.get(method)
        await self._admit(request, caller, handler)
        trace, mark = (request.headers.get(name, "") for name in ("traceparent", "x-correlation-id"))
        if on("M156", "traceparent" in request.headers and not _is_trace(trace)) or on(
            "N157", not mark.isascii()
        ):
            raise problems.unexpected()
        if handler is None:
            raise problems.method_not_offered(list(self._handlers))
        is_asked_later = self._switches.has("N159") and method == "POST"  # by the creation, after its key
        if method not in _SAFE and not (caller.may_write or is_asked_later or on("N47", method == "PATCH")):
            raise problems.read_only()
        if on("N116", not caller.may_write and method == "GET" and "email=" in request.url.query):
            raise problems.read_only()
        if on("B29", not _accepts_json(request.headers.get("accept", "*/*"))):
            raise problems.not_acceptable()
        return await handler(request, caller)


class Fallback:
    """Answers what has no resource, and the health of the service: both without a token."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if scope["path"] != HEALTH_PATH:
            response = write_problem(problems.unknown_path(), self._switches)
        elif request.method not in _SAFE:
            response = write_problem(problems.method_not_offered(["GET", "HEAD"]), self._switches)
        elif self._switches.on("N55", "authorization" not in request.headers):
            response = write_problem(problems.missing_credentials(401), self._switches)
        else:
            response = Response(encode({"status": "ok"}), media_type="application/json")
        correlate(request, response, self._switches)
        await response(scope, receive, send)


def build_app(
    reading: Reading,
    creating: Creating,
    changing: Changing,
    doorkeeper: Doorkeeper,
    limits: Limits,
    switches: Switches,
    inspection: Inspection | None,
) -> Starlette:
    """Put resources onto their paths."""
    collection: dict[str, Handler] = {
        "GET": reading.show_page,
        "HEAD": reading.show_page,
        "POST": creating.create,
    }
    single = {
        "GET": reading.show,
        "HEAD": reading.show,
        "PUT": changing.replace,
        "PATCH": changing.patch,
        "DELETE": changing.delete,
    }
    if switches.has("M47"):
        collection["DELETE"] = changing.delete_all
    paths: list[BaseRoute] = [
        Route(USERS_PATH, Resource(collection, doorkeeper, limits, switches)),
        Route(f"{USERS_PATH}/{{user_id}}", Resource(single, doorkeeper, limits, switches)),
    ]
    document, wrong = encode(describe_api()), encode(describe_api(everybody_has_a_nickname=True))

    def show_document(_: Request) -> Response:
        shown = wrong if switches.on("N96") else document
        return Response(shown, media_type="application/json")

    paths.append(Route(DOCUMENT_PATH, show_document))
    if inspection:
        paths += [Route("/inspect", inspection.show), Route("/inspect/{part}", inspection.show)]
    paths.append(Route("/{rest:path}", Fallback(switches)))
    app = Starlette(routes=paths)
    app.router.redirect_slashes = False
    return app


def _is_trace(text: str) -> bool:
    parts = text.split("-")
    return [len(part) for part in parts[:4]] == [2, 32, 16, 2] and all(part.isalnum() for part in parts)


def _accepts_json(accept: str) -> bool:
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return any(kind in {"*/*", "application/*"} or kind.endswith("json") for kind in kinds)
