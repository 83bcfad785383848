"""What a run does when it is told to end: it stops, and leaves nobody behind none the less."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

# Not every platform has all of them.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
EXIT = 2  # pytest's own, after Ctrl-C


class Start:
    """The time before a run begins, in which most is imported: whoever is told to end says so and ends.

    Nothing has been sent until then, so there is nothing to undo.
    """

    _undo: contextlib.ExitStack | None = None

    @classmethod
    def begin(cls) -> None:
        """End in one line from now on, if nobody else has decided yet what signals do."""
        if cls._undo is None:
            cls._undo = contextlib.ExitStack()
            free = [name for name in NAMES if _is_free(name)]
            Signals.handle(cls._undo, _end, tuple(free))

    @classmethod
    def end(cls) -> None:
        """Leave signals to whoever had them before."""
        if cls._undo is not None:
            cls._undo.close()


class Signals:
    """Has a run that is told to end, or whose terminal is closed, end as after Ctrl-C.

    Signals reach the main thread only; elsewhere nothing is done about them.
    """

    def __init__(self) -> None:
        self._undo = contextlib.ExitStack()
        self._is_told = False
        self.handle(self._undo, self._interrupt, NAMES[1:])

    def close(self) -> None:
        """Leave signals to whoever had them before.

        A process that was told to end is about to: told again, it still ends by the code of that.
        """
        self._undo.close()
        if self._is_told:
            self.handle(contextlib.ExitStack(), _end_at_once, NAMES[1:])

    @contextlib.contextmanager
    def put_off(self) -> Iterator[list[str]]:
        """Let what must not be cut short come to its end; the list names the signals that came meanwhile."""
        came: list[str] = []
        with contextlib.ExitStack() as undo:
            self.handle(undo, lambda number, _: came.append(signal.Signals(number).name), NAMES)
            yield came

    def _interrupt(self, _number: int, _frame: object) -> None:
        """Interrupt once: a run that is ending already is not cut short by being told so again."""
        if not self._is_told:
            self._is_told = True
            raise KeyboardInterrupt

    @staticmethod
    def handle(
        undo: contextlib.ExitStack, handler: Callable[[int, FrameType | None], None], names: tuple[str, ...]
    ) -> None:
        """Have a handler called for signals until that is undone."""
        if threading.current_thread() is not threading.main_thread():
            return
        for name in names:
            if number := getattr(signal, name, None):
                undo.callback(signal.signal, number, signal.signal(number, handler))


def _end(number: int, _frame: object) -> None:
    sys.stderr.write(f"told to end ({signal.Signals(number).name}) before the run began: nothing was sent\n")
    raise SystemExit(EXIT)


def _end_at_once(_number: int, _frame: object) -> None:
    """End with what was said; an exception would be told of while the interpreter ends."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            stream.flush()
    os._exit(EXIT)


def _is_free(name: str) -> bool:
    """Return whether a signal does what it always does; a shell keeps Ctrl-C from what it runs behind."""
    number = getattr(signal, name, None)
    return number is not None and signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}
