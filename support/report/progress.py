"""How far the run is, feature by feature: whose stories are over, and how they ended.

Reports arrive interleaved when several workers run, so that a feature is told when its last story is over.
It prints nothing; `support.report.terminal` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.report.record import Verdict

if TYPE_CHECKING:
    from support.report.record import StoryRecord

MARKS = {
    Verdict.KEPT: ".",
    Verdict.BROKEN: "x",
    Verdict.KNOWN: "~",
    Verdict.INCONCLUSIVE: "?",
    Verdict.NOT_APPLICABLE: "-",
}
WORDS = {
    Verdict.BROKEN: "broken",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.KNOWN: "known",
    Verdict.KEPT: "kept",
    Verdict.NOT_APPLICABLE: "not applicable",
}


@dataclass(slots=True)
class FeatureProgress:
    """The stories of one feature file that are over; `of` how many there will be."""

    name: str
    of: int
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether all stories are over."""
        return len(self.verdicts) >= self.of

    @property
    def tally(self) -> str:
        """The verdicts counted, the worst first: `1 broken, 11 kept`."""
        return tally({verdict: self.verdicts.count(verdict) for verdict in WORDS})


class Progress:
    """All features of a run."""

    def __init__(self) -> None:
        self._features: dict[str, FeatureProgress] = {}
        self.over = 0

    def add(self, record: StoryRecord) -> FeatureProgress | None:
        """Count a story; return its feature if this was its last one."""
        feature = self._features.setdefault(record.path, FeatureProgress(record.feature, record.of))
        feature.verdicts.append(Verdict(record.verdict))
        self.over += 1
        return self._features.pop(record.path) if feature.is_complete else None

    def rest(self) -> list[FeatureProgress]:
        """Return the features that did not come to their end."""
        rest, self._features = list(self._features.values()), {}
        return rest


def tally(counts: dict[Verdict, int]) -> str:
    """Say counted verdicts in words, the worst first, without those that nobody got."""
    return ", ".join(f"{counts[verdict]} {word}" for verdict, word in WORDS.items() if counts[verdict])
