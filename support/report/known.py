"""What became of the known deviations of a profile in a run.

A deviation that was seen is *known* instead of broken until it expires. One of which all stories ran and were
kept no longer deviates: its entry would hide the next defect, so that it has to go. Where only a part of its
stories ran, nothing is concluded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_bdd.feature import get_features

from support.report.record import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from support.report.record import StoryRecord
    from support.target.known import Entry


class State(StrEnum):
    """What became of a known deviation in a run."""

    DEVIATES = "deviates"
    EXPIRED = "expired"
    HOLDS = "holds"
    NOT_SEEN = "not seen"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry, and how many of its stories were asked."""

    entry: Entry
    state: State
    stories: int

    @property
    def is_wrong(self) -> bool:
        """Whether the profile has to be changed: the run is red until it is."""
        return self.state in {State.EXPIRED, State.HOLDS}

    @property
    def sentence(self) -> str:
        """What is said of it in one line."""
        said = self.entry.deviation
        states = {
            State.DEVIATES: f"deviates as known until {said.expires}",
            State.EXPIRED: f"known deviation has expired on {said.expires}",
            State.HOLDS: "no longer deviates; remove it from [known]",
            State.NOT_SEEN: "not seen in what ran",
        }
        link = f" ({said.link})" if said.link else ""
        count = f"{self.stories} {'story' if self.stories == 1 else 'stories'}"
        return f"{self.entry.name}: {states[self.state]}: {said.reason}{link}, {count}"

    def as_dict(self) -> dict[str, Any]:
        """Return what stands in summary.json."""
        said = self.entry.deviation
        return {
            "name": self.entry.name,
            "reason": said.reason,
            "link": said.link,
            "expires": str(said.expires),
            "state": str(self.state),
            "stories": self.stories,
        }


def conclude(
    entries: Iterable[Entry], records: Sequence[StoryRecord], features: Sequence[Path]
) -> list[Outcome]:
    """Return what became of each entry; the feature files tell how many stories it covers."""
    return [_conclude(entry, records, features) for entry in entries]


def _conclude(entry: Entry, records: Sequence[StoryRecord], features: Sequence[Path]) -> Outcome:
    covered = [record for record in records if entry.covers(record.ids, record.clauses)]
    asked = [record for record in covered if record.verdict != Verdict.NOT_APPLICABLE]
    state = State.NOT_SEEN
    if any(record.verdict in {Verdict.KNOWN, Verdict.BROKEN} for record in asked):
        state = State.EXPIRED if entry.is_expired else State.DEVIATES
    elif asked and all(record.verdict == Verdict.KEPT for record in asked):
        state = State.HOLDS if len(covered) >= count_stories(entry.name, features) else State.NOT_SEEN
    return Outcome(entry, state, len(asked))


def count_stories(name: str, features: Sequence[Path]) -> int:
    """Return how many stories of some folders bear an id or a clause, each row of an outline counted."""
    tags = {name, f"clause-{name}"}
    count = 0
    for feature in get_features([str(place) for place in features]):
        for scenario in feature.scenarios.values():
            above = {*scenario.tags, *(scenario.rule.tags if scenario.rule else ()), *feature.tags}
            rows = [len(table.examples) for table in scenario.examples if tags & {*above, *table.tags}]
            count += sum(rows) if scenario.examples else bool(tags & above)
    return count
