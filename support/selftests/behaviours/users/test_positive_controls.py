"""A refusal is kept only where an unflawed request of its kind has succeeded in the run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.users.expectations import Expectations
from support.behaviours.users.positive_controls import PositiveControls
from support.errors import Inconclusive
from support.http import History, Operation
from support.selftests.probes.validator_probe import PROBLEM, TARGET, operation, validator

VALID = "the details are not valid"


def judge(*before: Operation, known: tuple[str, ...] = ()) -> Expectations:
    """Return what judges refusals after some operations."""
    history = History()
    for made in before:
        history.begin(made)
    observer: Any = SimpleNamespace(
        api=SimpleNamespace(target=TARGET, client=SimpleNamespace(history=history)), validator=validator()
    )
    people: Any = SimpleNamespace()
    return Expectations(observer, people, PositiveControls(history, known))


def refusal(verb: str = "create") -> Operation:
    return operation(422, verb=verb, body=b"{}", headers=PROBLEM)


@pytest.mark.parametrize("before", [(), (refusal(),), (operation(200, verb="look up"),), (operation(None),)])
def test_a_service_that_refuses_every_creation_keeps_no_promise_by_it(before: tuple[Operation, ...]) -> None:
    """Kinto's story: 53 were kept although nobody could be created."""
    with pytest.raises(Inconclusive, match="no request to create without a flaw has succeeded"):
        judge(*before).refused(refusal(), [VALID])


@pytest.mark.parametrize(("before", "known"), [((operation(201),), ()), ((), ("create",))])
def test_one_that_succeeded_makes_refusals_tell_something(
    before: tuple[Operation, ...], known: tuple[str, ...]
) -> None:
    """In a story of this run, or before the first one."""
    judge(*before, known=known).refused(refusal(), [VALID])


def test_each_kind_of_request_needs_a_control_of_its_own() -> None:
    with pytest.raises(Inconclusive, match="no request to change"):
        judge(operation(201)).refused(refusal("change"), [VALID])
