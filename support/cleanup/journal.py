"""The journal: what a process may have created, on disk before the request is sent.

Nothing but a journal survives a killed run, and nothing but a journal is needed to undo one. Lines are
appended whole, one write each. Reading gives what is left to do; undoing it is `support.cleanup`' part.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HEADER = "run.json"
LOCK = "alive.lock"
PATTERN = "journal-*.jsonl"


class Journal:
    """What one process may have created, one line for each fact."""

    def __init__(self, file: Path) -> None:
        self._count = itertools.count(1)
        self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def intend(self, details: Mapping[str, Any], caller: str) -> int:
        """Note that this email may come to be, by the caller's token; return the note's number."""
        number = next(self._count)
        self._append({"intend": details.get("email"), "as": caller, "number": number})
        return number

    def settle(self, numbers: Sequence[int]) -> None:
        """Note that intents were answered for good: nobody will come to be of them later."""
        for number in numbers:
            self._append({"settled": number})

    def created(self, user_id: object, caller: str) -> None:
        """Note that a user has come to be."""
        self._append({"created": user_id, "as": caller})

    def deleted(self, user_id: object, caller: str) -> None:
        """Note that the service has said that a user is deleted; `caller` is the one that created them."""
        self._append({"deleted": user_id, "as": caller})

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def _append(self, fact: dict[str, Any]) -> None:
        fact["at"] = round(time.time(), 3)
        os.write(self._fd, (json.dumps(fact) + "\n").encode())


@dataclass(slots=True)
class Leftovers:
    """What the journals of one run say.

    `ids` are those who are still to be deleted, by caller, and `known` everyone who is known to have been
    created; `open` are the creations that were never answered for good, with when they were sent (epoch [s]).
    """

    run: str
    folder: Path
    header: dict[str, Any]
    ids: dict[str, list[int | str]] = field(default_factory=dict)
    known: set[tuple[str, int | str]] = field(default_factory=set)
    callers: set[str] = field(default_factory=set)
    open: dict[tuple[str, int], float] = field(default_factory=dict)

    @property
    def last_open_at(self) -> float:
        """When the last creation was sent of which nothing is known (epoch [s]); 0 when there is none."""
        return max(self.open.values(), default=0.0)

    @property
    def created(self) -> int:
        """How many users the run is known to have created."""
        return len(self.known)


def write_header(folder: Path, facts: Mapping[str, Any]) -> None:
    """Note which target a run talks to, before anything is sent. Holds no secret."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HEADER).write_text(json.dumps(facts), encoding="utf-8")


def read_leftovers(folder: Path) -> Leftovers | None:
    """Read the journals of a run; None when the folder holds none. A torn last line is passed over."""
    try:
        header = json.loads((folder / HEADER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    leftovers = Leftovers(folder.name, folder, header)
    left: dict[tuple[str, int | str], None] = {}
    for file in sorted(folder.glob(PATTERN)):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                fact = json.loads(line)
            except ValueError:
                continue
            if "settled" in fact:
                leftovers.open.pop((file.name, fact["settled"]), None)
                continue
            caller = str(fact.get("as", ""))
            leftovers.callers.add(caller)
            if "intend" in fact:
                leftovers.open[file.name, fact["number"]] = float(fact["at"])
            elif "deleted" in fact:
                left.pop((caller, fact["deleted"]), None)
            else:
                left[caller, fact["created"]] = None
                leftovers.known.add((caller, fact["created"]))
    for caller, user_id in left:
        leftovers.ids.setdefault(caller, []).append(user_id)
    return leftovers


def hold_alive(folder: Path) -> FileLock:
    """Take the lock that says that a run is alive; the system lets go of it when the process ends."""
    lock = FileLock(folder / LOCK)
    lock.acquire(timeout=5)
    return lock


def is_alive(folder: Path) -> bool:
    """Return whether the process that started a run still lives."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
