"""What a run amounts to: its stories' records counted, and the verdict on the whole. Writes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from support.report.known import conclude
from support.report.pictures.lags import Lag, LagSample, group, summarize
from support.report.record import StoryRecord, Verdict
from support.target.known import KnownDeviations

if TYPE_CHECKING:
    from pathlib import Path

    from support.cleanup import Run
    from support.report.known import Outcome

# The order in which the verdicts are counted, in summary.json and in tables.
COLUMNS = (Verdict.KEPT, Verdict.BROKEN, Verdict.KNOWN, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)


class RunResult:
    """The records of a run's stories, and what they amount to.

    `run` is None until the run is open. `users` are the numbers created, deleted and left, None for
    one that could not be looked at; `notes` further lines for the terminal, `problems` what kept the run from
    being whole: each makes a run without a broken promise inconclusive. `broken` are promises that were seen
    to be broken when all stories had ended. `deviations` is what became of the known ones, empty before the
    end.
    """

    def __init__(self, run: Run | None) -> None:
        self.run = run
        self.records: list[StoryRecord] = []
        self.users: dict[str, int | None] = {"created": 0, "deleted": 0, "left": 0}
        self.problems: list[str] = []
        self.broken: list[str] = []
        self.notes: list[str] = []
        self.seconds = 0.0
        self.deviations: list[Outcome] = []

    @property
    def counts(self) -> dict[str, int]:
        """How many stories got each verdict."""
        counted = Counter(record.verdict for record in self.records)
        return {str(verdict): counted[verdict] for verdict in COLUMNS}

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole run: a broken promise outweighs everything, a doubt all the rest.

        A known deviation that has to leave the profile is as red as a broken promise.
        """
        counts = self.counts
        if counts[Verdict.BROKEN] or self.broken or any(outcome.is_wrong for outcome in self.deviations):
            return Verdict.BROKEN
        if counts[Verdict.INCONCLUSIVE] or self.problems or self.users.get("left") or not self.records:
            return Verdict.INCONCLUSIVE
        if counts[Verdict.KEPT]:
            return Verdict.KEPT
        return Verdict.KNOWN if counts[Verdict.KNOWN] else Verdict.NOT_APPLICABLE

    def conclude(self, features: Path) -> None:
        """Note what became of the target's known deviations; `features` holds all stories that there are."""
        if self.run is not None and self.records:
            known = KnownDeviations(self.run.target.known)
            self.deviations = conclude(known, self.records, features)

    @property
    def requests(self) -> int:
        """How many requests the stories sent, those that repeated another included."""
        return sum(record.attempts for record in self.records)

    @property
    def retries(self) -> int:
        """How many requests repeated one that had met a fault."""
        return sum(record.retries for record in self.records)

    @property
    def lag(self) -> Lag | None:
        """The lag over all changes, or None when nothing was measured."""
        return summarize(self._lag_samples())

    @property
    def lags(self) -> list[Lag]:
        """The lag of each kind of change in each view."""
        return group(self._lag_samples())

    def of_verdict(self, verdict: Verdict) -> list[StoryRecord]:
        """Return the records of a verdict, in the order of features and titles."""
        chosen = (record for record in self.records if record.verdict == verdict)
        return sorted(chosen, key=lambda record: (record.path, record.rule, record.title, record.nodeid))

    def _lag_samples(self) -> list[LagSample]:
        return [sample for record in self.records for sample in record.lags]
