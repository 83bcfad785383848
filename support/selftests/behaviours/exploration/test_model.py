"""What may be true of a user: lost answers make two states of one, and a look decides between them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.behaviours.exploration.model import MOST_STATES, Known, creation, deletion, merge, replacement
from support.http.history import Exchange, Operation, Outcome, Request
from support.users.person import Person

ADA = {"name": "Ada", "email": "ada@example.com", "nickname": None}
LATE_S = 2.0


def keep(details):
    return {name: details.get(name) for name in ("name", "email", "nickname")}


def operation(*outcomes: Outcome, at: float = 1.0, verb: str = "change") -> Operation:
    made = Operation(verb, "user Ada")
    for number, outcome in enumerate(outcomes, 1):
        request = Request("PATCH", "http://127.0.0.1/users/1", {})
        made.exchanges.append(
            Exchange(request, number, at, at + 0.1, datetime(2026, 1, 2, tzinfo=UTC), outcome)
        )
    return made


@pytest.fixture
def known() -> Known:
    """Return Ada as she was created."""
    made = Known(Person("Ada", "m1", {}), keep, LATE_S)
    made.note(operation(Outcome.OK, at=0.0, verb="create"), creation(ADA))
    return made


def test_an_acknowledged_change_leaves_one_state(known):
    assert known.note(operation(Outcome.OK), merge({"name": "Grace"}))
    assert known.allows({**ADA, "name": "Grace"})
    assert not known.allows(ADA)
    assert known.was(ADA)


def test_a_replacement_clears_what_it_leaves_out(known):
    known.note(operation(Outcome.OK), merge({"nickname": "Countess"}))
    known.note(operation(Outcome.OK, at=2), replacement({"name": "Ada", "email": "ada@example.com"}))
    assert known.allows(ADA)
    assert not known.allows({**ADA, "nickname": "Countess"})


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED])
def test_what_was_refused_or_never_sent_changes_nothing(known, outcome):
    known.note(operation(outcome), merge({"name": "Grace"}))
    assert known.certain == ADA
    assert len(known.moments) == 1


@pytest.mark.parametrize("outcomes", [(Outcome.UNKNOWN,), (Outcome.UNKNOWN, Outcome.REFUSED)])
def test_a_lost_answer_leaves_both_states_open(known, outcomes):
    assert not known.note(operation(*outcomes), merge({"name": "Grace"}))
    assert known.allows(ADA)
    assert known.allows({**ADA, "name": "Grace"})
    assert not known.allows({**ADA, "name": "Alan"})
    assert not known.allows(None)


def test_a_lost_attempt_may_arrive_after_a_later_change(known):
    known.note(operation(Outcome.UNKNOWN, at=1), merge({"nickname": "late"}))
    known.note(operation(Outcome.OK, at=2), merge({"name": "Grace"}))
    assert known.allows({**ADA, "name": "Grace"})
    assert known.allows({**ADA, "name": "Grace", "nickname": "late"})
    assert not known.allows(ADA)


def test_a_look_decides_only_once_nothing_can_arrive_any_more(known):
    known.note(operation(Outcome.UNKNOWN, at=1), merge({"name": "Grace"}))
    known.saw(ADA, 1.5)
    assert known.allows({**ADA, "name": "Grace"})
    known.saw(ADA, 1.1 + LATE_S + 0.1)
    assert known.certain == ADA


def test_a_lost_deletion_leaves_open_whether_anybody_is_there(known):
    known.note(operation(Outcome.UNKNOWN, verb="delete"), deletion())
    assert not known.is_there
    assert not known.is_gone
    assert known.allows(None)
    assert known.allows(ADA)
    known.note(operation(Outcome.UNKNOWN, Outcome.REFUSED, at=2, verb="delete"), deletion(), adopted=True)
    assert known.is_gone


def test_a_change_brings_no_deleted_user_back(known):
    known.note(operation(Outcome.OK, verb="delete"), deletion())
    known.note(operation(Outcome.OK, at=2), replacement(ADA))
    known.note(operation(Outcome.OK, at=3), merge({"name": "Grace"}))
    assert known.is_gone


def test_a_creation_that_was_answered_cannot_arrive_again():
    made = Known(Person("Ada", "m1", {}), keep, LATE_S)
    made.note(operation(Outcome.UNKNOWN, Outcome.OK, verb="create"), creation(ADA))
    made.note(operation(Outcome.OK, at=1.2), merge({"name": "Grace"}))
    assert not made.allows(ADA)


def test_where_too_much_is_open_nothing_convicts_until_a_look_after_all_of_it(known):
    for number in range(MOST_STATES):
        known.note(operation(Outcome.UNKNOWN, at=1 + number / 100), merge({"name": f"Ada {number}"}))
    assert known.is_blurred
    assert known.allows({**ADA, "name": "anything"})
    known.saw({**ADA, "name": "anything"}, 2.0)
    assert known.is_blurred
    known.saw({**ADA, "name": "anything"}, 9.0)
    assert known.certain == {**ADA, "name": "anything"}
    assert not known.allows(ADA)
