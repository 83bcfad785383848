"""The order of stories: those that share, then those that need the target to themselves, then the audit.

Workers run what they are given, in collection order. A story that must be alone waits until everything
before it is done, wherever that runs; the process that starts the run writes down what is done, crashed
workers included. Stories that share everything but a client of few requests lie far apart among the others,
and one that begins all the same while another is under way waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from support.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pytest

    from support.clock import Clock

LOOK_AGAIN_S = 0.05
LONGEST_WAIT_S = 600.0
STOPPED = "stopped"
TURN = "by-turns"


def rank(item: pytest.Item) -> int:
    """Say when an item may run: 0 with others, 1 alone, 2 alone and last."""
    if item.get_closest_marker("last"):
        return 2
    return 1 if item.get_closest_marker("exclusive") else 0


def takes_turns(item: pytest.Item) -> bool:
    """Say whether an item may run with others, and yet not beside another one of its kind."""
    return not rank(item) and item.get_closest_marker(TURN) is not None


def spread(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return items in their order, those that take turns as far apart among those that share as can be."""
    in_turn = [item for item in items if takes_turns(item)]
    others = [item for item in items if item not in in_turn]
    step = sum(not rank(item) for item in others) / (len(in_turn) + 1)
    for number, item in enumerate(in_turn, 1):
        others.insert(round(number * step) + number - 1, item)
    return others


class Turn:
    """The turn that one process after the other takes; `file` is the same for all of them."""

    def __init__(self, file: Path, is_stopped: Callable[[], bool]) -> None:
        self._lock = FileLock(file)
        self._is_stopped = is_stopped

    def take(self) -> None:
        """Wait for the turn; raises Inconclusive where it does not come."""
        try:
            self._lock.acquire(LONGEST_WAIT_S, poll_interval=LOOK_AGAIN_S, cancel_check=self._is_stopped)
        except Timeout:
            raise Inconclusive("the stories that take turns with this one did not end") from None

    def leave(self) -> None:
        """Give the turn to another one, if it is taken."""
        self._lock.release()


class Ordering:
    """Lets a story pass when everything before it is done; `file` holds the ids of what is done.

    One of those before it may take `longer_s` [s] more than stories do.
    """

    def __init__(self, file: Path, clock: Clock, longer_s: float = 0.0) -> None:
        self._file = file
        self._clock = clock
        self._longest_wait_s = LONGEST_WAIT_S + longer_s

    def note(self, nodeid: str) -> None:
        """Write down that an item is done, or that the run is being stopped."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(nodeid + "\n")

    def stop(self) -> None:
        """Let nobody wait any longer: the run is being stopped."""
        self.note(STOPPED)

    def is_stopped(self) -> bool:
        """Return whether the run is being stopped."""
        return STOPPED in self._read()

    def wait(self, before: Sequence[str]) -> None:
        """Wait until all these items are done; raises Inconclusive when that does not happen."""
        waiting_for = set(before)
        deadline = self._clock.monotonic() + self._longest_wait_s
        while True:
            done = set(self._read())
            if waiting_for <= done:
                return
            if STOPPED in done:
                raise Inconclusive("the run is being stopped")
            if self._clock.monotonic() > deadline:
                missing = sorted(waiting_for - done)
                raise Inconclusive(
                    f"{len(missing)} stories before this one did not end, {missing[0]} among them"
                )
            self._clock.sleep(LOOK_AGAIN_S)

    def _read(self) -> list[str]:
        try:
            return self._file.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return []
