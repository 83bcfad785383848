"""What clients saw in their sessions: what convicts, and what lost answers leave open."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.consistency.session_guarantees import SessionGuarantees
from support.behaviours.consistency.sessions import Account, Sessions
from support.convergence.timelines import Seen
from support.errors import DivergedAgain, Inconclusive, NotApplicable, UnexpectedContent
from support.http.history import Exchange, Operation, Outcome, Request, Response
from support.target.profile import Target
from support.users.normalizers import Normalizer
from support.users.validators import Validator

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


def account(*seen: Seen, lost: bool = False, given: str = "t", status: int = 204) -> Account:
    """Make a client's account of a deletion; `seen` is what its looks showed."""
    deed = operation("delete", None, 404) if lost else operation("delete", status)
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
def expectations() -> SessionGuarantees:
    """Return a judge of sessions."""
    observer: Any = SimpleNamespace(
        validator=Validator(TARGET, Normalizer(TARGET)), api=SimpleNamespace(target=TARGET)
    )
    return SessionGuarantees(observer)


def test_whoever_sees_own_changes_in_every_look_is_content(expectations: SessionGuarantees) -> None:
    expectations.saw_own([account(Seen.NEW, Seen.NOTHING, Seen.NEW)])


def test_one_old_look_or_no_token_convicts(expectations: SessionGuarantees) -> None:
    with pytest.raises(UnexpectedContent, match=r"look 2 of 2 \(single\)"):
        expectations.saw_own([account(Seen.NEW, Seen.OLD)])
    with pytest.raises(UnexpectedContent, match="has none"):
        expectations.saw_own([account(Seen.NEW, given="")])


def test_a_deletion_whose_answer_was_lost_gave_no_token(expectations: SessionGuarantees) -> None:
    expectations.saw_own([account(Seen.OLD, lost=True), account(Seen.NEW)])
    with pytest.raises(Inconclusive, match="the token with it"):
        expectations.saw_own([account(Seen.OLD, lost=True)])


def test_no_token_tells_of_a_deletion_that_is_yet_to_be_done(expectations: SessionGuarantees) -> None:
    expectations.saw_own([account(Seen.OLD, status=202), account(Seen.NEW)])
    with pytest.raises(NotApplicable, match="before they are done"):
        expectations.saw_own([account(Seen.OLD, status=202)])


def test_looks_that_nobody_answered_decide_nothing(expectations: SessionGuarantees) -> None:
    with pytest.raises(Inconclusive, match="no look at user User1 was answered"):
        expectations.saw_own([account(Seen.NOTHING, Seen.NOTHING)])


def looks_at(*versions: int, tokens: bool) -> Account:
    """Make an account of looks that showed so many changes each, with tokens in their answers or without."""
    made = account()
    made.person.writes[:] = [SimpleNamespace(details=n, operation=operation("create", 201)) for n in range(3)]  # type: ignore[misc]
    for version in versions:
        look = operation("look up", 200)
        if tokens:
            look.last.response.headers[TARGET.headers.consistency_token.lower()] = f"t{version}"
        probe: Any = SimpleNamespace(user=version, person=made.person)
        probe.judge = lambda _, version=version: (Seen.OLD, f"version {version}")
        made.looks.append((probe, SimpleNamespace(operation=look)))  # type: ignore[arg-type]
    return made


def test_an_older_state_convicts_whoever_had_a_token_of_the_newer(expectations: SessionGuarantees) -> None:
    expectations._observer.normalizer = SimpleNamespace(
        readable=lambda user: user, stored=lambda details: details
    )  # type: ignore[assignment]
    expectations.never_went_back([looks_at(0, 1, 1, 2, tokens=True)])
    with pytest.raises(DivergedAgain, match="look 3 showed version 1 after version 2"):
        expectations.never_went_back([looks_at(0, 2, 1, tokens=True)])
    expectations.never_went_back([looks_at(0, 2, 1, tokens=False)])


def test_a_client_that_was_told_looks_also_where_nothing_may_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    class Session:
        def __init__(self, *_: Any) -> None:
            self.keeper = SimpleNamespace(token="t", note=lambda made: made)
            self.api = api

        def probe(self, person: Any) -> Any:
            return SimpleNamespace(person=person)

        def look(self, probe: Any) -> Any:
            return probe, SimpleNamespace(operation=operation("look up", 200))

        def close(self) -> None: ...

    changed = SimpleNamespace(answered_at=1.0)
    target = Target(name="sessions", bounds={"single_s": 0.0})
    api: Any = SimpleNamespace(target=target)
    clock = SimpleNamespace(monotonic=lambda: 1.1)
    sessions = Sessions(SimpleNamespace(api=api, clock=clock), SimpleNamespace(), None)  # type: ignore[arg-type]
    monkeypatch.setattr("support.behaviours.consistency.sessions.Session", Session)
    monkeypatch.setattr(sessions, "_change", lambda *_: changed)
    monkeypatch.setattr(sessions, "_until_seen", lambda *_: [])
    ada, grace = SimpleNamespace(subject="user Ada"), SimpleNamespace(subject="user Grace")
    assert [len(made.looks) for made in sessions.answer([(ada, grace)])] == [1, 1]  # type: ignore[list-item]
