"""The journal: what a process may have created, on disk before the request is sent.

Nothing but a journal survives a killed run, and nothing but a journal is needed to undo one. Lines are
appended whole, one write each. `support.cleanup.leftovers` reads what is left to do.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from support.command_line.files import write_whole

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
        line = (json.dumps(fact) + "\n").encode()
        # A disk that is nearly full takes a part; the rest then fails, and nothing is sent unnoted.
        while line:
            line = line[os.write(self._fd, line) :]


def write_header(folder: Path, facts: Mapping[str, Any]) -> None:
    """Note which target a run talks to, before anything is sent, whole or not at all. Holds no secret."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / HEADER, json.dumps(facts))


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
