"""Odd but correct manners of showing things: what a user, a date, a list or an answer may look like.

Nothing here breaks the contract together with the profile fragment of its oddity; see `oddities`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from support.reference.faults.switches import Switches

_SNAKES = {"createdAt": "created_at", "updatedAt": "updated_at", "nickname": "nick_name"}
# How far the clock of an odd service is ahead [s].
AHEAD_S = 300


def dress(document: dict[str, object], switches: Switches) -> dict[str, object]:
    """Return the JSON values of a user as an odd service would."""
    on = switches.on
    if on("B03") or on("B05"):
        document["id"] = int(str(document["id"]))
    if on("B01"):
        document |= {"links": {"self": document["id"]}, "tags": [], "x-internal": None}
        if switches.random.random() < 0.5:
            document = {"score": 0.5, **document}
    if on("B10"):
        document |= {"status": "active", "locale": "en"}
    if on("B17"):
        document["password"] = "********"  # noqa: S105 - shows nothing
    if on("B09", document["nickname"] is None):
        del document["nickname"]
    if on("B08"):
        document = {_SNAKES.get(name, name): value for name, value in document.items()}
    if on("B02"):
        names = list(document)
        switches.random.shuffle(names)
        document = {name: document[name] for name in names}
    return document


def undress(document: object, switches: Switches) -> object:
    """Return the JSON values of a request by the names of the contract."""
    if isinstance(document, dict) and switches.on("B08"):
        names = {snake: name for name, snake in _SNAKES.items()}
        return {names.get(name, name): value for name, value in document.items()}
    return document


def envelop(value: object, switches: Switches) -> object:
    """Return one user the way an odd service wraps it."""
    return {"data": value} if switches.on("B11") else value


def write_instant(microseconds: int, switches: Switches) -> object | None:
    """Return an instant [us since 1970] in an odd format, or None for the usual one."""
    if not switches.has("B06", "B07", "B52"):
        return None
    on = switches.on
    if on("B52"):
        microseconds += AHEAD_S * 1_000_000
    if on("B07"):
        return microseconds // 1000
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    if on("B06"):
        return moment.astimezone(timezone(timedelta(hours=2))).isoformat(timespec="microseconds")
    return moment.isoformat(timespec="microseconds") if switches.has("B52") else None


def settle(request: Request, response: Response, switches: Switches) -> Response:
    """Return an answer the headers that an odd service adds or leaves out."""
    on, headers = switches.on, response.headers
    if on("B13", headers.get("content-type") == "application/json"):
        headers["content-type"] = "application/vnd.users+json; charset=utf-8"
    if on("B22", "location" in headers):
        del headers["location"]
    if on("B59", "location" in headers):
        headers["location"] = f"http://users.internal.example.com{headers['location']}"
    bare = on("B32", request.method in {"POST", "PUT", "PATCH"}) or on("B74", request.method == "HEAD")
    if bare and "etag" in headers:
        del headers["etag"]
    if on("B34", "etag" in headers):
        headers["etag"] = f"W/{headers['etag']}"
    if on("B36", "idempotency-key" in request.headers):
        headers["idempotency-key"] = request.headers["idempotency-key"]
    if on("B52"):
        headers["date"] = formatdate(now(switches), usegmt=True)
    if on("B57"):
        headers["connection"] = "close"
    if on("B60"):
        headers["x-powered-by"] = "users"
        headers.append("link", '</docs/users>; rel="describedby"')
        response.raw_headers = [(name.title(), value) for name, value in response.raw_headers]
    return response


def now(switches: Switches) -> float:
    """Return the present moment by the clock of the service [s since 1970]."""
    return time.time() + (AHEAD_S if switches.has("B52") else 0)


def rename_field(name: str, switches: Switches) -> str:
    """Return what an odd service calls a field."""
    return _SNAKES.get(name, name) if switches.has("B08") else name
