"""Finds registered secrets in texts: whole in any encoding, and what a shortened one left over.

Gives places, changes nothing. Secrets that begin alike, such as the passwords of one people, share one
search, so that a text costs the same with three of them as with thousands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.secrets.encodings import Literal, Reduced, alternatives, codings, readings, reduce, spell_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REDUCIBLE = 12  # letters and digits from which on a reduced form cannot be met by chance
HEAD = 8
REMNANT = 6  # letters and digits that a shortened secret may not leave over
LONG_REMNANT = 10
FARTHEST = 400  # letters and digits beside a cut that may be of one secret
Span = tuple[int, int, str]  # begin, end, label
# Where something was left out: what stands next to it may be the rest of a secret.
_CUT = re.compile(r"\.{3,}|…|\\+u2026|&hellip;|&#8230;")
_CUT_LINES = re.compile(r"(?m)^(?:E\s+)?(?:[-+?] )?|$")
_SKIPPING = " identical "  # pytest's "Skipping 42 identical leading characters in diff"


@dataclass(frozen=True, slots=True)
class _Form:
    """One reduced form of a secret; what stands before `start` only repeats the label."""

    text: bytes
    label: str
    start: int
    before: str  # pattern of what stands before the first letter or digit
    after: str

    @property
    def head(self) -> bytes:
        return self.text[self.start : self.start + HEAD]


class Detector:
    """Learns secrets and finds them; learning needs a lock of the caller's, finding none."""

    def __init__(self) -> None:
        self._heads: tuple[bytes, ...] = ()
        self._by_head: dict[bytes, list[_Form]] = {}
        self._by_start: dict[bytes, list[_Form]] = {}
        self._by_end: dict[bytes, list[_Form]] = {}
        self._literals: tuple[tuple[Literal, str], ...] = ()

    def learn(self, secret: str, label: str) -> None:
        """Find this secret from now on."""
        forms = [reading for reading in readings(secret) if reading]
        if min((len(form) for form in forms), default=0) < REDUCIBLE:
            self._literals = (*self._literals, (spell_out(secret), label))
            return
        before, after = _edges(secret)
        name = reduce(label)
        for form in forms:
            start = len(name) if form.startswith(name) and len(form) - len(name) >= HEAD else 0
            self._add(_Form(form, label, start, before, after))
        for coding in codings(secret):
            self._add(_Form(reduce(coding), label, 0, "", ""))

    def _add(self, form: _Form) -> None:
        for index, key in (
            (self._by_start, form.text[form.start :][:REMNANT]),
            (self._by_end, form.text[-REMNANT:]),
            (self._by_head, form.head),
        ):
            index.setdefault(key, []).append(form)
        if len(self._by_head) != len(self._heads):
            self._heads = tuple(self._by_head)

    def find(self, text: str) -> list[Span]:
        """Return where secrets stand: begin, end, label; in no order, they may overlap."""
        spans: list[Span] = []
        form = reduce(text)
        for literal, label in self._literals:
            spans += _find_literal(literal, label, text, form)
        hits = [head for head in self._heads if head in form]
        if hits:
            spans += self._find_forms(hits, text)
        if "..." in text or "…" in text or "u2026" in text or _SKIPPING in text or "#8230" in text:
            spans += self._find_remnants(text)
        return spans

    def _find_forms(self, heads: Iterable[bytes], text: str) -> Iterator[Span]:
        reduced = Reduced(text)
        for head in heads:
            for place in _places(head, reduced.form):
                form, length = max(
                    ((form, _common(form, reduced.form, place)) for form in tuple(self._by_head[head])),
                    key=lambda pair: (pair[1] == len(pair[0].text), pair[1]),
                )
                if length == len(form.text):
                    begin, end = reduced.span(place - form.start, place - form.start + length)
                    yield *_widen(text, begin, end, form), form.label
                elif length - form.start >= LONG_REMNANT:
                    yield *reduced.span(place - form.start, place - form.start + length), form.label

    def _find_remnants(self, text: str) -> Iterator[Span]:
        """Find beginnings of secrets just before a cut, and ends of them just after one."""
        reduced = Reduced(text)
        cuts = list(_CUT.finditer(text))
        if _SKIPPING in text:
            cuts += _CUT_LINES.finditer(text)
        for cut in cuts:
            before, after = reduced.index(cut.start()), reduced.index(cut.end())
            yield from self._find_beginning(reduced, before)
            yield from self._find_end(reduced, after)

    def _find_beginning(self, reduced: Reduced, before: int) -> Iterator[Span]:
        for place in range(max(0, before - 400), before - REMNANT + 1):
            for form in self._by_start.get(reduced.form[place : place + REMNANT], ()):
                begin = place - form.start
                if begin >= 0 and form.text.startswith(reduced.form[begin:before]):
                    yield *reduced.span(begin, before), form.label

    def _find_end(self, reduced: Reduced, after: int) -> Iterator[Span]:
        for end in range(after + REMNANT, min(len(reduced.form), after + 400) + 1):
            for form in self._by_end.get(reduced.form[end - REMNANT : end], ()):
                if form.text.endswith(reduced.form[after:end]):
                    yield *reduced.span(after, end), form.label


def _edges(secret: str) -> tuple[str, str]:
    """Return the patterns of what a secret has before its first and after its last letter or digit."""
    match = re.fullmatch(r"([^0-9A-Za-z]*)(.*?)([^0-9A-Za-z]*)", secret, re.DOTALL)
    assert match is not None
    return "".join(map(alternatives, match[1])), "".join(map(alternatives, match[3]))


def _widen(text: str, begin: int, end: int, form: _Form) -> tuple[int, int]:
    """Take in the signs at both ends of a secret that was found by its letters."""
    if form.after:
        match = re.compile(form.after, re.IGNORECASE).match(text, end)
        end = match.end() if match else end
    if form.before:
        match = re.compile(f"(?:{form.before})$", re.IGNORECASE).search(text, max(0, begin - 200), begin)
        begin = match.start() if match else begin
    return begin, end


def _places(head: bytes, form: bytes) -> Iterator[int]:
    place = form.find(head)
    while place >= 0:
        yield place
        place = form.find(head, place + 1)


def _common(form: _Form, text: bytes, place: int) -> int:
    """Return how many characters of a form stand in a text whose head is at `place`; 0 for none."""
    begin = place - form.start
    if begin < 0 or not text.startswith(form.text[: form.start], begin):
        return 0
    if text.startswith(form.text, begin):
        return len(form.text)
    pairs = enumerate(zip(form.text, text[begin : begin + len(form.text)], strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), len(text) - begin)


def _find_literal(literal: Literal, label: str, text: str, form: bytes) -> Iterator[Span]:
    for coding in literal.codings:
        place = text.find(coding)
        while place >= 0:
            yield place, place + len(coding), label
            place = text.find(coding, place + 1)
    if any(reading in form for reading in literal.readings):
        for match in literal.pattern.finditer(text):
            yield *match.span(), label
