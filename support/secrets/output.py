"""Streams that hide secrets: the last place that a text passes before people see it.

What writes knows more (a whole traceback, a whole body) and hides first; here nothing gets through that was
formatted by somebody else. A secret that is written in two pieces is not seen.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

from support.secrets.redaction import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import TextIO


class RedactedStream:
    """A text stream that hides secrets in what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text without its secrets; return the length of what was given, as streams do."""
        self._stream.write(REDACTOR.text(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts as one: a secret may go over several lines."""
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def redacted_output() -> Iterator[None]:
    """Hide secrets in whatever a command says, in an exception that nobody catches as well."""
    out, err = RedactedStream(sys.stdout), RedactedStream(sys.stderr)
    with redirect_stdout(out), redirect_stderr(err):
        undo = guard_exceptions()
        yield
    undo()  # not after an exception: that is to be shown


def guard_exceptions() -> Callable[[], None]:
    """Hide secrets in the traceback of what nobody catches; return what ends that.

    What a thread raises becomes a warning, by pytest's own doing.
    """
    before = sys.excepthook

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(REDACTOR.text("".join(traceback.format_exception(kind, error, trace))))

    def undo() -> None:
        if sys.excepthook is show:
            sys.excepthook = before

    sys.excepthook = show
    return undo
