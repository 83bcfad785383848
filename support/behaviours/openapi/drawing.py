"""Requests that are made up of an operation of the document: some that it allows, some that it forbids.

Its limits and examples are tried first, then chance. Only what goes to the operation itself is taken: none by
another method or without the credentials of the caller, which stories of their own are about.
"""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.errors import HypothesisException
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)

if TYPE_CHECKING:
    from schemathesis import Case
    from schemathesis.schemas import APIOperation

SYSTEMATIC = (HypothesisTestMode.EXAMPLES, HypothesisTestMode.COVERAGE)
BY_CHANCE = (HypothesisTestMode.FUZZING,)


def draw(operation: APIOperation, count: int, seed: str) -> list[Case]:
    """Return up to so many requests; the same for the same seed and document."""
    chance = random.Random(seed)
    number = chance.randrange(2**32)
    systematic = _collect(operation, SYSTEMATIC, count, number)
    kept = sorted(chance.sample(range(len(systematic)), min(len(systematic), (count + 1) // 2)))
    return [*(systematic[index] for index in kept), *_collect(operation, BY_CHANCE, count, number)][:count]


def _collect(
    operation: APIOperation, modes: tuple[HypothesisTestMode, ...], count: int, seed: int
) -> list[Case]:
    """Return what is made up, without anything being sent."""
    drawn: list[Case] = []

    def keep(case: Case) -> None:
        is_elsewhere = case.method.upper() != operation.method.upper()
        if (
            case.meta is not None
            and not is_elsewhere
            and not operation.schema.is_security_param_negated(case)
        ):
            drawn.append(case)

    chosen = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    config = HypothesisTestConfig(
        project=operation.schema.config,
        modes=list(modes),
        settings=chosen,
        seed=seed,
        apply_ci_profile=False,  # which would draw the same whatever the seed
    )
    # Raised where nothing (more) can be made up of what the document says.
    with contextlib.suppress(HypothesisException):
        create_test(operation=operation, test_func=keep, config=config)()
    return drawn
