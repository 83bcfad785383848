"""Looking for secrets costs in proportion to the text, whatever the text consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.benchmarks.redaction import KINDS, make_redactor, measure

if TYPE_CHECKING:
    from support.secrets.redaction import Redactor

SMALL, TIMES = 20 << 10, 4
MOST_GROWTH = 2.5**2  # twice the text, at most 2.5 times the time; where it is quadratic, this is 16
ROUNDS = 8


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    """Return a redactor that knows what a long run knows."""
    return make_redactor()


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_the_text_costs_about_four_times_as_much(redactor: Redactor, kind: str) -> None:
    """Texts of a service, even of a hostile one, do not stop a run."""
    # Another program may slow down any single round; where the cost is quadratic, every round shows it.
    growth = (
        measure(redactor, KINDS[kind](SMALL * TIMES)) / measure(redactor, KINDS[kind](SMALL))
        for _ in range(ROUNDS)
    )
    assert any(ratio < MOST_GROWTH for ratio in growth)
