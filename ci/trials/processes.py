"""The processes of a run: which there are, which of them tell stories, and how much memory each ever had.

Read from `/proc`, so on Linux only. A run is a session of its own, by which its processes are known.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

LOOK_EVERY_S = 0.5  # what is read is the most that ever was
DEAD = frozenset("ZX")
TIMES = slice(7, 11)  # of the numbers after the session: of a process and of the children that it waited for
TICKS = os.sysconf("SC_CLK_TCK")  # a second
XDIST = "exec(eval("  # how pytest-xdist starts a worker
SERVICE = "support.reference"
FORKS = "support.runner.workers"  # the process that others are forked from, whose command line they keep


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a run, with the most memory that it has ever had [MiB].

    `processor_s` is what it has taken of a processor's time, with what it started and has waited for [s].
    """

    pid: int
    command: str
    peak_mib: float
    parent: int = 0
    processor_s: float = 0.0
    is_worker: bool = False  # and neither what started it nor what was started beside


def processes_of(session: int) -> list[Process]:
    """Return the living processes of a session."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError, IndexError, ValueError):  # it may end at any moment
            state, parent, _, its_session, *more = (
                (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            )
            if int(its_session) != session or state in DEAD:
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            lines = (folder / "status").read_text(encoding="utf-8").splitlines()
            # One that is just ending has no memory any more.
            peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
            peak, ticks = max(peaks, default=0) / 1024, sum(map(int, more[TIMES]))
            found.append(Process(int(folder.name), command, peak, int(parent), ticks / TICKS))
    forking = {process.pid for process in found if FORKS in process.command}
    return [
        replace(
            process,
            is_worker=XDIST in process.command or (FORKS in process.command and process.parent in forking),
        )
        for process in found
    ]


def signal_all(session: int, number: signal.Signals) -> None:
    """Send a signal to every process of a session, new ones included, as far as there are any."""
    for process in processes_of(session):
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def kill_all(session: int) -> None:
    """Kill every process of a session, and those that it starts meanwhile."""
    while processes_of(session):
        signal_all(session, signal.SIGKILL)
        time.sleep(0.01)


@dataclass(slots=True)
class MemoryWatch:
    """Looks at the processes of a session until told to stop; `peak_mib` is of those that tell stories.

    Where there are no workers, it is of whichever other process of the command had most.
    """

    session: int
    peak_mib: float = 0.0
    processor: list[tuple[float, float]] = field(default_factory=list)  # when [epoch], taken until then [s]
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Stop looking, and return the most memory that a process had that told stories [MiB]."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        return self.peak_mib

    def _look(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            living = processes_of(self.session)
            self.processor.append((time.time(), sum(process.processor_s for process in living)))
            workers = [process for process in living if process.is_worker]
            # A command without workers may stand behind a shell, and bring its service along.
            telling = workers or [process for process in living if SERVICE not in process.command]
            self.peak_mib = max([self.peak_mib, *(process.peak_mib for process in telling)])
