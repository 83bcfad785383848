"""What every answer has: how a refusal is written down, who may keep it, and which request it belongs to.

Nothing of a request goes into a header but a correlation id that is one sane word (clause 7.5).
"""

from __future__ import annotations

import re
import traceback
import uuid
from typing import TYPE_CHECKING

from starlette.responses import Response

from support.reference.http.encoding import encode
from support.reference.http.odd_formats import rename_field

if TYPE_CHECKING:
    from starlette.requests import Request

    from support.reference.faults.switches import Switches
    from support.reference.http.problems import Problem

_CORRELATION = re.compile(r"[\x21-\x7e]{1,128}")
_STATUSES = {
    # Oddity or defect, the problem that it gives another status, and that status.
    "B23": ("validation-failed", 400),
    "B24": ("email-in-use", 422),
    "B28": ("method-not-allowed", 501),
}


def write_problem(problem: Problem, switches: Switches) -> Response:
    """Return the answer that a refusal is (RFC 9457)."""
    on = switches.on
    for switch, (kind, status) in _STATUSES.items():
        if on(switch, problem.kind == kind):
            problem.status = status
    document, headers = problem.document(), dict(problem.headers)
    if problem.errors and on("B08"):
        named = [(rename_field(error.field, switches), error.message) for error in problem.errors]
        document["errors"] = [{"field": field, "message": message} for field, message in named]
    if on("M123", problem.status == 422):
        return Response(encode({"error": problem.detail}), 200, headers, media_type="application/json")
    if on("M129", "Allow" in headers) or on("B28", "Allow" in headers):
        del headers["Allow"]
    if wrong := _wrong_status(problem, switches):
        document["status"] = wrong
    if on("M131"):
        document["detail"] = "Traceback (most recent call last):\n" + "".join(traceback.format_stack(limit=2))
    if on("M137", "WWW-Authenticate" in headers):
        del headers["WWW-Authenticate"]
    if on("N67", problem.status in {401, 403, 412}):
        return Response(problem.detail, problem.status, headers, media_type="text/plain")
    return Response(encode(document), problem.status, headers, media_type="application/problem+json")


def _wrong_status(problem: Problem, switches: Switches) -> int:
    """Return what a defect says of the status; 0 for none."""
    if switches.on("N105", problem.kind == "idempotency-key-reused"):
        return 409
    return 500 if switches.on("M130") else 0


def correlate(request: Request, response: Response, switches: Switches) -> None:
    """Give an answer its request's correlation id if that is one sane word, else a fresh one."""
    own = request.headers.get("x-correlation-id", "")
    word = own if _CORRELATION.fullmatch(own) else str(uuid.uuid4())
    if switches.on("M155"):
        word = "00000000-0000-4000-8000-000000000000"
    if switches.on("N54", response.status_code >= 400 and own) or switches.on(
        "N108", response.status_code == 412
    ):
        word = str(uuid.uuid4())
    response.headers["X-Correlation-ID"] = word


def mark_private(response: Response, switches: Switches) -> None:
    """Keep an answer out of shared caches."""
    is_shared = switches.on("M148") or switches.on("N106", response.status_code == 404)
    response.headers["Cache-Control"] = "public, max-age=600" if is_shared else "no-store"
