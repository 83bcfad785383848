"""Proofs that each planted defect really misbehaves: what one would see, looked for from outside.

A proof gives something true when it has seen the misbehaviour. The same proof must see nothing at a
healthy service.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.selftests.reference.probe import Probe


@dataclass(frozen=True)
class Proof:
    """How to see a defect, and the options of the service at which it is seen."""

    see: Callable[[Probe], object]
    options: dict[str, Any] = field(default_factory=dict)


PROOFS: dict[str, Proof] = {}


def shows(*defects: str, **options: Any) -> Callable[[Callable[[Probe], object]], Callable[[Probe], object]]:
    """Register a function as the proof of some defects."""

    def register(see: Callable[[Probe], object]) -> Callable[[Probe], object]:
        for defect in defects:
            assert defect not in PROOFS, defect
            PROOFS[defect] = Proof(see, options)
        return see

    return register
