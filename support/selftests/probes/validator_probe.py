"""A judge and answers to be judged, for self-tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.http.retry import classify
from support.target.profile import Target
from support.users.normalizers import Normalizer
from support.users.validators import Validator

ADA = {"id": "u1", "name": "Ada", "email": "ada@example.com", "nickname": "countess"}
JSON = {"content-type": "application/json"}
PROBLEM = {"content-type": "application/problem+json"}
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TARGET = Target(name="judged", promises=frozenset({"problem-json", "validation"}))


def validator(target=TARGET):
    """Make the judge of a target."""
    return Validator(target, Normalizer(target))


def operation(*answers, verb="create", body=b"", headers=JSON, persists=False, sent=None):
    """Make an operation that was answered with these statuses in turn, or not at all with None."""
    made = Operation(verb, "user Ada", persists=persists)
    for number, status in enumerate(answers, 1):
        response = None if status is None else Response(status, headers, body)
        outcome = classify(TARGET.faults, response) if response else Outcome.UNKNOWN
        request = sent(number) if sent else Request("POST", "http://127.0.0.1/users", {})
        made.exchanges.append(
            Exchange(request, number, 1.0, 1.1, AT, outcome, response, None if response else "reset")
        )
    return made


def telling(body, headers=JSON, status=200):
    """Make an operation whose answer shows a body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return operation(status, body=raw, headers=headers)
