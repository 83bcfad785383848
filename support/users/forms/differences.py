"""Where two texts differ, in words."""

from __future__ import annotations

from typing import Any


def first_difference(expected: Any, shown: Any) -> str:
    """Say from which character on a text differs from the expected one; empty for what is no text."""
    if not isinstance(expected, str) or not isinstance(shown, str):
        return ""
    at = next((i for i, (a, b) in enumerate(zip(expected, shown, strict=False)) if a != b), None)
    at = min(len(expected), len(shown)) if at is None else at
    return f" (different from character {at + 1} on; {len(expected)} characters sent, {len(shown)} shown)"
