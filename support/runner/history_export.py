"""The history of a run for others: `reports/history.jsonl`, one line for each attempt, redacted.

Enough for an outside checker of consistency: who asked what when and was answered what when, on one clock
for all processes, and which versions a request wrote or an answer showed (every text that the suite writes
carries one). Lines are written when a story ends, all at once, so that those of several processes do not tear
each other. It judges nothing.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from support.secrets import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from support.http import Exchange, Operation
    from support.target import Target

LONGEST_BODY = 2048  # [bytes]; of longer ones only the versions are told
VERSION = re.compile(rb"acc[0-9a-z]{8,10}\.\w+-\d+\.v\d+")
CARRIED = ("If-Match", "If-None-Match", "Idempotency-Key")

_encode = json.JSONEncoder(separators=(",", ":")).encode


class HistoryExport:
    """Writes the lines of one process.

    Times are monotonic [s]. A file that cannot be written, on a full disk, lacks lines: `problem` says why.
    """

    def __init__(self, file: Path, target: Target, *, run: str, worker: str) -> None:
        self.problem = ""
        self._run = run
        self._worker = worker
        self._count = 0
        headers = target.headers
        self._carried = tuple(
            dict.fromkeys(
                (*CARRIED, target.idempotency.header, headers.consistency_token, headers.strong_read)
            )
        )
        self._token = headers.consistency_token.lower()
        self._fd: int | None = None
        try:
            self._fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            self._note(error)

    def write(self, operations: Iterable[Operation]) -> None:
        """Write every attempt of some operations that have ended."""
        if self._fd is None:
            return
        lines = []
        for operation in operations:
            self._count += 1
            lines += [_encode(self._line(operation, exchange)) for exchange in operation.exchanges]
        text = "".join(line + "\n" for line in lines)
        if REDACTOR.text(text) is not text:
            text = "".join(REDACTOR.document(line) + "\n" for line in lines)
        try:
            if text:
                os.write(self._fd, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            self._note(error)
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _line(self, operation: Operation, exchange: Exchange) -> dict[str, Any]:
        request, response = exchange.request, exchange.came
        line: dict[str, Any] = {
            "run": self._run,
            "process": self._worker,
            "story": operation.story,
            "operation": self._count,
            "verb": operation.verb,
            "subject": operation.subject,
            "attempt": exchange.attempt,
            "caller": REDACTOR.header("Authorization", request.headers.get("Authorization", "")),
            "method": request.method,
            "path": request.path,
            "sent_at": round(exchange.sent_at, 6),
            "answered_at": round(exchange.answered_at, 6),
            "at": exchange.at.isoformat(timespec="milliseconds"),
            "outcome": exchange.outcome.value,
            "wrote": _versions(request.body),
        }
        carried = {name: request.headers[name] for name in self._carried if name in request.headers}
        if carried:
            line["carried"] = carried
        if request.body:
            line["body"] = _body(request.body, request.headers.get("Content-Type", ""))
        if response is None:
            line["fault"] = exchange.fault
            return line
        line["status"] = response.status
        line["showed"] = _versions(response.body)
        line["answer"] = _body(response.body, response.media_type)
        if self._token in response.headers:
            line["token"] = response.headers[self._token]
        return line

    def _note(self, error: OSError) -> None:
        self.problem = f"the history cannot be written: {error.strerror or error}"


def _versions(body: bytes) -> list[str]:
    """Return the versions that a body holds, each once, in order."""
    return [found.decode() for found in dict.fromkeys(VERSION.findall(body))]


def _body(body: bytes, media_type: str) -> str | None:
    """Return a body as text, without what a telling name hides; None for one that is too long to be told."""
    return REDACTOR.name_fields(body, media_type) if len(body) <= LONGEST_BODY else None
