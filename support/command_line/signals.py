"""What a run does when it is told to end: it stops, and leaves nobody behind none the less."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

# Not every platform has all of them.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Signals:
    """Has a run that is told to end, or whose terminal is closed, end as after Ctrl-C.

    Signals reach the main thread only; elsewhere nothing is done about them.
    """

    def __init__(self) -> None:
        self._undo = contextlib.ExitStack()
        self._handle(self._undo, _interrupt, NAMES[1:])

    def close(self) -> None:
        """Leave signals to whoever had them before."""
        self._undo.close()

    @contextlib.contextmanager
    def put_off(self) -> Iterator[list[str]]:
        """Let what must not be cut short come to its end; the list names the signals that came meanwhile."""
        came: list[str] = []
        with contextlib.ExitStack() as undo:
            self._handle(undo, lambda number, _: came.append(signal.Signals(number).name), NAMES)
            yield came

    @staticmethod
    def _handle(
        undo: contextlib.ExitStack, handler: Callable[[int, FrameType | None], None], names: tuple[str, ...]
    ) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for name in names:
            if number := getattr(signal, name, None):
                undo.callback(signal.signal, number, signal.signal(number, handler))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
