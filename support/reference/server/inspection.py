"""A look inside for self-tests and the proof: how many users, requests, faults and acting switches.

It is off unless asked for, stands outside the API, needs no token and shows numbers only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from starlette.responses import Response

from support.reference.http.encoding import encode

if TYPE_CHECKING:
    from starlette.requests import Request

Numbers = Mapping[str, int]


class Inspection:
    """Answers ``GET /inspect/{part}`` with the numbers of one part, and ``GET /inspect`` with all."""

    def __init__(self, parts: Mapping[str, Callable[[], Numbers]]) -> None:
        self._parts = parts

    async def show(self, request: Request) -> Response:
        """Answer one request."""
        part = request.path_params.get("part")
        if part is None:
            return _json({name: dict(count()) for name, count in self._parts.items()})
        if part not in self._parts:
            return Response(status_code=404)
        return _json(dict(self._parts[part]()))


def _json(numbers: Mapping[str, object]) -> Response:
    return Response(encode(numbers), media_type="application/json")
