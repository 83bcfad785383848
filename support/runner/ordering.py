"""The order of stories: those that share, then those that need the target to themselves, then the audit.

Workers run what they are given, in collection order. A story that must be alone waits until everything
before it is done, wherever that runs; the process that starts the run writes down what is done, crashed
workers included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from support.clock import Clock

LOOK_AGAIN_S = 0.05
LONGEST_WAIT_S = 600.0
STOPPED = "stopped"


def rank(item: pytest.Item) -> int:
    """Say when an item may run: 0 with others, 1 alone, 2 alone and last."""
    if item.get_closest_marker("last"):
        return 2
    return 1 if item.get_closest_marker("exclusive") else 0


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
