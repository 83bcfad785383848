"""The search for secrets without any short cut: every text is mapped whole, and every place is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.secrets import detector as quick
from support.secrets.escapes import LETTERS, VISIBLE
from support.secrets.folded import Block, Folded
from support.secrets.forms import FARTHEST, REMNANT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.secrets.escapes import Folding
    from support.secrets.forms import Forms, Span


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
            spans += forms.find([head for head in forms._heads if head in folded.form], folded, text)
            spans += _find_remnants(forms, folded, cuts)
    return set(spans)


def _find_remnants(forms: Forms, folded: Folded, cuts: list[tuple[int, int]]) -> Iterator[Span]:
    places = [(folded.index(begin), folded.index(end)) for begin, end in cuts]
    for number, (before, after) in enumerate(places):
        least = max(places[number - 1][1] if number else 0, before - FARTHEST)
        for place in range(least, before - REMNANT + 1):
            for form in forms._by_start.get(folded.form[place : place + REMNANT], ()):
                begin = place - form.start
                is_enough = begin >= 0 and before - place >= form.least_remnant
                if is_enough and form.text.startswith(folded.form[begin:before]):
                    yield *folded.span(begin, before), form.label
        most = places[number + 1][0] if number + 1 < len(places) else len(folded.form)
        for end in range(after + REMNANT, min(most, after + FARTHEST) + 1):
            for form in forms._by_end.get(folded.form[end - REMNANT : end], ()):
                if end - after >= form.least_remnant and form.text.endswith(folded.form[after:end]):
                    yield *folded.span(after, end), form.label
