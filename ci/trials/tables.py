"""Tables of what trials have measured, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def write_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table."""
    return "\n".join(write_row(line) for line in (head, ["---"] * len(head), *rows))


def write_row(cells: Iterable[object]) -> str:
    """Return one line of a table; what would end a cell or a line is written otherwise."""
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return " ".join(text.replace("|", "\\|").split())
