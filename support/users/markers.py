"""Marks: how whatever a run writes can be told from everything else, in any text.

A run's mark says when it began; a person's mark is the run's with worker and counter.
"""

from __future__ import annotations

import random
import re
import string
from datetime import UTC, datetime

# Marks every text that a run writes: `acc`, the moment of its start in base 36 [s], two random characters.
RUN_MARK = re.compile(r"\bacc([0-9a-z]{6,8})([0-9a-z]{2})\b")
FIRST_RUN = datetime(2025, 1, 1, tzinfo=UTC)
CLOCKS_APART_S = 86400.0
PERSON_MARK = re.compile(r"acc[0-9a-z]{8,10}\.\w+-\d+")
ALPHABET = string.digits + string.ascii_lowercase


def new_run(now: datetime | None = None, part: int | None = None) -> str:
    """Make the mark of a run: sortable by its start and recognisable in any text.

    Parts of one run have different marks, whenever they begin.
    """
    seconds = int((now or datetime.now(UTC)).timestamp())
    digits = ""
    while seconds:
        seconds, digit = divmod(seconds, 36)
        digits = ALPHABET[digit] + digits
    first, second = random.SystemRandom().choices(ALPHABET, k=2)
    return f"acc{digits}{first if part is None else ALPHABET[part % len(ALPHABET)]}{second}"


def find_run(text: str) -> tuple[str, datetime] | None:
    """Find the mark of a run in a text and return it with the run's start; None when there is none.

    A word that merely looks like one, as "accessories" does, tells of a time when no run can have begun.
    """
    for found in RUN_MARK.finditer(text):
        seconds = int(found[1], 36)
        if FIRST_RUN.timestamp() <= seconds <= datetime.now(UTC).timestamp() + CLOCKS_APART_S:
            return found[0], datetime.fromtimestamp(seconds, UTC)
    return None


def is_marked_by(run: str, text: str) -> bool:
    """Return whether a text bears the whole mark of a person of a run, in whatever case it is kept."""
    return re.search(rf"\b{re.escape(run)}\.\w+-\d+", text.lower()) is not None


def find_mark(text: str) -> str | None:
    """Find the mark of a person in a text, whichever it is; None when there is none."""
    found = PERSON_MARK.search(text)
    return found[0] if found else None
