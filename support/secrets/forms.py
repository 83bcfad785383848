"""An index of the forms in which secrets stand in folded texts, and the search for all of them at once."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.secrets.words import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from support.secrets.folded import Folded
    from support.secrets.words import Words

HEAD = 8
# At least ten characters of a secret stand together. Of three places in a row one is 0, 3 or 6 away from a
# multiple of eight, so that to look there is enough; and the characters at these places are read as numbers.
SHIFTS = (0, 3, 6)
NEXT = 3
REMNANT = 6  # characters that a shortened secret may not leave over
LONG_REMNANT = 10  # the same where nothing tells that it was shortened
FARTHEST = 400  # folded characters beside a cut that may be of one secret, if none is longer
NEXT_LINE = 40  # folded characters between the two parts of a secret that was broken over lines
EDGE = 200  # characters beside a secret that may be signs of its own, escaped
STRETCH = 1 << 16  # folded characters that are taken to pieces at a time
LINE_BREAK = re.compile(r"\n|\\+n")  # escaped as well
Span = tuple[int, int, str]  # begin, end, label
# What a cut through the middle of an escape or of a character of several bytes leaves over, beside signs.
DEBRIS = re.compile(r"(?:[0-9A-Fa-fuUxX]|[^\w\s]){0,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """One folded form of a secret; what stands before `start` only repeats the label."""

    text: bytes
    label: str
    start: int = 0
    before: str = ""  # pattern of what folding dropped at its beginning
    after: str = ""
    word: str = ""  # the secret, if it is found only where it stands alone
    is_short: bool = False
    least: int = LONG_REMNANT  # characters that are told from a word that only begins alike
    first_words: Words | None = None  # with which it begins, or ends
    last_words: Words | None = None

    @property
    def head(self) -> bytes:
        """By which it is looked for."""
        return self.text[self.start : self.start + HEAD]

    @property
    def least_broken(self) -> int:
        """How long it must be for its beginning to tell that it is meant: a short one may go on otherwise."""
        return 2 * HEAD if self.is_short else 0

    @property
    def least_remnant(self) -> int:
        """How much of it must be left over to be recognised: of a short secret, most of it."""
        return max(REMNANT, -(-2 * len(self.text) // 3)) if self.is_short else REMNANT


class Forms:
    """Forms by their beginnings and ends."""

    def __init__(self) -> None:
        self._brief: tuple[bytes, ...] = ()  # the heads of forms too short to be found by a part
        self._by_part: dict[int, set[bytes]] = {}  # heads by what stands where they begin, or just after
        self._parts: set[int] = set()
        self._by_head: dict[bytes, list[Form]] = {}
        self._by_start: dict[bytes, list[Form]] = {}
        self._by_end: dict[bytes, list[Form]] = {}
        self.farthest = FARTHEST

    def __bool__(self) -> bool:
        return bool(self._by_head)

    def add(self, form: Form) -> None:
        """Take a form in."""
        self._by_head.setdefault(form.head, []).append(form)
        self.farthest = max(self.farthest, len(form.text))
        if len(form.text) - form.start < HEAD + NEXT - 1:
            self._brief = tuple({*self._brief, form.head})
        else:
            for at in range(form.start, form.start + NEXT):
                part = int.from_bytes(form.text[at : at + HEAD], sys.byteorder)
                self._by_part.setdefault(part, set()).add(form.head)
                self._parts.add(part)
        if not form.word and len(form.text) - form.start >= form.least_remnant:
            self._by_start.setdefault(form.text[form.start :][:REMNANT], []).append(form)
            self._by_end.setdefault(form.text[-REMNANT:], []).append(form)

    def hits(self, text: bytes) -> list[bytes]:
        """Return the beginnings of forms that stand in a folded text."""
        found = {head for head in self._brief if head in text}
        whole = memoryview(text)
        for shift in SHIFTS:
            size = (len(text) - shift) // HEAD * HEAD
            for part in self._parts.intersection(whole[shift : shift + max(size, 0)].cast("Q")):
                found.update(head for head in tuple(self._by_part[part]) if head in text)
        return [*found]

    def find(self, heads: Iterable[bytes], folded: Folded, text: str) -> Iterator[Span]:
        """Find secrets that begin with one of the heads: whole, and long beginnings of them.

        Of those that go over lines, the last one is found wherever it stands again: a diff shows a line that
        has changed twice.
        """
        tails: dict[bytes, str] = {}
        for head in heads:
            for place in _places(head, folded.form, 0, len(folded.form)):
                form, length = max(
                    ((form, _common(form, folded.form, place)) for form in tuple(self._by_head[head])),
                    key=lambda pair: (pair[1] == len(pair[0].text), pair[1]),
                )
                begin, end = place - form.start, place - form.start + length
                if length == len(form.text):
                    if not form.word or _stands_alone(form, folded, begin, end, text):
                        yield *_widen(text, *folded.span(begin, end), form), form.label
                        tails[_last_line(folded, begin, end)] = form.label
                elif _is_long_enough(form, folded, place, end):
                    yield *folded.span(begin, end), form.label
                    yield from _find_next_lines(form, folded, end, length)
        for tail, label in tails.items():
            if len(tail) >= LONG_REMNANT:
                for place in _places(tail, folded.form, 0, len(folded.form)):
                    yield *folded.span(place, place + len(tail)), label

    def find_remnants(self, folded: Folded, text: str, cuts: Sequence[tuple[int, int]]) -> Iterator[Span]:
        """Find beginnings of secrets just before a cut, and ends of them just after one.

        `cuts` are places in the text, in order. What is beside a cut does not go beyond the next one. Between
        a cut and what it left of a secret may be half an escape and signs that folding dropped.
        """
        begins, ends = self._remnants(folded, cuts)
        if not (begins or ends):
            return  # where the cuts are in the folded text need not be known
        places = [(folded.index(begin), folded.index(end)) for begin, end in cuts]
        size = len(folded.form)
        for number, (before, after) in enumerate(places):
            least = places[number - 1][1] if number else 0
            most = places[number + 1][0] if number + 1 < len(places) else size
            for first, last, label in self._find_beginning(
                begins, folded, max(least, before - self.farthest), before
            ):
                begin, end = folded.span(first, last)
                if DEBRIS.fullmatch(text, end, cuts[number][0]):
                    yield begin, cuts[number][0], label
                elif last == before:
                    yield begin, end, label
            for first, last, label in self._find_end(ends, folded, after, min(most, after + self.farthest)):
                begin, end = folded.span(first, last)
                if DEBRIS.fullmatch(text, cuts[number][1], begin):
                    yield cuts[number][1], end, label
                elif first == after:
                    yield begin, end, label

    def _remnants(self, folded: Folded, cuts: Sequence[tuple[int, int]]) -> tuple[set[bytes], set[bytes]]:
        """Return the shortest beginnings and ends of forms that stand anywhere near some places of a text."""
        begins: set[bytes] = set()
        ends: set[bytes] = set()
        shortest = tuple(self._by_start)  # as other threads may be learning
        for part in folded.near(cuts, self.farthest):
            begins.update(key for key in shortest if key in part)
            for at in range(0, len(part), STRETCH):
                stretch = part[at : at + STRETCH + REMNANT - 1]
                keys = {stretch[place : place + REMNANT] for place in range(len(stretch))}
                ends |= keys & self._by_end.keys()
        return begins, ends

    def _find_beginning(
        self, keys: Iterable[bytes], folded: Folded, least: int, before: int
    ) -> Iterator[Span]:
        for place in _all_places(keys, folded.form, least, before):
            for form in self._by_start[folded.form[place : place + REMNANT]]:
                begin = place - form.start
                length = _alike(form.text, folded.form[begin:before]) if begin >= 0 else 0
                end = begin + length
                is_enough = end - place >= form.least_remnant
                if is_enough and not _begins_with_words(form, folded, place, end, end - place):
                    yield begin, end, form.label

    def _find_end(self, keys: Iterable[bytes], folded: Folded, after: int, most: int) -> Iterator[Span]:
        for place in _all_places(keys, folded.form, after, most):
            end = place + REMNANT
            for form in self._by_end[folded.form[place:end]]:
                length = _alike(form.text[::-1], folded.form[after:end][::-1])
                begin = end - length
                if length >= form.least_remnant and not _ends_with_words(form, folded, begin, end):
                    yield begin, end, form.label


def _is_long_enough(form: Form, folded: Folded, begin: int, end: int) -> bool:
    """Return whether a beginning of a secret tells that the secret is meant; it may go on otherwise."""
    if end - begin < form.least or len(form.text) < form.least_broken:
        return False
    return not _begins_with_words(form, folded, begin, end, form.least)


def _begins_with_words(form: Form, folded: Folded, begin: int, end: int, least: int) -> bool:
    """Return whether a beginning of a secret is but words that anybody may have written."""
    words = form.first_words
    return words is not None and words.are_all(end - begin, least, lambda: spell(folded.text(begin, end)))


def _ends_with_words(form: Form, folded: Folded, begin: int, end: int) -> bool:
    """Return the same of an end."""
    words = form.last_words
    return words is not None and words.are_all(
        end - begin, end - begin, lambda: spell(folded.text(begin, end))[::-1]
    )


def _last_line(folded: Folded, begin: int, end: int) -> bytes:
    """Return what stands of a secret on the last of several lines; nothing where there is one."""
    first, _ = folded.span(begin, end)
    breaks = [*LINE_BREAK.finditer(folded.text(begin, end))]
    return folded.form[folded.index(first + breaks[-1].end()) : end] if breaks else b""


def _find_next_lines(form: Form, folded: Folded, end: int, done: int) -> Iterator[Span]:
    """Find the rest of a secret of which the beginning was found: something stands between its lines."""
    while len(form.text) - done >= REMNANT:
        rest = form.text[done:]
        place = folded.form.find(rest[:REMNANT], end, end + NEXT_LINE + REMNANT)
        if place < 0:
            return
        length = _alike(rest, folded.form[place : place + len(rest)])
        yield *folded.span(place, place + length), form.label
        end, done = place + length, done + length


def _stands_alone(form: Form, folded: Folded, begin: int, end: int, text: str) -> bool:
    """Return whether what was found is the word itself and no part or other spelling of one."""
    if folded.is_within_word(begin, end):
        return False
    first, last = folded.span(begin, end)
    written = text[first:last]
    return written == form.word or not written.isalnum()


def _widen(text: str, begin: int, end: int, form: Form) -> tuple[int, int]:
    """Take in the signs at both ends of a secret that folding dropped."""
    if form.after:
        match = re.compile(form.after, re.IGNORECASE).match(text, end, end + EDGE)
        end = match.end() if match else end
    if form.before:
        match = re.compile(f"(?:{form.before})$", re.IGNORECASE).search(text, max(0, begin - EDGE), begin)
        begin = match.start() if match else begin
    return begin, end


def _places(part: bytes, form: bytes, least: int, most: int) -> Iterator[int]:
    place = form.find(part, least, most)
    while place >= 0:
        yield place
        place = form.find(part, place + 1, most)


def _all_places(parts: Iterable[bytes], form: bytes, least: int, most: int) -> list[int]:
    """Return where any of the parts stands between two places of a form, in order."""
    return sorted(place for part in parts for place in _places(part, form, least, most))


def _common(form: Form, text: bytes, place: int) -> int:
    """Return how many characters of a form stand in a text whose head is at `place`; 0 for none."""
    begin = place - form.start
    if begin < 0 or not text.startswith(form.text[: form.start], begin):
        return 0
    return _alike(form.text, text[begin : begin + len(form.text)])


def _alike(one: bytes, other: bytes) -> int:
    """Return how many characters two texts have in common at their beginning."""
    if one == other:
        return len(one)
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(one), len(other)))
