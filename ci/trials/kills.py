"""Runs that are killed at any moment, and swept: `python -m ci.trials.kills [--runs 100]`.

Each run talks to a reference service in which somebody else has users, in any weather, and is killed at a
moment of chance: all of its processes, a worker alone, or by a signal that asks it to end. Then comes
`python -m support.cleanup`. Nobody of ours may be left then, as the service itself tells, and everybody else
must be as they were. Prints a table by kind of kill; exit code 1 when a run left anybody or touched anybody
else's.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ci.trials.processes import kill_all, processes_of, signal_all
from ci.trials.projects import copy_project
from ci.trials.reference import TrialService
from ci.trials.runs import Running, cleanup, heed_signals, suite
from ci.trials.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STORIES = ("features", "-k", "created or tenant or as_it_was_written")
OPTIONS = ("-n", "2", "-q", "--bound=0.3", "--explore=0")
WEATHERS = ("calm", "flaky", "laggy")
EARLIEST_S = 0.2
WORKERS_WITHIN_S = 20.0
HELD_S = (0.1, 1.0)
KILLED_ALL = 0.4  # of all runs
AT_ANY_MOMENT = 0.2
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run."""

    kind: str
    seconds: float
    had_ended: bool
    code: int
    left_before: int
    swept_code: int
    swept_s: float
    left: int
    touched: int
    said: str

    @property
    def is_clean(self) -> bool:
        """Whether nobody of ours is left, nobody else's was touched, and the sweep said the truth."""
        return not self.left and not self.touched and self.swept_code == 0


def _kill(run: Running, _chance: random.Random) -> None:
    kill_all(run.session)


def _kill_a_worker(run: Running, chance: random.Random) -> None:
    """Kill one worker, the first that there is where there is none yet."""
    deadline = time.monotonic() + WORKERS_WITHIN_S
    while run.process.poll() is None and time.monotonic() < deadline:
        if workers := [process for process in processes_of(run.session) if process.is_worker]:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers).pid, signal.SIGKILL)
            return


def _tell(number: signal.Signals, run: Running, _chance: random.Random) -> None:
    with suppress(ProcessLookupError):
        run.process.send_signal(number)


def _tell_all(number: signal.Signals, run: Running, _chance: random.Random) -> None:
    signal_all(run.session, number)


def _stop_and_kill(run: Running, chance: random.Random) -> None:
    """Stop all, and kill them after a while: what they have sent is answered meanwhile."""
    signal_all(run.session, signal.SIGSTOP)
    time.sleep(chance.uniform(*HELD_S))
    kill_all(run.session)


ALL = "SIGKILL to all"
KINDS: dict[str, Callable[[Running, random.Random], None]] = {
    ALL: _kill,
    "SIGKILL to a worker": _kill_a_worker,
    "SIGTERM to the run": partial(_tell, signal.SIGTERM),
    "SIGINT to all (Ctrl-C)": partial(_tell_all, signal.SIGINT),
    "SIGHUP to all (closed terminal)": partial(_tell_all, signal.SIGHUP),
    "SIGSTOP, then SIGKILL to all": _stop_and_kill,
}


def choose_kinds(runs: int, chance: random.Random, word: str = "") -> list[str]:
    """Return the kind of kill of each run: so many of all processes, the others in equal parts, shuffled.

    With a `word` only those whose names begin with it, or have it in them, in equal parts.
    """
    if word:
        chosen = [kind for kind in KINDS if kind.startswith(word)] or [kind for kind in KINDS if word in kind]
        return [chosen[number % len(chosen)] for number in range(runs)] if chosen else []
    others = [kind for kind in KINDS if kind != ALL]
    of_all = round(KILLED_ALL * runs)
    kinds = [ALL] * of_all + [others[number % len(others)] for number in range(runs - of_all)]
    chance.shuffle(kinds)
    return kinds


@dataclass(frozen=True, slots=True)
class Course:
    """How long a run takes that nobody kills, and how long of it there are users of its own [s]."""

    whole_s: float
    busy_s: float


def measure(folder: Path) -> Course:
    """Measure a run that nobody kills."""
    with TrialService("--weather", "flaky", "--bound", "0.3") as service:
        run = suite(folder, *STORIES, *OPTIONS, variables=service.variables)
        _wait_for_users(run, service)
        begun = time.monotonic()
        ended = run.wait()
        busy_s = time.monotonic() - begun
    if ended.code != 0:
        raise SystemExit(f"the stories do not run: {ended.said[-2000:]}")
    return Course(ended.seconds, busy_s)


def _wait_for_users(run: Running, service: TrialService) -> None:
    """Wait until a run has created somebody, or is over."""
    before = len(service.everybody())
    while run.process.poll() is None and len(service.everybody()) == before:
        time.sleep(LOOK_EVERY_S)


def kill_one(folder: Path, kind: str, course: Course, seed: int) -> Outcome:
    """Kill a run in a copy of the project, sweep, and compare.

    Much of a run is its start. Only some are killed at any moment, the others when they have users.
    """
    chance = random.Random(seed)
    weather = chance.choice(WEATHERS)
    with TrialService("--weather", weather, "--bound", "0.3", "--seed", str(seed)) as service:
        before = service.settle_strangers()
        run = suite(folder, *STORIES, *OPTIONS, f"--seed={seed}", variables=service.variables)
        if chance.random() < AT_ANY_MOMENT:
            _wait(run, chance.uniform(EARLIEST_S, course.whole_s))
        else:
            _wait_for_users(run, service)
            _wait(run, chance.uniform(0, course.busy_s))
        at_s = time.monotonic() - run.begun
        had_ended = run.process.poll() is not None
        KINDS[kind](run, chance)
        ended = run.wait()
        left_before = len(service.everybody().keys() - before.keys())
        swept = cleanup(folder, variables=service.variables)
        after = service.everybody()
    return Outcome(
        kind=kind,
        seconds=at_s,
        had_ended=had_ended,
        code=ended.code,
        left_before=left_before,
        swept_code=swept.code,
        swept_s=swept.seconds,
        left=len(after.keys() - before.keys()),
        touched=sum(after.get(key) != user for key, user in before.items()),
        said=f"{ended.said[-1500:]}\n-- cleanup:\n{swept.said[-1500:]}",
    )


def _wait(run: Running, seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        run.process.wait(seconds)


def write_outcomes(outcomes: Sequence[Outcome]) -> str:
    """Return the table by kind of kill."""
    rows = []
    for kind in (*KINDS, "all"):
        of_kind = [outcome for outcome in outcomes if kind in {outcome.kind, "all"}]
        if of_kind:
            codes = sorted({outcome.code for outcome in of_kind})
            rows.append(
                (
                    kind,
                    len(of_kind),
                    sum(outcome.had_ended for outcome in of_kind),
                    ", ".join(map(str, codes)),
                    sum(outcome.left_before > 0 for outcome in of_kind),
                    sum(outcome.left_before for outcome in of_kind),
                    max(outcome.left_before for outcome in of_kind),
                    max(outcome.swept_s for outcome in of_kind),
                    sum(outcome.swept_code != 0 for outcome in of_kind),
                    sum(outcome.left for outcome in of_kind),
                    sum(outcome.touched for outcome in of_kind),
                )
            )
    head = (
        *("kind of kill", "runs", "over before", "exit codes of the runs", "runs that left users"),
        *("users left", "at most", "longest cleanup [s]", "cleanups that did not end with 0"),
        *("left afterwards", "others' users touched"),
    )
    return write_table(head, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill runs, several at once, and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.kills", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, metavar="N", help="default: 100")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help="default: 2")
    parser.add_argument("--kind", default="", metavar="WORD", help="only kinds with this word in their names")
    parser.add_argument("--seed", type=int, default=14, help="of moments and weather; default: 14")
    options = parser.parse_args(arguments)
    heed_signals()
    kinds = choose_kinds(options.runs, random.Random(options.seed), options.kind)
    if not kinds:
        parser.error(f"no kind of kill has {options.kind!r} in its name")
    folders: SimpleQueue[Path] = SimpleQueue()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as name, ThreadPoolExecutor(options.at_once) as pool:
        copies = [copy_project(Path(name) / str(number)) for number in range(options.at_once)]
        course = max(pool.map(measure, copies), key=lambda course: course.busy_s)
        for folder in copies:
            folders.put(folder)

        def run(number: int) -> Outcome:
            folder = folders.get()
            try:
                return kill_one(folder, kinds[number], course, options.seed * 10_000 + number)
            finally:
                folders.put(folder)

        for outcome in pool.map(run, range(options.runs)):
            outcomes.append(outcome)
            print(
                f"{outcome.kind} after {outcome.seconds:.1f} s: {outcome.left_before} users left",
                file=sys.stderr,
            )
            if not outcome.is_clean:
                print(f"NOT CLEAN: {outcome}\n{outcome.said}", file=sys.stderr)
    print(f"A run that nobody kills takes {course.whole_s:.1f} s, and has users for {course.busy_s:.1f} s.")
    print(f"\n{write_outcomes(outcomes)}")
    return 0 if all(outcome.is_clean for outcome in outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
