"""Whether users stand in an order: a story's own people exactly, strangers as far as all collations agree.

In a crowded list the story's people may stand behind more pages than a story walks through. Then the
strangers on the pages that were shown are judged: of each two that follow one another, where every collation
agrees.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

# The detail of a user that each order is about, by what stories call it.
SORT_MEMBERS = {
    "name": "name",
    "name, last first": "name",
    "email": "email",
    "creation date": "created_at",
    "creation date, newest first": "created_at",
}
# Collations differ over case, blanks, accents and signs, and over letters beyond English. They agree on this.
FIRST_WORD = re.compile(r"([A-Z]?[a-z]+)(?![^\W_])")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")


def find_disorder(values: Sequence[str], *, descends: bool) -> str:
    """Return what is wrong with the order of the story's own people, or nothing."""
    if list(values) != sorted(values, reverse=descends):
        return f"the order is {', '.join(clip(value, 24) for value in values)}"
    return ""


def find_disorder_of_strangers(values: Sequence[str], *, descends: bool) -> str:
    """Return which two strangers stand in the wrong order by any collation, or nothing."""
    for one, other in pairwise(values):
        earlier, later = (other, one) if descends else (one, other)
        if _is_surely_after(earlier, later):
            return f"{clip(other, 24)} follows {clip(one, 24)}"
    return ""


def _is_surely_after(one: str, other: str) -> bool:
    """Return whether one text comes after another in every order of text that a service may keep."""
    if MOMENT.match(one) and MOMENT.match(other):
        return one > other  # moments, written alike
    words = [found[1] for text in (one, other) if (found := FIRST_WORD.match(text))]
    if len(words) < len((one, other)) or words[0][0].isupper() is not words[1][0].isupper():
        return False
    first, second = (word.lower() for word in words)
    return first > second and not first.startswith(second)
