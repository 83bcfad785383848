"""A folded text and the way back from there: where in the text each of its characters stands.

The way back is dear, and hardly ever needed: only near what looks like a secret. So a text is read block by
block, and each block is mapped when somebody asks for a place in it. Blocks are as long as the text is where
nothing tells that no escape goes over their end.

Knows nothing of secrets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from support.secrets.escapes import LOWER, RUN, SINGLE, fold, read, undo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from support.secrets.escapes import Folding

BLOCK = 2048  # characters of a text, at least, but for places that are asked for
FEW = 16  # such places, besides one for each block
# Before these a text can be parted: they stand in no escape, or only where one begins, and no word goes over
# them.
_PARTING = re.compile(r"[\n\x1b&!$()*,./:<=?@^{|}~-]|[^\x00-\x7f]|%(?!(?:25)*(?:5[cC]|3[bB]|23))")


class Reading:
    """A text with its escapes undone; `places` are some that will be asked for, if they are few."""

    __slots__ = ("_parts", "_starts", "_text", "_undone")

    def __init__(self, text: str, places: Sequence[int] = ()) -> None:
        self._text = text
        self._starts = _part(text)
        if len(places) <= len(self._starts) + FEW:
            self._starts = sorted({*self._starts, *(at for at in places if _PARTING.match(text, at))})
        ends = (*self._starts[1:], len(text))
        self._parts = [undo(text[begin:end]) for begin, end in zip(self._starts, ends, strict=True)]
        self._undone = b"".join(self._parts)

    def folded(self, folding: Folding) -> Folded:
        """Return the text folded."""
        form = self._undone.translate(LOWER, folding.dropped)
        if len(self._parts) == 1:
            sizes = [len(form)]
        else:
            sizes = [len(part.translate(None, folding.dropped)) for part in self._parts]
        return Folded(self._text, folding, form, self._starts, [*accumulate(sizes, initial=0)])


def _part(text: str) -> list[int]:
    """Return where the blocks of a text begin."""
    starts = [0]
    while match := _PARTING.search(text, starts[-1] + BLOCK):
        starts.append(match.start())
    return starts


class Folded:
    """A folded text, and where its characters stand in the text."""

    __slots__ = ("_blocks", "_folding", "_offsets", "_starts", "_text", "form")

    def __init__(
        self, text: str, folding: Folding, form: bytes, starts: list[int], offsets: list[int]
    ) -> None:
        self.form = form
        self._text, self._folding = text, folding
        # Of each block: where it begins in the text, and how many folded characters come before it.
        self._starts, self._offsets = starts, offsets
        self._blocks: dict[int, Block] = {}

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where in the text the folded characters from `begin` to before `end` stand."""
        return self._place(begin)[0], self._place(end - 1)[1]

    def text(self, begin: int, end: int) -> str:
        """Return the text in which the folded characters from `begin` to before `end` stand."""
        first, last = self.span(begin, end)
        return self._text[first:last]

    def index(self, place: int) -> int:
        """Return how many folded characters stand before a place in the text."""
        number = max(0, bisect_right(self._starts, place - 1) - 1)
        return self._offsets[number] + self._block(number).index(place - self._starts[number])

    def is_within_word(self, begin: int, end: int) -> bool:
        """Return whether the same run goes on before or after these folded characters with a word's sign."""
        first, last = self._holding(begin), self._holding(end - 1)
        is_after_word = self._block(first).is_after_word(begin - self._offsets[first])
        return is_after_word or self._block(last).is_before_word(end - self._offsets[last])

    def near(self, places: Iterable[tuple[int, int]], most: int) -> list[bytes]:
        """Return the folded parts around some places of the text, in order: at least `most` on both sides."""
        parts: list[tuple[int, int]] = []

        def add(begin: int, end: int) -> None:
            if parts and begin <= parts[-1][1]:
                begin, _ = parts.pop()
            parts.append((begin, end))

        for begin, end in places:
            first, last = bisect_right(self._starts, begin) - 1, bisect_right(self._starts, end) - 1
            before, after = self._offsets[first], self._offsets[last + 1]
            if self._starts[first] == begin:  # where the place ends need not be looked up
                after = before + len(fold(self._text[begin:end], self._folding))
                add(max(before - most, 0), before)
                before = after
            add(max(before - most, 0), after + most)
        return [self.form[begin:end] for begin, end in parts]

    def _place(self, index: int) -> tuple[int, int]:
        number = self._holding(index)
        begin, end = self._block(number).place(index - self._offsets[number])
        return self._starts[number] + begin, self._starts[number] + end

    def _holding(self, index: int) -> int:
        """Return the number of the block that holds a folded character."""
        return bisect_right(self._offsets, index) - 1

    def _block(self, number: int) -> Block:
        if number not in self._blocks:
            end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
            self._blocks[number] = Block(self._text[self._starts[number] : end], self._folding)
        return self._blocks[number]


class Block:
    """A part of a text, folded, with the place of each character; counted from its own beginning."""

    __slots__ = ("_offsets", "_places", "form")

    def __init__(self, text: str, folding: Folding) -> None:
        # Of each piece: how many folded characters come before it; where it begins in the text, and where it
        # ends if it is an escape and indivisible. A run of letters counts its characters.
        self._offsets: list[int] = []
        self._places: list[tuple[int, int]] = []
        parts: list[bytes] = []
        length, dropped = 0, folding.dropped
        for match in folding.pieces.finditer(text):
            kind = match.lastindex
            if kind is None:
                continue
            if kind == RUN:
                part, place = match[RUN].encode(), (match.start(), 0)
            elif kind == SINGLE:
                part, place = match[SINGLE].encode("utf-8", "surrogatepass"), match.span()
            else:
                char = _keep(kind, match[kind], dropped)
                part, place = char or b"", match.span()
                if char is None:
                    part, place = match[kind].encode(), (match.start(kind), 0)
            if part:
                self._offsets.append(length)
                self._places.append(place)
                parts.append(part)
                length += len(part)
        self.form = b"".join(parts).translate(LOWER)

    def place(self, index: int) -> tuple[int, int]:
        """Return where in the text a folded character stands."""
        piece = self._piece(index)
        begin, end = self._places[piece]
        if end:
            return begin, end
        begin += index - self._offsets[piece]
        return begin, begin + 1

    def index(self, place: int) -> int:
        """Return how many folded characters stand before a place in the text."""
        piece = bisect_right(self._places, (place,)) - 1
        if piece < 0:
            return 0
        end = self._end(piece)
        begin, whole = self._places[piece]
        return end if whole else min(self._offsets[piece] + place - begin, end)

    def is_after_word(self, begin: int) -> bool:
        """Return whether the run of this folded character has a word's sign before it."""
        is_first = begin <= self._offsets[self._piece(begin)]
        return not is_first and _is_of_word(self.form[begin - 1 : begin])

    def is_before_word(self, end: int) -> bool:
        """Return whether the run of the folded character before `end` goes on with a word's sign."""
        is_last = end >= self._end(self._piece(end - 1))
        return not is_last and _is_of_word(self.form[end : end + 1])

    def _piece(self, index: int) -> int:
        return bisect_right(self._offsets, index) - 1

    def _end(self, piece: int) -> int:
        return self._offsets[piece + 1] if piece + 1 < len(self._offsets) else len(self.form)


@lru_cache(4096)
def _keep(kind: int, told: str, dropped: bytes) -> bytes | None:
    char = read(kind, told)
    return None if char is None else char.translate(None, dropped)


def _is_of_word(char: bytes) -> bool:
    return char.isalnum() or char == b"_"
