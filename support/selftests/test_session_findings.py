"""What clients saw in their sessions: what convicts, and what lost answers leave open."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from support.errors import Inconclusive, UnexpectedContent
from support.exchange import Exchange, Operation, Outcome, Request, Response
from support.normalizers import Normalizer
from support.session_findings import SessionFindings
from support.sessions import Account
from support.target import Target
from support.timelines import Seen
from support.validators import Judge

TARGET = Target(name="sessions")
AT = datetime(2026, 1, 2, tzinfo=UTC)


def operation(verb: str, *statuses: int | None) -> Operation:
    made = Operation(verb, "user User1")
    for number, status in enumerate(statuses, 1):
        response = None if status is None else Response(status, {})
        outcome = Outcome.UNKNOWN if status is None else Outcome.OK if status < 300 else Outcome.REFUSED
        request = Request("DELETE" if verb == "delete" else "POST", "http://127.0.0.1/users/u1", {})
        made.exchanges.append(Exchange(request, number, 1.0, 1.1, AT, outcome, response))
    return made


def account(*seen: Seen, lost: bool = False, given: str = "t") -> Account:
    """Make a client's account of a deletion; `seen` is what its looks showed."""
    deed = operation("delete", None, 404) if lost else operation("delete", 204)
    deed.adopted = lost
    person: Any = SimpleNamespace(
        subject="user User1", writes=[SimpleNamespace(operation=operation("create", 201))]
    )
    looks: Any = [
        (
            SimpleNamespace(view="single", judge=lambda _, seen=one: (seen, "User1")),
            SimpleNamespace(operation=operation("look up", 200)),
        )
        for one in seen
    ]
    return Account(person, deed, given, looks)


@pytest.fixture
def findings() -> SessionFindings:
    """Give a judge of sessions."""
    witness: Any = SimpleNamespace(
        judge=Judge(TARGET, Normalizer(TARGET)), api=SimpleNamespace(target=TARGET)
    )
    return SessionFindings(witness)


def test_whoever_sees_own_changes_in_every_look_is_content(findings: SessionFindings) -> None:
    findings.saw_own([account(Seen.NEW, Seen.NOTHING, Seen.NEW)])


def test_one_old_look_or_no_token_convicts(findings: SessionFindings) -> None:
    with pytest.raises(UnexpectedContent, match=r"look 2 of 2 \(single\)"):
        findings.saw_own([account(Seen.NEW, Seen.OLD)])
    with pytest.raises(UnexpectedContent, match="has none"):
        findings.saw_own([account(Seen.NEW, given="")])


def test_a_deletion_whose_answer_was_lost_gave_no_token(findings: SessionFindings) -> None:
    findings.saw_own([account(Seen.OLD, lost=True), account(Seen.NEW)])
    with pytest.raises(Inconclusive, match="the token with it"):
        findings.saw_own([account(Seen.OLD, lost=True)])


def test_looks_that_nobody_answered_decide_nothing(findings: SessionFindings) -> None:
    with pytest.raises(Inconclusive, match="no look at user User1 was answered"):
        findings.saw_own([account(Seen.NOTHING, Seen.NOTHING)])
