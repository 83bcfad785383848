"""Known deviations: the stories and clauses of which a team knows that its service does not keep them.

Each has a reason and a date after which it counts as broken again. What became of each in a run is for
`support.report.known` to say.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from support.target.part import Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

FEATURES = Path(__file__).resolve().parents[2] / "features"
_OTHERS: list[Path] = []
CLAUSE = re.compile(r"\d+(\.\d+)+")
STORY = re.compile(r"[A-Z]{2,6}-\d{2,3}[a-z]?")


class Deviation(Part):
    """A deviation that is known and accepted for a while."""

    PROSE = frozenset({"reason"})

    reason: str = Field(
        description="Why the service deviates, in a sentence for those who read the report.",
        examples=["Deleted users stay in the search index for an hour."],
    )
    link: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="Where the defect is tracked.",
        examples=["https://issues.example.com/browse/USERS-17"],
    )
    expires: date = Field(
        description="The last day on which the deviation is accepted; from the next day on it is broken.",
        examples=["2027-01-31"],
    )

    @field_validator("reason")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("says nothing")
        return " ".join(value.split())


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of `[known]` on a given day: its name, which is a story id or a clause, and what it says."""

    name: str
    deviation: Deviation
    is_expired: bool

    def covers(self, ids: Collection[str], clauses: Collection[str]) -> bool:
        """Return whether a story with these ids and clauses is covered."""
        return self.name in ids or self.name in clauses

    @property
    def headline(self) -> str:
        """What is said first of a story that deviates."""
        said = self.deviation
        if self.is_expired:
            return f"known deviation has expired on {said.expires} ({self.name}: {said.reason})"
        return f"known deviation until {said.expires} ({self.name}: {said.reason})"


class KnownDeviations:
    """The table `[known]` of a profile on a given day, today if none is given."""

    def __init__(self, entries: Mapping[str, Deviation], today: date | None = None) -> None:
        day = today or datetime.now(UTC).date()
        self._entries = [Entry(name, said, day > said.expires) for name, said in entries.items()]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def covering(self, ids: Collection[str], clauses: Collection[str]) -> Entry | None:
        """Return the entry that covers a story, one that has not expired before any that has."""
        found = [entry for entry in self._entries if entry.covers(ids, clauses)]
        return min(found, key=lambda entry: entry.is_expired, default=None)


def check_names(names: Collection[str]) -> None:
    """Raise ValueError for a name that is no story id and no clause, or that no feature file bears."""
    if wrong := [reason for name in names if (reason := _why_unknown(name))]:
        raise ValueError("; ".join(wrong))


def tell_features(path: Path) -> None:
    """Tell where else there are feature files, or one of them, whose stories and clauses may be known."""
    if path not in _OTHERS:
        _OTHERS.append(path)


def feature_places() -> list[Path]:
    """Return where there are feature files: ours, and those that somebody has told of."""
    return [FEATURES, *_OTHERS]


def _why_unknown(name: str) -> str:
    """Say why a name is none that a feature file bears; nothing if it is one."""
    kind = "clause" if CLAUSE.fullmatch(name) else "story"
    if kind == "story" and not STORY.fullmatch(name):
        return f"{name!r} is no story id such as RPT-01 and no clause such as 2.7"
    bodies = [tag for place in feature_places() for tag in read_tags(place)]
    tags = [tag for tag in bodies if bool(CLAUSE.fullmatch(tag)) == (kind == "clause")]
    if not tags or name in tags:
        return ""
    near = difflib.get_close_matches(name, sorted(tags), 1)
    return f"no such {kind}: {name!r}" + (f", did you mean {near[0]!r}?" if near else "")


@cache
def read_tags(features: Path = FEATURES) -> frozenset[str]:
    """Return the story ids and clauses that feature files bear as tags; none where there are no files."""
    words = {
        word.removeprefix("@").removeprefix("clause-")
        for file in (features.rglob("*.feature") if features.is_dir() else (features,))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("@")
        for word in line.split()
    }
    return frozenset(word for word in words if CLAUSE.fullmatch(word) or STORY.fullmatch(word))
