"""A run that is killed is judged by what is left of it and by whom it touched."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest

from ci.trials import kills
from ci.trials.kills import ALL, KINDS, Course, Outcome, choose_kinds, write_outcomes
from ci.trials.processes import FORKS, MemoryWatch, kill_all, processes_of, signal_all
from ci.trials.runs import Ended

CLEAN = Outcome("SIGTERM to the run", 1.0, had_ended=False, code=2, left_before=0, swept_code=0, swept_s=1.0,
                left=0, touched=0, said="")  # fmt: skip
ADA, GRACE, ALAN = ({("API_TOKEN", name): {"id": name}} for name in ("ada", "grace", "alan"))
# Whoever forks keeps its command line, as workers do.
FORKING = (
    "import os, signal, sys; sys.stdout.write('+') and sys.stdout.flush() if os.fork() else 0; signal.pause()"
)


def test_two_of_five_kills_are_of_all_processes_and_the_others_are_shared_out():
    kinds = Counter(choose_kinds(100, random.Random(1)))
    assert kinds[ALL] == 40
    assert {kinds[kind] for kind in KINDS if kind != ALL} == {12}
    assert choose_kinds(100, random.Random(1)) == choose_kinds(100, random.Random(1))


def test_kinds_can_be_chosen_by_a_word_of_their_names():
    assert choose_kinds(3, random.Random(1), "SIGTERM") == ["SIGTERM to the run"] * 3
    assert len(set(choose_kinds(6, random.Random(1), "SIGKILL to"))) == 2
    assert choose_kinds(3, random.Random(1), "SIGFOO") == []


@pytest.mark.parametrize("harm", [{"left": 1}, {"touched": 1}, {"swept_code": 10}], ids=str)
def test_each_harm_is_enough_for_a_run_not_to_be_clean(harm):
    assert CLEAN.is_clean
    assert replace(CLEAN, left_before=80, code=-9).is_clean
    assert not replace(CLEAN, **harm).is_clean


def test_the_table_counts_by_kind_and_in_all():
    outcomes = [
        CLEAN,
        replace(CLEAN, left_before=5, swept_s=2.5),
        replace(CLEAN, kind=ALL, code=-9, left_before=7),
    ]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in write_outcomes(outcomes).splitlines()[2:]
    ]
    assert rows == [
        [ALL, "1", "0", "-9", "1", "7", "7", "1.0", "0", "0", "0"],
        ["SIGTERM to the run", "2", "0", "2", "1", "5", "5", "2.5", "0", "0", "0"],
        ["all", "3", "0", "-9, 2", "2", "12", "7", "2.5", "0", "0", "0"],
    ]


class Service:
    """A reference service that shows other users each time that it is asked for everybody."""

    def __init__(self, *views):
        self.variables = {}
        self._views = list(views)

    def __call__(self, *_):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def settle_strangers(self):
        return self._views.pop(0)

    def everybody(self):
        return self._views.pop(0) if len(self._views) > 1 else self._views[0]


class Run:
    """A run that is over when it is killed."""

    session, begun = 1, 0.0

    def __init__(self):
        self.process = self

    def poll(self):
        return None

    def wait(self, seconds=None):
        if seconds is None:
            return Ended(-9, "", 1.0, 0.0, 80.0)
        raise subprocess.TimeoutExpired("run", seconds)


@pytest.mark.parametrize(
    ("killed", "swept", "left_before", "left", "touched"),
    [
        (ADA | GRACE, ADA, 1, 0, 0),
        (ADA | GRACE, ADA | GRACE, 1, 1, 0),
        (ADA, {}, 0, 0, 1),
        (ADA, {("API_TOKEN", "ada"): {"id": "ada", "name": "changed"}}, 0, 0, 1),
        (ADA, ADA | ALAN, 0, 1, 0),
    ],
    ids=["swept", "somebody left", "a stranger deleted", "a stranger changed", "came to be after the kill"],
)
def test_whom_a_killed_run_leaves_and_touches(
    monkeypatch, killed, swept, left_before, left, touched, tmp_path
):
    came = ADA | ALAN  # the first that is seen of the run ends the waiting for its users
    monkeypatch.setattr(kills, "TrialService", Service(ADA, ADA, came, killed, swept))
    monkeypatch.setattr(kills, "suite", lambda *_, **__: Run())
    monkeypatch.setattr(kills, "cleanup", lambda *_, **__: Ended(0, "", 1.0, 0.0, 50.0))
    monkeypatch.setattr(kills, "AT_ANY_MOMENT", 0.0)
    monkeypatch.setitem(KINDS, ALL, lambda *_: None)
    outcome = kills.kill_one(tmp_path, ALL, Course(0.0, 0.0), 7)
    assert (outcome.left_before, outcome.left, outcome.touched) == (left_before, left, touched)
    assert outcome.is_clean == (not left and not touched)


@pytest.fixture
def forking():
    """Start a process that forks, in a session of its own, named as what workers are forked from."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", FORKING, FORKS], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.read(1)
    yield process
    kill_all(process.pid)
    process.wait()
    process.stdout.close()


def test_a_worker_is_the_fork_and_not_what_it_was_forked_from(forking):
    found = processes_of(forking.pid)
    assert len(found) == 2
    (worker,) = [process for process in found if process.is_worker]
    assert worker.parent == forking.pid != worker.pid
    watch = MemoryWatch(forking.pid)
    watch.start()
    deadline = time.monotonic() + 20
    while not watch.peak_mib and time.monotonic() < deadline:
        time.sleep(0.01)
    assert watch.stop() == pytest.approx(worker.peak_mib, abs=2)


def test_all_of_a_session_are_told_and_killed(forking):
    signal_all(forking.pid, signal.SIGSTOP)
    assert forking.poll() is None
    kill_all(forking.pid)
    assert processes_of(forking.pid) == []
    assert forking.wait() == -signal.SIGKILL
