"""The application: puts the parts together, and does for every request what no endpoint should repeat.

That is: who is asking, how often, whether the method is offered, and how a refusal is written down.
"""

from __future__ import annotations

import re
import sys
import traceback
import uuid
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from support.reference import problems
from support.reference.options import BASE_PATH
from support.reference.problems import Problem
from support.reference.representation import encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from support.reference.auth import Caller, Doorkeeper
    from support.reference.inspection import Inspection
    from support.reference.limits import Limits
    from support.reference.routes import UserRoutes
    from support.reference.switches import Switches

    Handler = Callable[[Request, Caller], Awaitable[Response]]

USERS_PATH = f"{BASE_PATH}/users"
HEALTH_PATH = f"{BASE_PATH}/health"
_SAFE = frozenset({"GET", "HEAD"})
_CORRELATION = re.compile(r"[\x21-\x7e]{1,128}")


class Resource:
    """One path with the methods that it offers: an ASGI application.

    Without a doorkeeper it is open to everybody.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        doorkeeper: Doorkeeper,
        limits: Limits,
        switches: Switches,
    ) -> None:
        self._handlers = handlers
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
            response = write_problem(problem)
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001 - nothing of ours may reach the caller
            traceback.print_exc(file=sys.stderr)
            response = write_problem(problems.unexpected())
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Correlation-ID"] = correlate(request)
        return response

    async def _handle(self, request: Request) -> Response:
        caller = self._doorkeeper.identify(request)
        self._limits.admit(caller)
        handler = self._handlers.get(request.method)
        if handler is None:
            raise problems.method_not_offered(list(self._handlers))
        if request.method not in _SAFE and not caller.may_write:
            raise problems.read_only()
        return await handler(request, caller)


class Fallback:
    """Answers what has no resource, and the health of the service: both without a token."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if scope["path"] != HEALTH_PATH:
            response = write_problem(problems.unknown_path())
        elif request.method not in _SAFE:
            response = write_problem(problems.method_not_offered(["GET", "HEAD"]))
        else:
            response = Response(encode({"status": "ok"}), media_type="application/json")
        response.headers["X-Correlation-ID"] = correlate(request)
        await response(scope, receive, send)


def correlate(request: Request) -> str:
    """Give the correlation id of a request: its own if it is one sane word, else a fresh one."""
    own = request.headers.get("x-correlation-id", "")
    return own if _CORRELATION.fullmatch(own) else str(uuid.uuid4())


def write_problem(problem: Problem) -> Response:
    """Give the answer that a refusal is."""
    body = encode(problem.document())
    return Response(body, problem.status, problem.headers, media_type="application/problem+json")


def build_app(
    routes: UserRoutes,
    doorkeeper: Doorkeeper,
    limits: Limits,
    switches: Switches,
    inspection: Inspection | None,
) -> FastAPI:
    """Put resources onto their paths."""
    collection = {"GET": routes.list, "HEAD": routes.list, "POST": routes.create}
    single = {
        "GET": routes.read,
        "HEAD": routes.read,
        "PUT": routes.replace,
        "PATCH": routes.patch,
        "DELETE": routes.delete,
    }
    paths: list[BaseRoute] = [
        Route(USERS_PATH, Resource(collection, doorkeeper, limits, switches)),
        Route(f"{USERS_PATH}/{{user_id}}", Resource(single, doorkeeper, limits, switches)),
    ]
    if inspection:
        paths += [Route("/inspect", inspection.show), Route("/inspect/{part}", inspection.show)]
    paths.append(Route("/{rest:path}", Fallback()))
    # Plain routes: FastAPI's models would convert what the contract wants refused.
    return FastAPI(routes=paths, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
