"""Request bodies: their size, their media type and strict JSON. Nothing is repaired, guessed or coerced.

What the members mean is `validation`'s business.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from support.reference import problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from support.reference.switches import Switches

LIMIT = 64 * 1024
_DEPTH = 64
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON = ("application/json",)
_MERGE_PATCH = ("application/json", "application/merge-patch+json")


class Bodies:
    """Reads the bodies of writes."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    async def read(self, request: Request) -> bytes:
        """Give the whole body; raises Problem 415 for its type and 413 for its size.

        A body that turns out too large is read on to its end, up to a point, so that its sender gets
        to see the answer.
        """
        accepted = _MERGE_PATCH if request.method == "PATCH" else _JSON
        self._check_media_type(request, accepted)
        size, pieces = 0, []
        async for piece in request.stream():
            size += len(piece)
            if size <= LIMIT:
                pieces.append(piece)
            elif size > 32 * LIMIT:
                break
        if size > LIMIT:
            problem = problems.body_too_large(LIMIT)
            if size > 32 * LIMIT:
                problem.headers["Connection"] = "close"
            raise problem
        return b"".join(pieces)

    def parse(self, body: bytes) -> object:
        """Give the JSON values of a body; raises Problem 400 when it is not strict JSON."""
        _check_depth(body)
        try:
            text = body.decode("utf-8")
            return json.loads(text, object_pairs_hook=_members, parse_constant=_refuse_constant)
        except UnicodeDecodeError:
            raise problems.not_json("The body is not UTF-8.") from None
        except (ValueError, RecursionError):
            raise problems.not_json("The body is not one complete JSON value.") from None

    def _check_media_type(self, request: Request, accepted: Sequence[str]) -> None:
        essence, _, parameters = request.headers.get("content-type", "").partition(";")
        charset = parameters.replace(" ", "").lower()
        if essence.strip().lower() not in accepted or charset not in {"", "charset=utf-8", 'charset="utf-8"'}:
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
        raise problems.not_json("A member name appears twice.")
    return members


def _refuse_constant(constant: str) -> object:
    raise ValueError(constant)
