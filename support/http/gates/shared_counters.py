"""A few numbers that all processes of a run share: a small file in the run's folder, mapped into memory.

Reading costs no system call. Writing what depends on what was read needs the lock. Nothing here knows what
the numbers mean.
"""

from __future__ import annotations

import mmap
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 8


class SharedCounters:
    """`count` numbers, all 0 at first; index them as a list."""

    def __init__(self, path: Path, count: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._threads = threading.Lock()
        self._processes = FileLock(f"{path}.lock", thread_local=False)
        with self.lock():
            if not path.exists() or path.stat().st_size != count * SIZE:
                path.write_bytes(bytes(count * SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), count * SIZE)
        self._numbers = memoryview(self._map).cast("d")

    def __getitem__(self, index: int) -> float:
        return self._numbers[index]

    def __setitem__(self, index: int, number: float) -> None:
        self._numbers[index] = number

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep all other threads and processes out; a process that dies gives it up."""
        with self._threads, self._processes:
            yield

    def close(self) -> None:
        """Let go of the file; nothing can be read or written afterwards."""
        self._numbers.release()
        self._map.close()
