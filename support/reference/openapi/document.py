"""The OpenAPI document of the service (3.1), for clients that read one instead of the contract.

It says what the contract says and no more: `openapi_shapes` has what a body looks like, this module who is
asked what and which answers there are. What a caller gets to see is decided elsewhere; nothing here acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.reference.openapi.shapes import SHAPES, shape, with_nicknames
from support.reference.options import BASE_PATH
from support.reference.routes.paging import DEFAULT_LIMIT, LIMIT_MAX
from support.reference.store.key_ledger import KEY_MAX
from support.reference.store.views import DEFAULT_ORDER, ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_VISIBLE = r"^[\x21-\x7e]+$"
_ENTITY_TAG = r'^"[^"]*"$'

_REFUSALS = {
    "400": "The body is not strict JSON, or the idempotency key is not one.",
    "401": "The token is missing or wrong.",
    "403": "The token may only read.",
    "404": "There is no such user.",
    "409": "The email is in use, or the first request with this key is still being worked on.",
    "412": "The user has changed since the caller read it.",
    "413": "The body has more than 64 KiB.",
    "415": "The body is of another media type.",
    "422": "Some values are not acceptable, or the key came with another body before.",
    "429": "This token asks too often.",
    "502": "A passing fault of the gateway.",
    "503": "A passing fault of the gateway.",
    "504": "A passing fault of the gateway.",
}
_EVERYWHERE = ("401", "429", "502", "503", "504")
_WRITES = ("403", *_EVERYWHERE)
_BODIES = ("400", "413", "415", "422")


def describe_api(*, everybody_has_a_nickname: bool = False) -> Json:
    """Return the whole document; with a mistake about nicknames where it is asked for (`faults.defects`)."""
    shapes = with_nicknames(SHAPES) if everybody_has_a_nickname else SHAPES
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Users",
            "version": "1.0.0",
            "description": "Reads come from replicas: an acknowledged change is seen by everyone within the "
            "promised time, and at once by who sends `Consistency: strong` or the newest token.",
        },
        "servers": [{"url": BASE_PATH}],
        "security": [{"bearer": []}],
        "paths": {"/users": _collection(), "/users/{id}": _single(), "/health": _health()},
        "components": {
            "schemas": shapes,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _collection() -> Json:
    query = [
        _parameter("query", "limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}, DEFAULT_LIMIT),
        _parameter("query", "cursor", {"type": "string", "description": "Out of a Link, never made up."}),
        _parameter("query", "sort", {"type": "string", "enum": sorted(ORDERS)}, DEFAULT_ORDER),
        _parameter("query", "email", {"type": "string", "description": "Exactly this address."}),
    ]
    key = {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": _VISIBLE}
    page = {
        "X-Total-Count": _header({"type": "integer", "minimum": 0}),
        "Link": _header({"type": "string", "pattern": r'^<[^<>]+>; rel="next"$'}, is_required=False),
    }
    created = _headers("Location", "ETag", "Consistency-Token") | {
        "Idempotency-Replayed": _header({"const": "true"}, is_required=False)
    }
    return {
        "get": _operation(
            "listUsers",
            [*query, *_freshness()],
            _answer("200", "A page of users.", {"type": "array", "items": shape("User")}, page | _seen()),
            ("422", *_EVERYWHERE),
        ),
        "head": _operation(
            "headUsers",
            [*query, *_freshness()],
            _answer("200", "As GET answers, without the body.", None, page | _seen()),
            ("422", *_EVERYWHERE),
            has_bodies=False,
        ),
        "post": _operation(
            "createUser",
            [_parameter("header", "Idempotency-Key", key), *_trace()],
            _answer("201", "The user as stored.", shape("User"), created, _links()),
            ("409", *_BODIES, *_WRITES),
            body=_body("NewUser", _JSON),
        ),
    }


def _single() -> Json:
    known = [_parameter("header", "If-None-Match", {"type": "string"}), *_freshness()]
    condition = [_parameter("header", "If-Match", {"type": "string", "examples": ["*"]}), *_trace()]
    unchanged = _answer("304", "The caller has this version.", None, _headers("ETag") | _seen())
    changes = ("404", "409", "412", *_BODIES, *_WRITES)
    seen = _headers("ETag") | _seen()
    return {
        "parameters": [_parameter("path", "id", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"})],
        "get": _operation(
            "lookUpUser",
            known,
            _answer("200", "The user.", shape("User"), seen) | unchanged,
            ("404", *_EVERYWHERE),
        ),
        "head": _operation(
            "headUser",
            known,
            _answer("200", "As GET answers, without the body.", None, seen) | unchanged,
            ("404", *_EVERYWHERE),
            has_bodies=False,
        ),
        "put": _operation(
            "replaceUser",
            condition,
            _answer("200", "The user as stored.", shape("User"), _headers("Consistency-Token")),
            changes,
            body=_body("NewUser", _JSON),
        ),
        "patch": _operation(
            "changeUser",
            condition,
            _answer("200", "The user as stored.", shape("User"), _headers("ETag", "Consistency-Token")),
            changes,
            body=_body("Change", _JSON, "application/merge-patch+json"),
        ),
        "delete": _operation(
            "deleteUser",
            condition,
            _answer("204", "The user is gone.", None, _headers("Consistency-Token")),
            ("404", "412", *_WRITES),
        ),
    }


def _health() -> Json:
    status = {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}}
    answer = {"description": "The service takes requests.", "headers": _headers("X-Correlation-ID")}
    full = answer | {"content": {_JSON: {"schema": status}}}
    return {
        "get": {"operationId": "showHealth", "security": [], "responses": {"200": full}},
        "head": {"operationId": "headHealth", "security": [], "responses": {"200": answer}},
    }


def _operation(
    name: str,
    parameters: Sequence[Json],
    answers: Mapping[str, Json],
    refusals: Sequence[str],
    *,
    body: Json | None = None,
    has_bodies: bool = True,
) -> Json:
    refused = {status: _refusal(status, has_body=has_bodies) for status in sorted(refusals)}
    operation: Json = {
        "operationId": name,
        "parameters": list(parameters),
        "responses": {**answers, **refused},
    }
    return operation | ({"requestBody": body} if body else {})


def _body(name: str, *media_types: str) -> Json:
    return {"required": True, "content": {media_type: {"schema": shape(name)} for media_type in media_types}}


def _answer(
    status: str, description: str, content: Json | None, headers: Json, links: Json | None = None
) -> dict[str, Json]:
    answer: Json = {
        "description": description,
        "headers": headers | _headers("X-Correlation-ID", "Cache-Control"),
    }
    if content is not None:
        answer["content"] = {_JSON: {"schema": content}}
    return {status: answer | ({"links": links} if links else {})}


def _refusal(status: str, *, has_body: bool) -> Json:
    headers = _headers("X-Correlation-ID")
    if status == "401":
        headers |= {"WWW-Authenticate": _header({"type": "string", "pattern": "^Bearer "})}
    if status in {"409", "429", "503"}:
        headers |= {"Retry-After": _header({"type": "string"}, is_required=False)}
    answer: Json = {"description": _REFUSALS[status], "headers": headers}
    if not has_body:
        return answer
    if status in {"502", "504"}:
        return answer | {"content": {"text/html": {"schema": {"type": "string"}}}}
    problem = {"allOf": [shape("Problem"), {"properties": {"status": {"const": int(status)}}}]}
    return answer | {"content": {_PROBLEM: {"schema": problem}}}


def _parameter(place: str, name: str, schema: Json, default: object = None) -> Json:
    known = {} if default is None else {"default": default}
    return {"in": place, "name": name, "required": place == "path", "schema": schema | known}


def _freshness() -> list[Json]:
    """Return the parameters of reads: how fresh to be. What is no such thing is ignored, so any text goes."""
    strong = _parameter("header", "Consistency", {"type": "string", "examples": ["strong"]})
    return [strong, _parameter("header", "Consistency-Token", {"type": "string"}), *_trace()]


def _trace() -> list[Json]:
    """Return the parameters of every request; malformed ones do no harm (clause 8.3), so any text goes."""
    names = ("X-Correlation-ID", "traceparent")
    return [_parameter("header", name, {"type": "string"}) for name in names]


def _seen() -> Json:
    return _headers("Consistency-Token")


def _headers(*names: str) -> Json:
    kinds: dict[str, Json] = {
        "Cache-Control": {"const": "no-store"},
        "Consistency-Token": {"type": "string", "pattern": _VISIBLE},
        "ETag": {"type": "string", "pattern": _ENTITY_TAG},
        "Location": {"type": "string", "pattern": f"^{BASE_PATH}/users/[^/]+$"},
        "X-Correlation-ID": {"type": "string", "pattern": _VISIBLE},
    }
    return {name: _header(kinds[name]) for name in names}


def _header(schema: Json, *, is_required: bool = True) -> Json:
    return {"required": is_required, "schema": schema}


def _links() -> Json:
    """Lead from a new user to what can be done with it, in its first version and as it may be by then.

    A read carries the token of the write and so sees it. Each link names all that its target takes.
    """
    user = {"id": "$response.body#/id"}
    trace = {
        "X-Correlation-ID": "$response.header.X-Correlation-ID",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    token = {"Consistency-Token": "$response.header.Consistency-Token"}
    fresh = {**token, "Consistency": "eventual", "If-None-Match": '"unknown"'}
    version = {"If-Match": "$response.header.ETag"}
    reads = {name: {**user, **fresh, **trace} for name in ("lookUpUser", "headUser")}
    writes = {name: {**user, **trace} for name in ("replaceUser", "changeUser", "deleteUser")}
    links = {name: {"operationId": name, "parameters": values} for name, values in (reads | writes).items()}
    for name, values in writes.items():
        links[f"{name}AsCreated"] = {"operationId": name, "parameters": {**values, **version}}
    return links
