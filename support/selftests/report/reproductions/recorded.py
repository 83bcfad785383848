"""What was asked and answered, as a history holds it, and what a script would find wrong with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from support.http import Operation
from support.http.history import Exchange, Outcome, Request, Response
from support.report.reproductions.expectations.answers import Expectations
from support.report.reproductions.plans import facts_of
from support.report.reproductions.recording.callers import Callers
from support.report.reproductions.recording.recorder import Recording
from support.report.reproductions.recording.steps import joined_walks
from support.report.reproductions.script.checks import Checks
from support.target.profiles import parse_target
from support.target.settings import Constants
from support.users import Normalizer

HOST = "http://127.0.0.1"
PLAIN = {"name": "other", "auth": {"scheme": "none"}, "bounds": {"single_s": 0.0, "list_s": 0.0}}


def operation(
    number, verb, method, path, status, shown, *, sent=None, asked=None, headers=None, is_lost=False, **more
):
    """Make what was asked and answered once, in its turn; those of one number cross each other."""
    body = b"" if sent is None else json.dumps(sent).encode()
    request = Request(method, f"{HOST}{path}", asked or {}, body)
    told = {"content-type": "application/json", **(headers or {})}
    response = Response(status, told, b"" if shown is None else json.dumps(shown).encode())
    at = float(number)
    answered = Outcome.OK if status < 400 else Outcome.REFUSED
    exchange = Exchange(request, 1, at, at + 0.1, datetime.now(UTC), answered, response)
    lost = (
        [Exchange(request, 1, at, at, datetime.now(UTC), Outcome.UNKNOWN, None, "reset")] if is_lost else []
    )
    return Operation(verb, "users", exchanges=[*lost, exchange], **more)


def checks_of(profile, operations):
    """Return what a script asks of some answers, and what it finds wrong with them."""
    target = parse_target({**PLAIN, **profile}, source="a test")
    normalizer = Normalizer(target)
    recording = Recording(target, HOST, Callers(target, {}, Constants()), normalizer)
    steps = joined_walks(recording.take(operations), normalizer)
    expectations = Expectations(target)
    asked = [check for step in steps for check in expectations.of(step)]
    symbols, answers = recording.symbols, {step.name: step.answer for step in steps}
    judge = Checks(facts_of(target), answers, symbols.value)
    return asked, [complaint for check in asked if (complaint := judge.complaint(check))]
