"""How a text that was sent came from a value that was told before: whole, cut, longer, in other letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CASES = ("upper", "lower", "swapcase")
LONGEST_CUT = 3  # characters that a cut value lacks, where it is told by what it lacks
COMMON = 8  # characters that a value must have in common with another one to be made from it


def relate(text: str, known: Sequence[tuple[str, str]], *, loosely: bool = False) -> str | None:
    """Return a template that makes the text from one of the known values (symbol, value), or None.

    The last one known comes first. `loosely` takes a common beginning for enough.
    """
    if not text:
        return None
    ways = (_same, _in_other_letters, _cut, _longer, _flipped, *((_begins_alike,) if loosely else ()))
    for way in ways:
        for symbol, value in reversed(known):
            template: str = way(text, symbol, value) if value else ""
            if template:
                return template
    return None


def symbol_of(symbol: str, change: str = "") -> str:
    """Write a symbol of a template."""
    return f"\u00ab{symbol}|{change}\u00bb" if change else f"\u00ab{symbol}\u00bb"


def _same(text: str, symbol: str, value: str) -> str:
    return symbol_of(symbol) if text == value else ""


def _in_other_letters(text: str, symbol: str, value: str) -> str:
    return next((symbol_of(symbol, case) for case in CASES if getattr(value, case)() == text), "")


def _cut(text: str, symbol: str, value: str) -> str:
    missing = len(value) - len(text)
    if not value.startswith(text) or len(text) < min(4, len(value) - 1) or missing <= 0:
        return ""
    return symbol_of(symbol, f"short {missing}" if missing <= LONGEST_CUT else f"first {len(text)}")


def _longer(text: str, symbol: str, value: str) -> str:
    at = text.find(value)
    if at < 0 or len(value) < 2:
        return ""
    before, after = text[:at], text[at + len(value) :]
    if value.isdigit() and after[:1].isdigit():
        return ""
    return f"{before}{symbol_of(symbol)}{after}"


def _flipped(text: str, symbol: str, value: str) -> str:
    if len(text) != len(value) or len(value) < COMMON:
        return ""
    places = [place for place, (a, b) in enumerate(zip(text, value, strict=True)) if a != b]
    return symbol_of(symbol, f"flip {places[0]}") if len(places) == 1 else ""


def _begins_alike(text: str, symbol: str, value: str) -> str:
    same = next((n for n, (a, b) in enumerate(zip(text, value, strict=False)) if a != b), 0)
    return f"{symbol_of(symbol, f'first {same}')}{text[same:]}" if same >= COMMON else ""
