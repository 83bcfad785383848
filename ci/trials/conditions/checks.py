"""What the end of a command is held against: each check returns what is wrong, in few words, or nothing."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from ci.trials.conditions.outages import MOST_MIB
from ci.trials.conditions.rows import Row
from ci.trials.runs import Ended, Running, suite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CRASH = re.compile(r"INTERNALERROR|Traceback \(most recent|Exception ignored|AssertionError")
LEFT_OUT = frozenset({"__pycache__", ".acceptance", "said.txt"})
CREATING = ("features/users/creating_a_user.feature", "-q", "--explore=0", "--bound=0.3")
# Seconds, even where a machine is busy.
FEW = (*CREATING, "-k", "an_id_of_their_own or says_where")


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what stands in a folder, by path, without what every run writes beside."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not LEFT_OUT & set(path.relative_to(folder).parts)
    }


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """Say which files are no longer what they were; new ones do not count."""
    harmed = sorted(name for name, content in before.items() if after.get(name) != content)
    return f"{len(harmed)} files harmed, {harmed[0]} among them" if harmed else ""


def ends_with(ended: Ended, *codes: int) -> str:
    """Hold the exit code against those that are right."""
    return "" if ended.code in codes else f"exit code {ended.code}"


def crashed(ended: Ended) -> str:
    """Say that a crash was shown."""
    found = CRASH.search(ended.said)
    return f"a crash ({found[0]})" if found else ""


def lines_of(ended: Ended) -> list[str]:
    """Return the lines that are not empty."""
    return [line.strip() for line in ended.said.splitlines() if line.strip()]


def tells(ended: Ended, *texts: str) -> str:
    """Hold what was said against what has to be in it."""
    missing = [text for text in texts if text not in ended.said]
    return f"does not say {missing[0]!r}" if missing else ""


def is_brief(ended: Ended, most: int = 1) -> str:
    """Say that more was said than so many lines."""
    said = len(lines_of(ended))
    return f"{said} lines" if not 1 <= said <= most else ""


def nobody_left(ended: Ended) -> str:
    """Hold the run's own figures against a run that leaves nobody."""
    users = ended.summary.get("users", {})
    is_clean = users.get("left") == 0 and users.get("created") == users.get("deleted")
    return "" if is_clean else f"users {users}"


def judge(name: str, condition: str, expected: str, ended: Ended, *wrong: str, seen: str = "") -> Row:
    """Return the row of a condition: as it should be where no check has found anything."""
    found = [each for each in (*wrong, crashed(ended)) if each]
    if ended.peak_mib > MOST_MIB:
        found.append(f"{ended.peak_mib:.0f} MiB")
    last = (lines_of(ended) or ["nothing"])[-1]
    told = f"{'; '.join(found)}: {last}" if found else seen or last
    return Row(
        name, condition, expected, not found, ended.verdict if ended.code not in {4, 5} else "", ended.code,
        ended.seconds, ended.peak_mib, told[:220],
    )  # fmt: skip


def shell(folder: Path, line: str, variables: Mapping[str, str]) -> Ended:
    """Run a line of bash in a copy of the project; `$PYTHON` is this interpreter."""
    program = "import os, sys; os.execvp('bash', ['bash', '-c', sys.argv[1]])"
    return Running(folder, "-c", program, line, variables={"PYTHON": sys.executable, **variables}).wait()


def few(folder: Path, *options: str, variables: Mapping[str, str] | None = None) -> Ended:
    """Run a few stories with options, against the service that comes along if no variable says otherwise."""
    return suite(folder, *FEW, *options, variables=variables or {}).wait()
