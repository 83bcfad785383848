"""Whom weather kept from being created no view has to show; whom the service refused is told as refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.errors import Inconclusive, UnexpectedAnswer
from support.http import Outcome, Response
from support.http.history import Exchange, Operation, Request
from support.selftests.behaviours.exploration.explorer import Explorer
from support.selftests.reference.probe import Probe


def creation(status: int, outcome: Outcome) -> Operation:
    made = Operation("create", "user Ada")
    request = Request("POST", "http://127.0.0.1/users", {})
    answer = Response(status, {"content-type": "application/problem+json"}, b"{}")
    made.exchanges.append(Exchange(request, 1, 0.9, 1.0, datetime.now(UTC), outcome, response=answer))
    return made


@pytest.mark.parametrize("look", ["sees", "sees_now"])
@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [(503, Outcome.FAILED, Inconclusive), (422, Outcome.REFUSED, UnexpectedAnswer)],
)
def test_who_was_never_created_is_not_waited_for(tmp_path, look, status, outcome, said):
    """A healthy service was accused of not showing a user whose creation had met 503 and was not done."""
    with Probe() as probe:
        suite = Explorer(probe, tmp_path)
        ada = suite.people.introduce("Ada")
        ada.wrote(ada.details, creation(status, outcome))
        before = suite.clock.monotonic()
        with pytest.raises(said):
            getattr(suite.observer, look)(ada)
    assert suite.clock.monotonic() == before
