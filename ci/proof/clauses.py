"""The clauses of the contract, and which of them scenarios prove."""

from __future__ import annotations

from support.runner.binding import read_tags
from support.target.settings import ROOT

LAST = {1: 7, 2: 12, 3: 5, 4: 9, 5: 8, 6: 6, 7: 5, 8: 5}
CLAUSES = tuple(f"{part}.{number}" for part, last in LAST.items() for number in range(1, last + 1))


def proven_clauses() -> set[str]:
    """Return the clauses that a scenario says it proves."""
    tags = read_tags(ROOT / "features")
    return {tag.removeprefix("clause-") for tag in tags if tag.startswith("clause-")}
