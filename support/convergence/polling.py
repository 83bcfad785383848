"""Waiting for a state, and finding out when it was reached.

`Convergence` reads a view again and again and lets the timeline conclude. Polling swallows a state that does
not match yet and nothing else: a fault is noted as such and is neither new nor old. Samples lie densely at
first, then sparsely, and always just before and just after the bound.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

from support.convergence.timelines import SETTLED_READS, Finding, Sample, Seen, Timeline
from support.errors import (
    CameBack,
    DivergedAgain,
    Failure,
    ForeignValue,
    Inconclusive,
    LateConvergence,
    NeverConverged,
    TornRead,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from support.clock import Clock
    from support.http import Operation

FIRST_PAUSE_S = 0.05
GROWTH = 1.6
LATE_PAUSE_S = 0.15
JUST_BEFORE = 0.97
JUST_AFTER_S = 0.01
# A service of which one reader in three never catches up shows a dozen new states in a row every now and
# then. So once an older state came after a newer one, "late, then for good" takes three times as many.
DOUBT = 3
AT_ONCE = 8

FAILURES: dict[Finding, type[Failure]] = {
    Finding.LATE: LateConvergence,
    Finding.NEVER: NeverConverged,
    Finding.DIVERGED_AGAIN: DivergedAgain,
    Finding.CAME_BACK: CameBack,
    Finding.FOREIGN: ForeignValue,
    Finding.TORN: TornRead,
}
WORDS: dict[Finding, str] = {
    Finding.LATE: "it was, but too late",
    Finding.NEVER: "it never was",
    Finding.DIVERGED_AGAIN: "it was, and then an older state was seen again",
    Finding.CAME_BACK: "it was, and then the user was there again",
    Finding.FOREIGN: "something was seen that nobody wrote there",
    Finding.TORN: "half of one version and half of another was seen",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one read saw, also in words. `begun_at` is when it was sent, monotonic [s].

    A walk through a list is sent with its first page: what that lacks may be missing although the last page
    was sent after the bound.
    """

    seen: Seen
    shown: str
    operation: Operation
    begun_at: float


class Probe(Protocol):
    """One way of looking at a state: reads once and says what it saw."""

    view: str
    expected: str
    expects_absence: bool

    @property
    def is_dear(self) -> bool:
        """Whether a read takes many requests, so that few are made before the bound."""

    def read(self, *, fresh: bool) -> Reading:
        """Read once, over a connection of its own if `fresh`."""


class Convergence:
    """Judges from reads whether a write became visible to everyone within its bound."""

    def __init__(self, clock: Clock, timelines: list[Timeline]) -> None:
        self._clock = clock
        self._timelines = timelines

    def expect(self, probe: Probe, timeline: Timeline) -> Timeline:
        """Read until the new state is seen: enough for a story that is not about time.

        What is passed here early is looked at once more by the end-of-run audit. Raises the Failure that
        fits the finding, or Inconclusive when no read could be judged.
        """
        for moment, fresh in self._moments(timeline):
            self._sample(probe, timeline, moment, fresh=fresh)
            if timeline.samples[-1].seen in {Seen.FOREIGN, Seen.TORN}:
                break
            if timeline.samples[-1].seen is Seen.NEW:
                if self._is_convicted(timeline):
                    self._settle(probe, timeline)
                break
        return self._judge(probe, timeline)

    def observe(self, probe: Probe, timeline: Timeline, *, reads: int = SETTLED_READS) -> Timeline:
        """Read up to the bound and then `reads` times more, over fresh connections: for stories about time.

        Raises as `expect` does.
        """
        for moment, fresh in self._moments(timeline, is_sparse=probe.is_dear):
            self._sample(probe, timeline, moment, fresh=fresh)
            if timeline.samples[-1].seen in {Seen.FOREIGN, Seen.TORN}:
                return self._judge(probe, timeline)
            if timeline.samples[-1].sent_at > timeline.limit and timeline.samples[-1].seen is Seen.NEW:
                break
        self._settle(probe, timeline, reads)
        return self._judge(probe, timeline)

    def observe_all(
        self, watched: Sequence[tuple[Probe, Timeline]], *, reads: int = SETTLED_READS
    ) -> list[Timeline]:
        """Observe several states at once, so that they share the wait for the bound.

        Raises the first Failure of any of them, in the order given, else what else was raised.
        """
        return self._share(watched, reads, self.observe)

    def keep_watching_all(
        self, watched: Sequence[tuple[Probe, Timeline]], *, reads: int = SETTLED_READS
    ) -> list[Timeline]:
        """Keep watching several states at once. Raises as `observe_all` does."""
        return self._share(watched, reads, self.keep_watching)

    @staticmethod
    def _share(
        watched: Sequence[tuple[Probe, Timeline]], reads: int, watch: Callable[..., Timeline]
    ) -> list[Timeline]:
        with ThreadPoolExecutor(max(1, min(AT_ONCE, len(watched)))) as pool:
            futures = [pool.submit(watch, probe, timeline, reads=reads) for probe, timeline in watched]
        errors = [error for future in futures if (error := future.exception()) is not None]
        for error in sorted(errors, key=lambda error: not isinstance(error, Failure)):
            raise error
        return [future.result() for future in futures]

    def keep_watching(self, probe: Probe, timeline: Timeline, *, reads: int = SETTLED_READS) -> Timeline:
        """Read `reads` times more over fresh connections, as a later look at a state that was reached."""
        self._settle(probe, timeline, reads)
        return self._judge(probe, timeline)

    def _moments(self, timeline: Timeline, *, is_sparse: bool = False) -> Iterator[tuple[float, bool]]:
        """Return when to send the samples, monotonic [s], and whether over a fresh connection."""
        now = self._clock.monotonic()
        yield now, False
        if now < timeline.limit:
            pause = timeline.bound_s / 8 if is_sparse else FIRST_PAUSE_S
            longest = max(timeline.bound_s / (2 if is_sparse else 10), FIRST_PAUSE_S)
            just_before = timeline.acknowledged_at + JUST_BEFORE * timeline.bound_s
            while (now := now + pause) < just_before:
                yield now, False
                pause = min(pause * GROWTH, longest)
            yield just_before, True
            yield timeline.limit + JUST_AFTER_S, True
        pause = LATE_PAUSE_S
        while self._clock.monotonic() < timeline.give_up_at:
            yield self._clock.monotonic() + pause, True
            pause = min(pause * GROWTH, 1.0)

    def _settle(self, probe: Probe, timeline: Timeline, reads: int = SETTLED_READS) -> None:
        """Take reads over fresh connections until so many in a row agree, or it is time to give up."""
        streak = 0
        pause = 0.0
        while streak < (reads * DOUBT if timeline.has_wavered else reads):
            now = self._clock.monotonic()
            self._sample(probe, timeline, max(now + pause, timeline.limit + JUST_AFTER_S), fresh=True)
            seen = timeline.samples[-1].seen
            if seen in {Seen.FOREIGN, Seen.TORN} or timeline.has_relapsed:
                return
            streak = streak + 1 if seen is Seen.NEW else 0
            pause = 0.0 if seen is Seen.NEW else LATE_PAUSE_S
            if not streak and self._clock.monotonic() > timeline.give_up_at:
                return

    def _sample(self, probe: Probe, timeline: Timeline, moment: float, *, fresh: bool) -> None:
        self._clock.sleep(moment - self._clock.monotonic())
        read = probe.read(fresh=fresh)
        operation = read.operation
        timeline.samples.append(
            Sample(read.begun_at, operation.answered_at, read.seen, read.shown, operation)
        )

    @staticmethod
    def _is_convicted(timeline: Timeline) -> bool:
        return any(sample.seen is Seen.OLD for sample in timeline.after_limit)

    def _judge(self, probe: Probe, timeline: Timeline) -> Timeline:
        finding = timeline.conclude(expects_absence=probe.expects_absence)
        self._timelines.append(timeline)
        if finding is Finding.UNDECIDED:
            raise Inconclusive(
                f"no read of {timeline.subject} ({timeline.view}) could be judged: {timeline.describe()}",
                evidence=[sample.operation for sample in timeline.samples],
            )
        if finding is not Finding.IN_TIME:
            fail(timeline)
        return timeline


def fail(timeline: Timeline) -> NoReturn:
    """Raise the Failure that fits the timeline's finding."""
    finding = timeline.finding
    telling = [s for s in timeline.samples if s.seen not in {Seen.NEW, Seen.NOTHING}]
    shown = f"; the last such read showed {telling[-1].shown}" if telling else ""
    lag = ""
    if finding is Finding.LATE:
        lag = f" ({telling[-1].answered_at - timeline.acknowledged_at:.1f} s after the answer still old)"
    raise FAILURES[finding](
        f"{timeline.subject} is {timeline.expected} ({timeline.view} view) for every reader "
        f"within {timeline.bound_s:g} s",
        f"{WORDS[finding]}{lag} — {timeline.describe()}{shown}",
        evidence=[sample.operation for sample in telling],
        timeline=timeline,
    )
