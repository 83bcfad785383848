"""Loaded by the peer in its own environment: what is true of this API and can be said in no schema.

A cursor is never made up, an idempotency key names one request, and an address one user. Without this most
valid requests of the peer would be refused for good reasons, and it would be blamed for what its user left
out. Requests that are meant to be wrong stay as they are.
"""

from __future__ import annotations

import itertools
from typing import Any

import schemathesis  # type: ignore[import-not-found,unused-ignore]

_KEY, _KEY_MAX = "Idempotency-Key", 255
_EMAIL_MAX = 254
_count = itertools.count(1)


def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Make a valid request one of its own."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "cursor" in (case.query or {}):
        del case.query["cursor"]
    if _KEY in (case.headers or {}):
        mark = f"-{next(_count)}"
        case.headers[_KEY] = case.headers[_KEY][: _KEY_MAX - len(mark)] + mark
    email = case.body.get("email") if isinstance(case.body, dict) else None
    if isinstance(email, str):
        own = f"{next(_count)}{email}"
        # The longest stay as they are: they have signs enough to differ.
        case.body = {**case.body, "email": own if len(own) <= _EMAIL_MAX else email}


schemathesis.hook(before_call)
