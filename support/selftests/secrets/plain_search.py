"""The search for secrets without any short cut: every text is mapped whole, and every place is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.secrets import detector as quick
from support.secrets.escapes import LETTERS, VISIBLE
from support.secrets.folded import Block, Folded
from support.secrets.forms import DEBRIS, REMNANT
from support.secrets.words import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.secrets.escapes import Folding
    from support.secrets.forms import Forms, Span
    from support.secrets.words import Words


def fold_whole(text: str, folding: Folding) -> Folded:
    """Map a text in one block."""
    form = Block(text, folding).form
    return Folded(text, folding, form, [0], [0, len(form)])


def find_plainly(detector: quick.Detector, text: str) -> set[Span]:
    """Return what `Detector.find_written` has to find."""
    spans: list[Span] = []
    for secret, label in detector._exact:
        spans += ((at, at + len(secret), label) for at in range(len(text)) if text.startswith(secret, at))
    cuts = quick._cuts(text)
    for forms, folding in ((detector._long, LETTERS), (detector._short, VISIBLE)):
        if forms:
            folded = fold_whole(text, folding)
            spans += forms.find([head for head in forms._by_head if head in folded.form], folded, text)
            spans += _find_remnants(forms, folded, text, cuts)
    return set(spans)


def _find_remnants(forms: Forms, folded: Folded, text: str, cuts: list[tuple[int, int]]) -> Iterator[Span]:
    places = [(folded.index(begin), folded.index(end)) for begin, end in cuts]
    for number, (before, after) in enumerate(places):
        cut_begin, cut_end = cuts[number]
        least = max(places[number - 1][1] if number else 0, before - forms.farthest)
        for first, last, label in _beginnings(forms, folded, least, before):
            begin, end = folded.span(first, last)
            if DEBRIS.fullmatch(text[end:cut_begin]):
                yield begin, cut_begin, label
            elif last == before:
                yield begin, end, label
        most = places[number + 1][0] if number + 1 < len(places) else len(folded.form)
        for first, last, label in _ends(forms, folded, after, min(most, after + forms.farthest)):
            begin, end = folded.span(first, last)
            if DEBRIS.fullmatch(text[cut_end:begin]):
                yield cut_end, end, label
            elif first == after:
                yield begin, end, label


def _beginnings(forms: Forms, folded: Folded, least: int, before: int) -> Iterator[Span]:
    for place in range(least, before - REMNANT + 1):
        for form in forms._by_start.get(folded.form[place : place + REMNANT], ()):
            first = place - form.start
            length = _alike(form.text, folded.form[first:before]) if first >= 0 else 0
            count = length - form.start
            if count >= form.least_remnant:
                written = spell(folded.text(place, place + count))
                if not _are_words(form.first_words, count, written):
                    yield first, first + length, form.label


def _ends(forms: Forms, folded: Folded, after: int, most: int) -> Iterator[Span]:
    for last in range(after + REMNANT, most + 1):
        for form in forms._by_end.get(folded.form[last - REMNANT : last], ()):
            length = _alike(form.text[::-1], folded.form[after:last][::-1])
            if length >= form.least_remnant:
                written = spell(folded.text(last - length, last))[::-1]
                if not _are_words(form.last_words, length, written):
                    yield last - length, last, form.label


def _are_words(words: Words | None, count: int, written: bytes) -> bool:
    return words is not None and words.are_all(count, count, lambda: written)


def _alike(one: bytes, other: bytes) -> int:
    return next((size for size in range(min(len(one), len(other)), 0, -1) if one[:size] == other[:size]), 0)
