"""The search for a sequence that breaks a promise: in batches under a clock, then shortened, then confirmed.

Hypothesis draws, keeps what it finds, and tries that first the next time. What was found is taken down here,
whatever Hypothesis makes of it: a sequence that cannot be repeated, because it has changed the service for
good, is evidence already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import SkipTest

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from support.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.behaviours.exploration.machines import Machine
    from support.behaviours.exploration.sequence import Sequence
    from support.clock import Clock

BATCH = 40  # sequences that Hypothesis is asked for at once
STEPS = 24  # of a sequence
# How long a finding may be shortened, and a fresh one looked for where it could not be repeated [s].
SHORTEN_FOR_S = 15.0
STARTING_FOR_S = 15.0  # more than the time there is, for drawing the first step on a busy machine [s]
CONFIRM_FOR_S = 20.0


@dataclass(frozen=True, slots=True)
class Found:
    """A sequence that broke a promise, and how; it begins in the history at `since`."""

    words: tuple[str, ...]
    failure: Failure
    since: int


@dataclass(slots=True)
class Findings:
    """What a search has found, and how much it has tried."""

    sequences: int = 0
    steps: int = 0
    found: list[Found] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def note(self, sequence: Sequence) -> None:
        """Count a sequence that has ended, and keep what it has found."""
        self.sequences += 1
        self.steps += len(sequence.words)
        if sequence.doubt is not None:
            self.doubts.append(sequence.doubt.reason)
        if sequence.failure is not None:
            self.found.append(Found(tuple(sequence.words), sequence.failure, sequence.since))

    @property
    def shortest(self) -> Found:
        """The shortest sequence of those that broke the promise that was broken first."""
        kind = type(self.found[0].failure)
        return min(
            (each for each in self.found if type(each.failure) is kind), key=lambda each: len(each.words)
        )


class Search:
    """Runs machines against the service; `folder` keeps what was found, `seed` decides what is drawn."""

    def __init__(
        self, make_sequence: Callable[[Callable[[], bool]], Sequence], clock: Clock, folder: Path, seed: int
    ) -> None:
        self._make_sequence = make_sequence
        self._clock = clock
        self._seed = seed
        self._seconds = 0.0
        self._deadline: float | None = None  # from the first step on: to get ready may take long
        self._latest = 0.0  # where no first step ever comes
        self._running: Sequence | None = None
        self.findings = Findings()
        set_hypothesis_home_dir(folder)
        self._database = DirectoryBasedExampleDatabase(folder / "examples")

    def run(self, machine: type[Machine], seconds: float) -> Findings:
        """Explore for some seconds; stop at the first finding, shorten it and confirm it."""
        self._explore(machine, seconds, "")
        return self._confirm(machine)

    def try_again(self, machine: type[Machine], seconds: float) -> Findings:
        """Do once more what was found in earlier runs, and nothing else."""
        self._seconds, self._deadline = seconds, None
        self._latest = self._clock.monotonic() + seconds + STARTING_FOR_S
        self._run_batch(machine, f"{self._seed}:", (Phase.reuse, Phase.shrink))
        return self._confirm(machine)

    def _confirm(self, machine: type[Machine]) -> Findings:
        """Look for a fresh sequence where one could not be repeated as it was, and may have been chance."""
        if len(self.findings.found) == 1:
            self._explore(machine, CONFIRM_FOR_S, "again")
        return self.findings

    def _explore(self, machine: type[Machine], seconds: float, turn: str) -> None:
        self._seconds, self._deadline = seconds, None
        self._latest = self._clock.monotonic() + seconds + STARTING_FOR_S
        before, batch = len(self.findings.found), 0
        while not self._is_over() and len(self.findings.found) == before:
            self._run_batch(machine, f"{self._seed}:{turn}:{batch}", (Phase.generate, Phase.shrink))
            batch += 1

    def _run_batch(self, machine: type[Machine], seed: str, phases: tuple[Phase, ...]) -> None:
        """Have Hypothesis draw some sequences; at the first that breaks a promise it shortens that."""

        def make() -> Machine:
            return playing()

        playing: type[Machine] = type(
            machine.__name__, (machine,), {"make_sequence": staticmethod(self._begin)}
        )

        make._hypothesis_internal_use_seed = seed  # type: ignore[attr-defined]  # noqa: SLF001
        chosen = settings(
            max_examples=BATCH,
            stateful_step_count=STEPS,
            deadline=None,
            database=self._database,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        try:
            run_state_machine_as_test(make, settings=chosen)  # type: ignore[arg-type]
        except (Failure, Flaky):
            pass  # taken down already, as it was seen
        except SkipTest:
            pass  # nothing was found in earlier runs
        finally:
            self._take_down()

    def _begin(self) -> Sequence:
        self._take_down()
        self._running = self._make_sequence(self._ends)
        return self._running

    def _take_down(self) -> None:
        """Note how the last sequence has ended; from the first finding on, time is for shortening it."""
        sequence, self._running = self._running, None
        if sequence is None or not sequence.words:
            return
        if sequence.failure is not None and not self.findings.found:
            self._deadline = self._clock.monotonic() + SHORTEN_FOR_S
        self.findings.note(sequence)

    def _ends(self) -> bool:
        """Return whether a sequence has to end; time begins with the first step, however late that is."""
        if self._deadline is None:
            self._deadline = self._clock.monotonic() + self._seconds
        return self._is_over()

    def _is_over(self) -> bool:
        return self._clock.monotonic() >= (self._latest if self._deadline is None else self._deadline)
