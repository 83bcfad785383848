"""What each clause of the contract says, for readers of the report: `features/CONTRACT.md`, read once."""

from __future__ import annotations

import re
from functools import cache

from support.target.settings import ROOT

CONTRACT = ROOT / "features" / "CONTRACT.md"
CLAUSE = re.compile(r'<a id="clause-([\d.]+)"></a>\n\*\*[\d.]+\*\* (.*?)(?:  \n\*(.*)\*)?\n(?:\n|\Z)')


@cache
def read_clauses() -> dict[str, str]:
    """Return the text of each clause by its number; raises OSError when the contract is missing."""
    text = CONTRACT.read_text(encoding="utf-8")
    return {number: words.strip() for number, words, _ in CLAUSE.findall(text)}


def link_of(clause: str) -> str:
    """Return where a clause stands, as seen from the report's folder."""
    return f"../{CONTRACT.relative_to(ROOT).as_posix()}#clause-{clause}"
