"""Convergence, judged from evidence (draft of the records; the engine follows)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.exchange import Operation


class Seen(StrEnum):
    """What one read showed of the state that is waited for."""

    NEW = "new"
    OLD = "old"
    FOREIGN = "foreign"  # what nobody wrote there
    TORN = "torn"  # half of one version, half of another
    NOTHING = "nothing"  # no answer that could be judged: a fault


class Finding(StrEnum):
    """How a convergence ended."""

    IN_TIME = "in time"
    LATE = "late"
    NEVER = "never"
    DIVERGED_AGAIN = "diverged again"
    CAME_BACK = "came back"
    FOREIGN = "foreign value"
    TORN = "torn read"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Sample:
    """One read: when it was sent and answered (monotonic [s]) and what it saw."""

    sent_at: float
    answered_at: float
    seen: Seen
    shown: str
    operation: Operation


@dataclass(slots=True)
class Timeline:
    """A write, its acknowledgement, the bound, and each read coloured by what it saw. Times monotonic [s]."""

    subject: str  # "user Ada"
    expected: str  # what is waited for, in words: "the new name", "gone"
    view: str  # "single", "list" or "filter"
    written_at: float
    acknowledged_at: float
    bound_s: float
    samples: list[Sample] = field(default_factory=list)
    finding: Finding = Finding.UNDECIDED

    @property
    def lag_s(self) -> float | None:
        """How long after the acknowledgement the first read that saw the new state was answered [s]."""
        fresh = [sample.answered_at for sample in self.samples if sample.seen is Seen.NEW]
        return max(0.0, min(fresh) - self.acknowledged_at) if fresh else None
