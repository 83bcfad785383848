"""Standard output that may go away: neither a reader that stops nor a full disk ends a run.

Output to `head -1`, to a full disk or to a closed pipe is lost from then on. What is done, above all the
sweep at the end, goes on as if it were read.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable


def guard_streams() -> list[str]:
    """Let standard output and error go away at any time; return the names of those that never were there."""
    closed = []
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
            setattr(sys, name, nowhere)
            closed.append(name)
        else:
            guard(stream)
    return closed


def guard(stream: TextIO) -> None:
    """Have a stream that can no longer be written to lead nowhere, instead of raising OSError.

    The stream itself stays the same, as others hold it already and flush it at the very end.
    """
    try:
        number = stream.fileno()
    except (AttributeError, OSError, ValueError):  # it only looks like one, as where pytest captures it
        return
    if hasattr(stream, "is_guarded"):
        return
    flush = stream.flush
    replaced: Any = stream
    replaced.write = _guarded(stream.write, flush, number)
    replaced.flush = _guarded(flush, flush, number)
    replaced.is_guarded = True


def _guarded(act: Callable[..., Any], flush: Callable[[], None], number: int) -> Callable[..., Any]:
    def guarded(*arguments: Any) -> Any:
        try:
            return act(*arguments)
        except OSError:
            _lead_nowhere(number)
            with contextlib.suppress(OSError):
                flush()  # what is still waiting would fail again at the end
        return len(arguments[0]) if arguments else None

    return guarded


def _lead_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
