"""The log of a run: one JSON line for each attempt and each notable event, redacted, in `reports/run.jsonl`.

Every process appends to the same file, a line at a time in a single write, so that the lines of many workers
do not tear each other and a killed run keeps all of its own. What people should know at once is also shown on
standard error. Requests and answers in full are in the report, not here.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from support.secrets import REDACTOR

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from support.http import Exchange, Operation

# They say much, and nothing that the history does not say better.
NOISY = ("urllib3", "requests", "faker", "asyncio", "filelock", "redis")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


class RunLog:
    """Writes the lines of one process; `record` is a listener of the history.

    `correlation_id` is the name of the header that carries it. Lines that cannot be written, on a full disk,
    are missing and nothing else: `problem` says why.
    """

    def __init__(
        self, path: Path, *, run: str, worker: str, correlation_id: str = "", console: TextIO | None = None
    ) -> None:
        self.problem = ""
        self._who = {"run": run, "worker": worker}
        self._header = correlation_id
        self._console = console
        self._file: FileIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            self._note(error)

    def record(self, operation: Operation, exchange: Exchange) -> None:
        """Write the line of an attempt."""
        request, response = exchange.request, exchange.came
        facts: dict[str, Any] = {
            "at": exchange.at.isoformat(timespec="milliseconds"),
            "story": operation.story,
            "verb": operation.verb,
            "subject": operation.subject,
            "attempt": exchange.attempt,
            "correlation_id": request.headers.get(self._header, ""),
            "method": request.method,
            "path": request.path,
            "outcome": exchange.outcome.value,
            "ms": round(exchange.seconds * 1000, 2),
        }
        if response is not None:
            facts["status"] = response.status
        else:
            facts["fault"] = exchange.fault
        self._write("attempt", facts)

    def note(self, event: str, **facts: Any) -> None:
        """Write the line of something else that happened."""
        self._write(event, {"at": _now(), **facts})

    def alert(self, event: str, **facts: Any) -> None:
        """Write a line and show it in the terminal."""
        self._write(event, {"at": _now(), "level": "warning", **facts})
        said = " ".join([event, *(f"{name}={value}" for name, value in facts.items())])
        (self._console or sys.stderr).write(f"warning: {REDACTOR.text(said)}\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, event: str, facts: dict[str, Any]) -> None:
        if self._file is None:
            return
        try:
            self._file.write(_render({**self._who, **facts, "event": event}))
        except OSError as error:
            self._note(error)
            self.close()

    def _note(self, error: OSError) -> None:
        self.problem = f"the log cannot be written: {error.strerror or error}"


def silence(names: tuple[str, ...] = NOISY) -> None:
    """Have noisy libraries say only what went wrong."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _render(facts: dict[str, Any]) -> bytes:
    """Write facts as one redacted line; what a story sent as half a character is escaped."""
    return REDACTOR.document(_encode(facts)).encode("utf-8", "backslashreplace") + b"\n"
