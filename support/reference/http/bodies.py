"""Request bodies: their size, their media type and strict JSON. Nothing is repaired, guessed or coerced.

What the members mean is `validation`'s business.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

from support.reference.http import problems
from support.reference.http.odd_formats import undress
from support.reference.http.protocol import ARRIVED_IN_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from support.reference.faults.switches import Switches

LIMIT = 64 * 1024
_DEPTH = 64
_LEEWAY = 1024  # bytes that a defect does not count
_TWICE = "A member name appears twice."
_NUMBER = re.compile(rb"\s*(?:-?\d+|NaN)\s*")
_CHARSETS = ("", "charset=utf-8", 'charset="utf-8"')
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON = ("application/json",)
_MERGE_PATCH = ("application/json", "application/merge-patch+json")


class Bodies:
    """Reads the bodies of writes."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    async def read(self, request: Request) -> bytes:
        """Return the whole body; raises Problem 415 for its type and 413 for its size.

        A body that turns out too large is read on to its end, up to a point, so that its sender gets
        to see the answer.
        """
        accepted = _MERGE_PATCH if request.method == "PATCH" else _JSON
        self._check_media_type(request, accepted)
        if self._switches.on("B63", "chunked" in request.headers.get("transfer-encoding", "")):
            raise problems.length_required()
        if self._switches.on("B64", int(request.headers.get("content-length", 0)) > LIMIT):
            raise problems.body_too_large(LIMIT, closes=True)
        # What the gateway has read ahead of its own accord has taken its time before.
        size, pieces, began = 0, [], time.monotonic() - request.scope.get(ARRIVED_IN_S, 0.0)
        async for piece in request.stream():
            if self._switches.on("M97", piece and time.monotonic() - began > 0.1):
                return b""
            size += len(piece)
            if size <= LIMIT or self._passes_limit(request, size):
                pieces.append(piece)
            elif size > 32 * LIMIT:
                break
        if self._switches.on("N129", size == LIMIT):
            raise problems.body_too_large(LIMIT, closes=False)
        if size > LIMIT and not self._passes_limit(request, size):
            raise problems.body_too_large(LIMIT, closes=size > 32 * LIMIT)
        return b"".join(pieces)

    def _passes_limit(self, request: Request, size: int) -> bool:
        on = self._switches.on
        return on("N74", "content-length" not in request.headers) or on("N130", size <= LIMIT + _LEEWAY)

    def parse(self, body: bytes) -> object:
        """Return the JSON values of a body; raises Problem 400 when it is not strict JSON."""
        if self._switches.on("N158", body.isdigit() and len(body) > 4300):
            raise problems.unexpected()
        if self._switches.on("N100", _NUMBER.fullmatch(body)):
            raise problems.unexpected()
        try:
            return undress(self._parse(body), self._switches)
        except problems.Problem as problem:
            if self._switches.on("M126") or self._switches.on("N127", problem.detail == _TWICE):
                raise problems.unexpected() from None
            if self._switches.has("M97") and not body:
                return {"name": "?", "email": f"{time.time_ns()}@example.com"}
            raise

    def _parse(self, body: bytes) -> object:
        _check_depth(body)
        try:
            text = body.decode("utf-8")
            value, end = _DECODER.raw_decode(text.lstrip(_BLANKS))
            rest = text.lstrip(_BLANKS)[end:].strip(_BLANKS)
        except UnicodeDecodeError:
            raise problems.not_json("The body is not UTF-8.") from None
        except (ValueError, RecursionError):
            raise problems.not_json("The body is not one complete JSON value.") from None
        if rest and not self._switches.on("M127"):
            raise problems.not_json("There is something after the JSON value.")
        return value

    def _check_media_type(self, request: Request, accepted: Sequence[str]) -> None:
        if self._switches.on("M128", request.headers.get("content-type", "").startswith("text/plain")):
            return
        if self._switches.on(
            "N114", request.method == "PATCH" and ";" in request.headers.get("content-type", "")
        ):
            raise problems.unknown_media_type(accepted)
        essence, _, parameters = request.headers.get("content-type", "").partition(";")
        charset = parameters.replace(" ", "").lower()
        if self._switches.on("N101", charset not in _CHARSETS):
            raise problems.unexpected()
        if essence.strip().lower() not in accepted or charset not in _CHARSETS:
            raise problems.unknown_media_type(accepted)
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise problems.unknown_media_type(accepted)


def _check_depth(body: bytes) -> None:
    """Refuse nesting that no user needs, before a parser has to go down there."""
    if body.count(b"[") + body.count(b"{") <= _DEPTH:
        return
    depth = 0
    for sign in _STRING.sub(b"", body):
        depth += (sign in b"[{") - (sign in b"]}")
        if depth > _DEPTH:
            raise problems.not_json(f"The body is nested deeper than {_DEPTH} levels.")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise problems.not_json(_TWICE)
    return members


def _refuse_constant(constant: str) -> object:
    raise ValueError(constant)


_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_refuse_constant)
