"""What the contract says, for readers of the report: `features/CONTRACT.md`, read once."""

from __future__ import annotations

import re
from functools import cache

from support.target.settings import ROOT

CONTRACT = ROOT / "features" / "CONTRACT.md"
CLAUSE = re.compile(r'<a id="clause-([\d.]+)"></a>\n\*\*[\d.]+\*\* (.*?)(?:  \n\*(.*)\*)?\n(?:\n|\Z)')
PART = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)
SENTENCE = re.compile(r"^\| \[([\d.]+)\]\(#clause-[\d.]+\) \| (.+) \|$", re.MULTILINE)
PROMISE = re.compile(r"^\| `([a-z-]+)` \| (.+?) \| \[", re.MULTILINE)


@cache
def _read() -> str:
    return CONTRACT.read_text(encoding="utf-8")


@cache
def read_clauses() -> dict[str, str]:
    """Return the text of each clause by its number; raises OSError when the contract is missing."""
    return {number: words.strip() for number, words, _ in CLAUSE.findall(_read())}


@cache
def read_sentences() -> dict[str, str]:
    """Return what each clause says in a plain sentence, by its number."""
    return dict(SENTENCE.findall(_read()))


@cache
def read_parts() -> dict[str, str]:
    """Return the titles of the contract's parts, by the first number of their clauses."""
    return dict(PART.findall(_read()))


@cache
def read_promises() -> dict[str, str]:
    """Return what each promise of a profile says in a plain half sentence, by its name."""
    return dict(PROMISE.findall(_read()))


def link_of(clause: str) -> str:
    """Return where the report says how a clause fares: on the page beside it, which is published with it."""
    return f"promises.html#clause-{clause}"
