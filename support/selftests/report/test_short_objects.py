"""Our own objects are short where pytest shows them: `-vv --showlocals` prints each again and again."""

from __future__ import annotations

import pprint
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from support.audit.facts import Fact, State
from support.cleanup import Run
from support.convergence.timelines import Sample, Seen, Timeline
from support.http.call import Call
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.target.profiles import load_target
from support.users.person import Person, Write

if TYPE_CHECKING:
    from pathlib import Path

MOST = 600
LONG = "x" * 100_000


def _objects(folder: Path) -> dict[str, object]:
    """Return one of each kind, of a story that did much."""
    request = Request("POST", f"http://127.0.0.1/{LONG}?{LONG}", {"A": LONG}, LONG.encode())
    response = Response(201, {"a": LONG}, LONG.encode())
    now = time.monotonic()
    exchange = Exchange(request, 1, now, now + 1, datetime.now(UTC), Outcome.OK, response)
    operation = Operation("create", "user Ada", LONG, [exchange] * 50)
    line = Timeline("user Ada", LONG, "single", now, now, 1.0)
    line.samples = [Sample(now + at, now + at, list(Seen)[at % 5], LONG, operation) for at in range(500)]
    details = {"name": LONG}
    writes = [Write(details, operation)] * 100
    target = load_target("reference")
    return {
        "request": request,
        "response": response,
        "exchange": exchange,
        "operation": operation,
        "nothing sent": Operation("create", "user Ada"),
        "call": Call("POST", f"/{LONG}", body=LONG.encode()),
        "timeline": line,
        "write": writes[0],
        "person": Person("Ada", "acct", details, writes=writes, deletion=operation),
        "fact": Fact(LONG, "Ada", "acct", "", State.OPEN, 1, [details], [details], now, now),
        "target": target,
        "run": Run("acct", 1, folder, "http://127.0.0.1", target, {"A": "b"}),
    }


KINDS = [
    *("call", "exchange", "fact", "nothing sent", "operation", "person", "request", "response"),
    *("run", "target", "timeline", "write"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_short_among_locals(tmp_path: Path, kind: str) -> None:
    """As a line, and laid out by the pretty printer that pytest uses."""
    shown = _objects(tmp_path)[kind]
    assert len(repr(shown)) < MOST
    assert len(pprint.pformat({"found": shown})) < MOST


def test_every_kind_is_looked_at(tmp_path: Path) -> None:
    """No kind that is made here goes unasked."""
    assert sorted(_objects(tmp_path)) == KINDS
