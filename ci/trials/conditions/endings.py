"""C3, C4, C16 and C17: a full disk, signals, dead workers, output that nobody reads, and `-x`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from ci.trials.conditions.checks import (
    CREATING,
    FEW,
    ends_with,
    judge,
    nobody_left,
    shell,
    tells,
)
from ci.trials.processes import processes_of, signal_all
from ci.trials.reference import TrialService
from ci.trials.runs import Running, suite
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ci.trials.conditions.rows import Row

LOOK_EVERY_S = 0.05
BY_STORIES = ".gw"  # in the marks of whom a story creates
MOUNT = ("unshare", "--user", "--map-root-user", "--mount")
# What a small disk is mounted over, and how large it is [KiB]: enough to begin, too little for the stories.
DISKS: dict[str, tuple[tuple[str, ...], int]] = {
    "for the results": (("reports", "allure-results"), 64),
    "for the journals": ((".acceptance",), 96),
    "for the summary alone": (("reports",), 4),
    "from the beginning": ((".acceptance", "reports"), 0),
}
FULL = "echo full > {0}/filling; cat /dev/zero > {0}/filling 2>/dev/null; "


def _somebody_of_ours(service: TrialService) -> str:
    left = len(service.everybody())
    return f"{left} users left" if left else ""


def full_disks(folder: Path) -> Iterator[Row]:
    """C3: the disk is full in the middle of a run, or from its beginning."""
    expected = "never 1, nobody left or said to be, one line about it"
    for condition, (places, kib) in DISKS.items():
        if subprocess.run([*MOUNT, "true"], check=False, capture_output=True).returncode:  # noqa: S603
            yield judge_unmeasured("C3", f"a full disk {condition}", expected)
            continue
        mounts = "".join(
            f"mkdir -p {place}; mount -t tmpfs -o size={max(kib, 4)}k none {place}; "
            + (FULL.format(place) if not kib else "")
            for place in places
        )
        line = f"{mounts} exec $PYTHON -m pytest {' '.join(CREATING)} -k 'kept_as_it_was_written' -n 2"
        with TrialService("--bound", "0.3") as service:
            ended = shell(folder, f'{" ".join(MOUNT)} bash -c "{line}"', service.variables)
            left = len(service.everybody())
        wrong = f"{left} users left, and not said" if left and "users are left" not in ended.said else ""
        about = "" if "No space left" in ended.said or ended.code == 0 else "no word about the disk"
        yield judge(
            "C3", f"a full disk {condition}", expected, ended, wrong, about, ends_with(ended, 0, 4, 10)
        )


def judge_unmeasured(name: str, condition: str, expected: str) -> Row:
    """Return the row of what cannot be measured on this machine; it is not as promised."""
    from ci.trials.conditions.rows import Row  # noqa: PLC0415

    return Row(name, condition, expected, is_ok=False, seen="not measured: nothing can be mounted here")


def _has_stories(service: TrialService) -> bool:
    """Return whether a story has created somebody, and not only the look before the first one."""
    return any(BY_STORIES in str(user["email"]) for user in service.everybody().values())


def _begin(folder: Path, service: TrialService, *options: str) -> Running:
    stories = (*CREATING, "-k", "kept_as_it_was_written")
    return suite(folder, *stories, *options, variables=service.variables)


def _wait_for(run: Running, is_there: Callable[[], object]) -> None:
    while run.process.poll() is None and not is_there():
        time.sleep(LOOK_EVERY_S)


def _tell(number: signal.Signals) -> Callable[[Running], None]:
    return lambda run: run.process.send_signal(number)


def _tell_all(number: signal.Signals) -> Callable[[Running], None]:
    return lambda run: signal_all(run.session, number)


def _twice(number: signal.Signals) -> Callable[[Running], None]:
    def tell(run: Running) -> None:
        run.process.send_signal(number)
        time.sleep(1.0)  # what was begun goes on
        if run.process.poll() is None:
            run.process.send_signal(number)

    return tell


TOLD: dict[str, tuple[Callable[[Running], None], Sequence[str]]] = {
    "SIGTERM to the run": (_tell(signal.SIGTERM), ("-n", "2")),
    "SIGTERM to the run, one process": (_tell(signal.SIGTERM), ()),
    "SIGHUP to all (closed terminal)": (_tell_all(signal.SIGHUP), ("-n", "2")),
    "SIGINT to all (Ctrl-C)": (_tell_all(signal.SIGINT), ("-n", "2")),
    "SIGINT to all, one process": (_tell_all(signal.SIGINT), ()),
    "SIGTERM to all": (_tell_all(signal.SIGTERM), ("-n", "2")),
    "SIGTERM to the run, twice": (_twice(signal.SIGTERM), ("-n", "2")),
}  # fmt: skip


def told_to_end(folder: Path) -> Iterator[Row]:
    """C4: signals at a run that has users, at one that begins, at the script; and a worker that is killed."""
    for condition, (tell, options) in TOLD.items():
        with TrialService("--bound", "0.3") as service:
            run = _begin(folder, service, *options)
            _wait_for(run, partial(_has_stories, service))
            tell(run)
            ended = run.wait()
            left = _somebody_of_ours(service)
        said = tells(ended, "KeyboardInterrupt", "users ")
        expected = "2, nobody left, a summary"
        yield judge("C4", condition, expected, ended, left, said, ends_with(ended, 2), nobody_left(ended))
    yield from _early(folder)
    yield from _dead_workers(folder)
    yield _script(folder)


def _imports(run: Running) -> bool:
    """Return whether a process has begun to import the suite itself."""
    try:
        return "pydantic_core" in Path(f"/proc/{run.session}/maps").read_text(encoding="utf-8")
    except OSError:
        return False


def _workers(run: Running) -> list[int]:
    return [process.pid for process in processes_of(run.session) if process.is_worker]


MOMENTS: dict[str, Callable[[Running], object]] = {
    "while it is imported": _imports,
    "while workers start": _workers,
}


def _early(folder: Path) -> Iterator[Row]:
    """Tell a run to end before its first story."""
    expected = "2, nobody left, a message"
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number, (moment, is_there) in product(numbers, MOMENTS.items()):
        with TrialService("--bound", "0.3") as service:
            run = _begin(folder, service, "-n", "2")
            _wait_for(run, partial(is_there, run))
            run.process.send_signal(number)
            ended = run.wait()
            left = _somebody_of_ours(service)
        said = "" if re.search("told to end|interrupt", ended.said, re.IGNORECASE) else "without a word"
        yield judge("C4", f"{number.name} {moment}", expected, ended, left, said, ends_with(ended, 2))


def _dead_workers(folder: Path) -> Iterator[Row]:
    expected = "0 or 10, nobody left, the death is told"
    for condition, has_begun in (("at work", True), ("that begins", False)):
        with TrialService("--bound", "0.3") as service:
            run = _begin(folder, service, "-n", "2")
            _wait_for(run, partial(_has_stories, service) if has_begun else partial(_workers, run))
            for worker in _workers(run)[:1]:
                os.kill(worker, signal.SIGKILL)
            ended = run.wait()
            left = _somebody_of_ours(service)
        wrong = (left, tells(ended, "died"), ends_with(ended, 0, 10), nobody_left(ended))
        yield judge("C4", f"SIGKILL to a worker {condition}", expected, ended, *wrong)


def _script(folder: Path) -> Row:
    """Tell the script to end that starts a run, as a container does."""
    left_out = shutil.ignore_patterns("trials", "node_modules", "targets")
    shutil.copytree(ROOT / "ci", folder / "ci", ignore=left_out, dirs_exist_ok=True)
    environment = {"VIRTUAL_ENV": sys.prefix, "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"}
    with TrialService("--bound", "0.3") as service:
        words = " ".join([*CREATING, "-k", "kept_as_it_was_written", "-n", "2"])
        program = "import os, sys; os.execvp('bash', ['bash', 'ci/run_tests.sh', *sys.argv[1].split()])"
        run = Running(folder, "-c", program, words, variables={**service.variables, **environment})
        _wait_for(run, partial(_has_stories, service))
        run.process.send_signal(signal.SIGTERM)
        ended = run.wait()
        left = _somebody_of_ours(service)
    wrong = (left, tells(ended, "KeyboardInterrupt", "users "), ends_with(ended, 2))
    return judge("C4", "SIGTERM to ci/run_tests.sh", "2, nobody left, a summary", ended, *wrong)


COMMANDS = {
    "pytest --bound=-1": 4,
    "support.cleanup --target none": 4,
    "support.probe nowhere": 4,
    "support.reference --weather none": 2,
}
LOST = {
    "a reader that stops (| head -1)": "{} 2>&1 | head -1",
    "no reader (| true)": "{} -v 2>&1 | true",
    "/dev/full": "{} >/dev/full 2>&1",
    "closed (>&- 2>&-)": "{} >&- 2>&-",
    "a reader that stops, two workers": "{} -n 2 -v 2>&1 | head -1",
}


def lost_output(folder: Path) -> Iterator[Row]:
    """C16: output that cannot be written, of runs that are kept, that cannot begin, and of the sweep."""
    ending = "; exit ${PIPESTATUS[0]}"
    stories = " ".join(f"'{word}'" for word in FEW)
    for condition, line in LOST.items():
        ended = shell(folder, line.format(f"$PYTHON -m pytest {stories}") + ending, {})
        yield judge(
            "C16", condition, "0, as where it is read", ended, ends_with(ended, 0), nobody_left(ended)
        )
    for command, code in COMMANDS.items():
        for way in (">/dev/full 2>&1", "2>&1 | true"):
            ended = shell(folder, f"$PYTHON -m {command} {way}{ending}", {})
            yield judge("C16", f"{command} {way}", f"{code}, never 1", ended, ends_with(ended, code))


STOPPING = (("-x", "-n", "2"), ("--maxfail=1", "-n", "2"), ("-x",), ("-x", "-n", "2", "--dist", "loadscope"))


def stopped_early(folder: Path) -> Iterator[Row]:
    """C17: `-x` while stories wait that must run alone."""
    stories = ("features/users/replacing_a_user.feature", "features/strain/busy_times.feature")
    for options in (
        ("-x", "-n", "2"),
        ("--maxfail=1", "-n", "2"),
        ("-x",),
        ("-x", "-n", "2", "--dist", "loadscope"),
    ):
        with TrialService("--bound", "0.3", "--defect", "M28", "--weather", "calm") as service:
            ended = suite(folder, *stories, "-q", "--explore=0", "--bound=0.3", *options,
                          variables=service.variables).wait(300.0)  # fmt: skip
            left = _somebody_of_ours(service)
        slow = f"{ended.seconds:.0f} s" if ended.seconds > 120 else ""
        condition = f"a broken promise with {' '.join(options)}"
        wrong = (left, slow, ends_with(ended, 1, 2))
        yield judge("C17", condition, "1 or 2, soon, nobody left", ended, *wrong)
