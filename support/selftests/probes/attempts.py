"""Attempts that ended as a self-test says: with a status, or with a fault in words."""

from __future__ import annotations

from datetime import UTC, datetime

from support.http.history import Exchange, Outcome, Request, Response
from support.http.retry import classify
from support.target.timing import Faults

FAULTS = Faults(per_request_probability=0.2)
NEVER_SENT, AMBIGUOUS = "never sent", "reset"


def exchange(answer, *, method="POST", faults=FAULTS, headers=None, at=0.0):
    """Make an attempt that ended with a status, or with a transport fault in words."""
    request = Request(method, "http://127.0.0.1/users", {})
    response = Response(answer, headers or {}) if isinstance(answer, int) else None
    if response is not None:
        outcome = classify(faults, response)
    else:
        outcome = Outcome.FAILED if answer == NEVER_SENT else Outcome.UNKNOWN
    return Exchange(request, 1, at, at, datetime.now(UTC), outcome, response, None if response else answer)
