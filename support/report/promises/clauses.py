"""How each clause of the contract fared in a run, from the stories in its summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.report.contract import read_clauses
from support.report.record import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Scenario = dict[str, Any]
# What a clause is called by when its stories differ; a story that was not asked says nothing of it.
_WORST_FIRST = (Verdict.BROKEN, Verdict.INCONCLUSIVE, Verdict.KNOWN, Verdict.KEPT)


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """The stories of one clause in a run; without any, nothing is known of it."""

    number: str
    stories: Sequence[Scenario]

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of its stories, *not applicable* where none was asked, None without stories."""
        found = {Verdict(story["verdict"]) for story in self.stories}
        worst = next((verdict for verdict in _WORST_FIRST if verdict in found), None)
        return worst or (Verdict.NOT_APPLICABLE if found else None)

    def of_verdict(self, verdict: Verdict) -> list[Scenario]:
        """Return its stories of a verdict."""
        return [story for story in self.stories if story["verdict"] == verdict]


def weigh(scenarios: Iterable[Scenario]) -> list[ClauseResult]:
    """Return how each clause of the contract fared, in the contract's order."""
    of_clause: dict[str, list[Scenario]] = {number: [] for number in read_clauses()}
    for scenario in scenarios:
        for number in scenario["clauses"]:
            of_clause.setdefault(number, []).append(scenario)
    return [ClauseResult(number, stories) for number, stories in of_clause.items()]
