"""The plain words at the two edges of a secret, by which nobody gets in and which anybody may write.

A token may begin with `acceptance-suite-` and go on with what is secret. That beginning is told from the
report's own words by what follows it and by the signs between its words; whole secrets are none of this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from support.secrets.escapes import VISIBLE, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# In one case, as chance hardly writes so many letters.
_WORD = re.compile(r"[A-Z]?[a-z]{1,15}|[A-Z]{2,16}", re.ASCII)
_PIECES = re.compile(r"[0-9A-Za-z]+|[^0-9A-Za-z]+", re.ASCII)
_ESCAPING = frozenset("\\%&\x1b\n")  # a secret with one of these may be read in several ways
LEAST = 4  # letters; what is shorter is nowhere taken for a secret
BEYOND = 3  # characters after words that are not there by chance
LEAST_REST = 8  # letters and digits beside its words that make a secret


@dataclass(frozen=True, slots=True)
class Words:
    """The words at one edge of a form, counted in letters from that edge on."""

    spelt: tuple[bytes, ...]  # so many letters of the secret from that edge on, with the signs between them
    one: int  # of the first word; 0 where a secret consists of hardly anything but words
    every: int

    def are_all(self, length: int, least: int, written: Callable[[], bytes]) -> bool:
        """Return whether letters that are those of the secret are words that anybody may have written.

        They are not where more than words agrees, nor where several words are parted as in the secret, for
        as many letters as are told to be needed.
        """
        if length >= self.every + BEYOND:
            return False
        told = max(least, self.one + 1)
        return length < told or not written().startswith(self.spelt[told])


def leading(secret: str, form: bytes, start: int = 0) -> Words | None:
    """Return the words with which a form of a secret begins after `start` letters; None where it does not."""
    letters = _letters(secret.encode("utf-8", "surrogatepass"))
    # A form may lack its first letter.
    left_out = max((0, 1), key=lambda number: _alike(letters[number:], form))
    return _words(_PIECES.findall(secret), form[start:], left_out + start)


def trailing(secret: str, form: bytes) -> Words | None:
    """Return the words with which a form of a secret ends, read from its end on; None where it does not."""
    pieces = [piece[::-1] for piece in reversed(_PIECES.findall(secret))]
    return _words(pieces, form[::-1], 0, is_reversed=True)


@lru_cache(1024)
def spell(text: str) -> bytes:
    """Return the visible signs of a text as they are compared."""
    return fold(text, VISIBLE)


def _words(pieces: Sequence[str], form: bytes, left_out: int, *, is_reversed: bool = False) -> Words | None:
    secret = "".join(pieces)
    if not secret.isascii() or not _ESCAPING.isdisjoint(secret):
        return None
    pieces = _without(pieces, left_out)
    counts: list[int] = []
    for piece in pieces:
        if piece[0].isalnum():
            if not _WORD.fullmatch(piece[::-1] if is_reversed else piece):
                break
            counts.append(len(piece))
    common = _alike(form, _letters("".join(pieces).encode()))
    one, every = min(sum(counts[:1]), common), min(sum(counts), common)
    if every < LEAST:
        return None
    rest = len(form) - every
    is_named = rest >= LEAST_REST and 2 * rest > one
    return Words(_spelt("".join(pieces)), one if is_named else 0, every)


def _spelt(secret: str) -> tuple[bytes, ...]:
    ends = [match.end() for match in re.finditer("[0-9A-Za-z]", secret)]
    return tuple(spell(secret[:end]) for end in (0, *ends))


def _without(pieces: Sequence[str], left_out: int) -> list[str]:
    """Leave out so many letters and digits at the beginning, and the signs between them."""
    kept = list(pieces)
    while left_out and kept:
        first = kept.pop(0)
        if first[0].isalnum():
            if len(first) > left_out:
                kept.insert(0, first[left_out:])
            left_out -= min(left_out, len(first))
    return kept


def _letters(text: bytes) -> bytes:
    return bytes(sign for sign in text.lower() if chr(sign).isalnum() and sign < 0x80)


def _alike(one: bytes, other: bytes) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
