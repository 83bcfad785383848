"""What a row of the table is, and how the rows are chosen and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Measure = Callable[[Path], Iterator["Row"]]

HEAD = (
    "row",
    "condition",
    "expected",
    "verdict",
    "exit code",
    "seconds",
    "peak of a worker [MiB]",
    "ok",
    "seen",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as it was measured.

    `seconds` are from the moment of the condition, or of the evidence where `expected` says so, to the end.
    """

    name: str
    condition: str
    expected: str
    is_ok: bool
    verdict: str = ""
    code: int | None = None
    seconds: float | None = None
    peak_mib: float = 0.0
    seen: str = ""

    def cells(self) -> tuple[object, ...]:
        """Return the row as the cells of a table."""
        return (
            self.name,
            self.condition,
            self.expected,
            self.verdict,
            "" if self.code is None else self.code,
            "" if self.seconds is None else round(self.seconds, 1),
            round(self.peak_mib) or "",
            "yes" if self.is_ok else "NO",
            self.seen,
        )
