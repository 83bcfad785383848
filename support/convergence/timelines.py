"""What a convergence looked like: its samples, and what they amount to.

The records and the verdict rules of eventual consistency, without any sending or waiting: given the
samples, `Timeline.conclude` says whether a write became visible in time, late, never, or was lost from
sight again. Judged by when a read was *sent*, counted from the acknowledgement of the write: a read that
was sent before the bound and answered after it is never evidence against the service.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.http import Operation

# How many reads in a row must have shown the new state before an old one counts as a relapse, and not as one
# more reader that was late.
SETTLED_READS = 12
# Fewer are enough where so many old ones follow without a new one between them: of readers of whom only some
# are late, hardly ever so many are met in a row of each kind.
TURN_READS = 4
MOST_SPANS = 8  # that a description tells of
SHOWN = 100  # characters of what is expected, where a timeline is shown among the locals of a failure


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


@dataclass(slots=True, repr=False)
class Timeline:
    """A write, its acknowledgement, the bound, and what each read saw. Times are monotonic [s].

    `subject` is "user Ada", `expected` what is waited for in words ("the new name", "gone"), `view` one of
    single, list and filter, `verb` the verb of the write.
    """

    subject: str
    expected: str
    view: str
    written_at: float
    acknowledged_at: float
    bound_s: float
    verb: str = ""
    samples: list[Sample] = field(default_factory=list)
    finding: Finding = Finding.UNDECIDED

    def __repr__(self) -> str:
        return f"<timeline of {self.subject}, {self.expected[:SHOWN]} ({self.view}): {self.describe()}>"

    @property
    def limit(self) -> float:
        """From when on a read that is sent must show the new state: bound plus 50 ms and 1 %."""
        return self.acknowledged_at + self.bound_s * 1.01 + 0.05

    @property
    def give_up_at(self) -> float:
        """From when on a state that is still old counts as never arriving."""
        return self.acknowledged_at + max(3 * self.bound_s, self.bound_s + 10.0)

    @property
    def lag_s(self) -> float | None:
        """How long after the acknowledgement the first read that saw the new state was answered [s]."""
        fresh = [sample.answered_at for sample in self.samples if sample.seen is Seen.NEW]
        return max(0.0, min(fresh) - self.acknowledged_at) if fresh else None

    @property
    def after_limit(self) -> list[Sample]:
        """The samples that are evidence: sent after the limit and answered, in the order of sending."""
        late = [s for s in self.samples if s.sent_at > self.limit and s.seen is not Seen.NOTHING]
        return sorted(late, key=lambda sample: sample.sent_at)

    def conclude(self, *, expects_absence: bool = False) -> Finding:
        """Say what the samples amount to, and remember it.

        Late: old reads after the limit, then only new ones. Never: only old ones to the end. Diverged
        again (came back, for a deletion): new for a while after the limit, then old.
        """
        self.finding = self._conclude(expects_absence=expects_absence)
        return self.finding

    def _conclude(self, *, expects_absence: bool) -> Finding:
        seen = [sample.seen for sample in self.samples]
        if Seen.FOREIGN in seen:
            return Finding.FOREIGN
        if Seen.TORN in seen:
            return Finding.TORN
        evidence = [sample.seen for sample in self.after_limit]
        if Seen.OLD not in evidence:
            return Finding.IN_TIME if Seen.NEW in seen else Finding.UNDECIDED
        if Seen.NEW not in evidence and not self.has_relapsed:
            return Finding.NEVER
        if self.has_relapsed or evidence[-1] is Seen.OLD:
            return self._relapse(expects_absence=expects_absence)
        return Finding.LATE

    @property
    def has_relapsed(self) -> bool:
        """Whether an old state was seen after the limit although all readers had caught up before it."""
        new = old = 0
        for sample in sorted(self.samples, key=lambda sample: sample.sent_at):
            if sample.seen is Seen.NEW:
                new, old = (new + 1 if not old else 1), 0
            elif sample.seen is Seen.OLD and sample.sent_at <= self.limit:
                new = 0
            elif sample.seen is Seen.OLD:
                old += 1
                turned = min(new, old) >= TURN_READS and new + old >= 4 * TURN_READS
                if turned or new >= SETTLED_READS:
                    return True
        return False

    @property
    def has_wavered(self) -> bool:
        """Whether an old state followed a new one after the limit: one of several readers may lag behind."""
        seen = [sample.seen for sample in self.after_limit]
        return Seen.NEW in seen and Seen.OLD in seen[seen.index(Seen.NEW) :]

    @staticmethod
    def _relapse(*, expects_absence: bool) -> Finding:
        return Finding.CAME_BACK if expects_absence else Finding.DIVERGED_AGAIN

    def describe(self) -> str:
        """Say in one line what was seen when, counted from the acknowledgement."""
        spans: list[tuple[Seen, float, float]] = []
        for sample in sorted(self.samples, key=lambda s: s.sent_at):
            moment = sample.sent_at - self.acknowledged_at
            if spans and spans[-1][0] is sample.seen:
                spans[-1] = (sample.seen, spans[-1][1], moment)
            else:
                spans.append((sample.seen, moment, moment))
        parts = [f"{seen} {a:.2f} s" if a == b else f"{seen} {a:.2f} to {b:.2f} s" for seen, a, b in spans]
        if len(parts) > MOST_SPANS:
            parts[MOST_SPANS // 2 : 1 - MOST_SPANS // 2] = [f"{len(parts) - MOST_SPANS + 1} times in turn"]
        return f"{len(self.samples)} reads: {', '.join(parts)}" if parts else "no read"
