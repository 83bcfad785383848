"""Runs of the suite as a trial sees them: started in a session of their own, watched until they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ci.trials.processes import MemoryWatch, kill_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST_S = 900.0
# What a run would take from the environment of whoever runs the trial.
OURS = ("TARGET", "BASE_URL", "SEED", "REDIS_URL", "PYTEST_ADDOPTS", "API_TOKEN", "OTHER_TENANT_TOKEN",
        "READ_ONLY_TOKEN", "THROTTLED_TOKEN")  # fmt: skip


def heed_signals() -> None:
    """Let what is started from here be told to end, as from a terminal: a shell's background ignores that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a run: this one's, without what would lead it elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, "PYTHONUNBUFFERED": "1", **variables}


@dataclass(slots=True)
class Ended:
    """How a run ended: everything that it said, what its summary holds, and its figures."""

    code: int
    said: str
    seconds: float
    ended_at: float  # epoch [s]
    peak_mib: float
    summary: dict[str, Any] = field(default_factory=dict)
    processor: list[tuple[float, float]] = field(default_factory=list)  # when [epoch], taken until then [s]

    def processor_since(self, moment: float) -> float:
        """Return what all processes together have taken of a processor's time since a moment [epoch; s]."""
        taken = [seconds for _, seconds in self.processor]
        before = [seconds for at, seconds in self.processor if at <= moment]
        return max(taken, default=0.0) - max(before, default=0.0)

    @property
    def verdict(self) -> str:
        """The verdict of the run, or nothing where it told none."""
        return str(self.summary.get("verdict", ""))

    @property
    def last_line(self) -> str:
        """The last line that was said."""
        lines = [line for line in self.said.splitlines() if line.strip()]
        return lines[-1] if lines else ""


class Running:
    """A command of the project that is going on, in a folder that holds a copy of it."""

    def __init__(self, folder: Path, *arguments: str, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self._said = (folder / "said.txt").open("w+", encoding="utf-8", errors="replace")
        self.begun = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, *arguments],
            cwd=folder,
            env=environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._watch = MemoryWatch(self.process.pid)
        self._watch.start()

    @property
    def session(self) -> int:
        """By which all processes of the command are known."""
        return self.process.pid

    def wait(self, longest_s: float = LONGEST_S) -> Ended:
        """Wait for the end, which is not waited for longer than that [s], and read what is left of it."""
        try:
            code = self.process.wait(longest_s)
        except subprocess.TimeoutExpired:
            kill_all(self.session)
            self.process.wait()
            code = -1
        ended_at, seconds = time.time(), time.monotonic() - self.begun
        peak = self._watch.stop()
        kill_all(self.session)
        self._said.seek(0)
        said = self._said.read()
        self._said.close()
        summary: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            summary = json.loads((self.folder / "reports" / "summary.json").read_text(encoding="utf-8"))
        return Ended(code, said, seconds, ended_at, peak, summary, self._watch.processor)


def suite(folder: Path, *options: str, variables: Mapping[str, str]) -> Running:
    """Start stories in a copy of the project."""
    return Running(folder, "-m", "pytest", "-p", "no:cacheprovider", *options, variables=variables)


def cleanup(folder: Path, *options: str, variables: Mapping[str, str]) -> Ended:
    """Sweep what runs in a copy of the project have left."""
    return Running(folder, "-m", "support.cleanup", *options, variables=variables).wait()
