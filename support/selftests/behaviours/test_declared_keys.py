"""What a profile says of keys beyond the contract is kept to: neither less nor more is asked for."""

from __future__ import annotations

import pytest

from support.behaviours.idempotency.declared_keys import comes_in_time, waits
from support.errors import Inconclusive, UnexpectedAnswer
from support.selftests.probes.validator_probe import operation
from support.target.protocol import Idempotency


@pytest.mark.parametrize("status", [409, 425])
def test_a_repeat_that_is_to_wait_is_not_refused_meanwhile(status):
    with pytest.raises(UnexpectedAnswer, match="attempt 1 was refused"):
        waits(operation(status, 201), Idempotency(in_flight="wait"))


@pytest.mark.parametrize("said", ["refuse", "either"])
def test_elsewhere_it_may_be_told_to_come_back(said):
    waits(operation(409, 201), Idempotency(in_flight=said))
    waits(operation(None, 503, 201), Idempotency(in_flight="wait"))


def test_a_key_is_remembered_for_as_long_as_was_said_and_no_longer():
    """The two came 0.1 s apart."""
    first, repeat = operation(201), operation(201)
    comes_in_time(first, repeat, Idempotency())
    comes_in_time(first, repeat, Idempotency(lifetime_s=1))
    with pytest.raises(Inconclusive, match=r"remembered for 0\.05 s"):
        comes_in_time(first, repeat, Idempotency(lifetime_s=0.05))
