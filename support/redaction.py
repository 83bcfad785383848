"""The one place that hides secrets: every registered one in all its disguises, and what goes by a telling name.

Hides when something is rendered, never when it is judged. A text without a secret is given back as the same
object, at the cost of a few searches. What it cannot find is what nobody registered and no name gives away.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from support.disguises import Literal, Reduced, alternatives, codings, readings, reduce, spell_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Whoever is satisfied with three characters has no secret; hiding them would blacken every report.
SHORTEST = 4
REDUCIBLE = 12  # letters and digits from which on a reduced form cannot be met by chance
HEAD = 8
REMNANT = 6  # letters and digits that a shortened secret may not leave over
LONG_REMNANT = 10
HIDDEN = "hidden"
HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token"}
)
_FIELD_WORDS = (
    "passw",
    "secret",
    "token",
    "key",
    "pwd",
    "passphrase",
    "credential",
    "authorization",
    "cookie",
)
_FIELD = (
    r"[\w.-]*(?:password|passwd|passphrase|secret|credential)s?"
    r"|(?:access|refresh|id|auth|bearer|session|api|csrf|xsrf)?[_-]?token"
    r"|(?:x[_-])?(?:api|private|secret)[_-]?key|pwd|authorization|(?:set-)?cookie"
)
_SCHEME = re.compile(r"(bearer|basic|digest|token|apikey|negotiate)\s+(\S.*)", re.IGNORECASE | re.DOTALL)
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


def _placeholder(label: str) -> str:
    return (
        f"\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}{label}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    )


class Redactor:
    """Hides registered secrets; safe to use from several threads.

    Secrets that begin alike, such as the passwords of one cast, cost one search together.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._labels: dict[str, str] = {}
        self._heads: tuple[bytes, ...] = ()
        self._by_head: dict[bytes, list[_Form]] = {}
        self._by_start: dict[bytes, list[_Form]] = {}
        self._by_end: dict[bytes, list[_Form]] = {}
        self._literals: tuple[tuple[Literal, str], ...] = ()
        self._headers: frozenset[str] = HEADERS
        self._own_fields: tuple[str, ...] = ()
        self._compile_fields()

    def register(self, secret: str, label: str) -> None:
        """Hide a secret from now on, as `‹label›`; again does nothing, and less than 4 characters neither."""
        if secret in self._labels or len(secret.strip()) < SHORTEST:
            return
        with self._lock:
            if secret not in self._labels:
                self._labels[secret] = label
                self._learn(secret, label)
        lines = [line.strip() for line in secret.splitlines()]
        if len(lines) > 1:  # a key in PEM form may be shown line by line
            for line in lines:
                if len(line) >= REDUCIBLE and not line.startswith("-----"):
                    self.register(line, label)

    def hide_header(self, name: str) -> None:
        """Hide the whole value of a header that a profile names."""
        self._headers |= {name.lower()}

    def hide_field(self, name: str) -> None:
        """Hide the value of a field that a profile names, wherever it stands in a body."""
        with self._lock:
            self._own_fields = (*self._own_fields, name)
            self._compile_fields()

    def text(self, text: str) -> str:
        """Give the text with every registered secret hidden; the same object when it holds none."""
        spans = self._find(text) if len(text) >= SHORTEST else ()
        return _replace(text, spans) if spans else text

    def header(self, name: str, value: str) -> str:
        """Give a header's value, hidden as a whole where the name tells that it is secret, but for its scheme.

        Other values are given back as they are: `text` is for what is made of them.
        """
        if name.lower() not in self._headers:
            return value
        scheme = _SCHEME.fullmatch(value)
        if scheme:
            return f"{scheme[1]} {self._name_for(scheme[2])}"
        return self._name_for(value) if value else value

    def body(self, body: bytes, media_type: str) -> str:
        """Give a body as text: fields with a telling name hidden, then every registered secret."""
        text = body.decode("utf-8", "replace")
        lowered = text.lower()
        if any(word in lowered for word in self._words):
            if "urlencoded" in media_type:
                text = self._form_field.sub(self._hide_form_field, text)
            elif "json" in media_type or lowered.lstrip()[:1] in {"{", "["}:
                text = self._json_field.sub(self._hide_json_field, text)
        return self.text(text)

    def structure(self, value: Any, *, by_name: bool = True) -> Any:
        """Give a JSON-like structure with the secrets hidden in every string, member names included.

        `by_name` also hides strings and numbers whose member has a telling name.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                self.text(key) if isinstance(key, str) else key: _placeholder(key)
                if by_name and self._tells(key, item)
                else self.structure(item, by_name=by_name)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.structure(item, by_name=by_name) for item in value]
        return value

    def contains_secret(self, text: str) -> list[str]:
        """Give the labels of all secrets that stand in a text, for audits."""
        return sorted({label for _, _, label in self._find(text)})

    def _learn(self, secret: str, label: str) -> None:
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

    def _find(self, text: str) -> list[tuple[int, int, str]]:
        """Give where secrets stand: begin, end, label; in no order, they may overlap."""
        spans: list[tuple[int, int, str]] = []
        if self._literals:
            lowered = text.lower()
            for literal, label in self._literals:
                spans += _find_literal(literal, label, text, lowered)
        if not self._heads:
            return spans
        form = reduce(text)
        hits = [head for head in self._heads if head in form]
        if hits:
            spans += self._find_forms(hits, text)
        if "..." in text or "…" in text or "2026" in text or _SKIPPING in text or "8230" in text:
            spans += self._find_remnants(text)
        return spans

    def _find_forms(self, heads: Iterable[bytes], text: str) -> Iterator[tuple[int, int, str]]:
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

    def _find_remnants(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Find beginnings of secrets just before a cut, and ends of them just after one."""
        reduced = Reduced(text)
        cuts = list(_CUT.finditer(text))
        if _SKIPPING in text:
            cuts += _CUT_LINES.finditer(text)
        for cut in cuts:
            before, after = reduced.index(cut.start()), reduced.index(cut.end())
            yield from self._find_beginning(reduced, before)
            yield from self._find_end(reduced, after)

    def _find_beginning(self, reduced: Reduced, before: int) -> Iterator[tuple[int, int, str]]:
        for place in range(max(0, before - 400), before - REMNANT + 1):
            for form in self._by_start.get(reduced.form[place : place + REMNANT], ()):
                begin = place - form.start
                if begin >= 0 and form.text.startswith(reduced.form[begin:before]):
                    yield *reduced.span(begin, before), form.label

    def _find_end(self, reduced: Reduced, after: int) -> Iterator[tuple[int, int, str]]:
        for end in range(after + REMNANT, min(len(reduced.form), after + 400) + 1):
            for form in self._by_end.get(reduced.form[end - REMNANT : end], ()):
                if form.text.endswith(reduced.form[after:end]):
                    yield *reduced.span(after, end), form.label

    def _name_for(self, value: str) -> str:
        labels = self.contains_secret(value)
        return _placeholder(labels[0] if labels else HIDDEN)

    def _compile_fields(self) -> None:
        own = "".join(f"|{re.escape(name)}" for name in self._own_fields)
        self._words = (*_FIELD_WORDS, *(name.lower() for name in self._own_fields))
        self._field = re.compile(_FIELD + own, re.IGNORECASE)
        self._json_field = re.compile(
            rf'("({_FIELD}{own})"\s*:\s*)("(?:[^"\\]|\\.)+"?|-?\d[\d.eE+-]*)', re.IGNORECASE | re.DOTALL
        )
        self._form_field = re.compile(r"((?:^|&)([^=&]+)=)([^&]+)")

    def _tells(self, name: Any, value: Any) -> bool:
        is_scalar = isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
        return is_scalar and isinstance(name, str) and self._field.fullmatch(name) is not None

    def _hide_json_field(self, match: re.Match[str]) -> str:
        return f'{match[1]}"{_placeholder(match[2])}"'

    def _hide_form_field(self, match: re.Match[str]) -> str:
        name = unquote_plus(match[2])
        return match[1] + _placeholder(name) if self._field.fullmatch(name) else match[0]


def _edges(secret: str) -> tuple[str, str]:
    """Give the patterns of what a secret has before its first and after its last letter or digit."""
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
    """Give how many characters of a form stand in a text whose head is at `place`; 0 for none."""
    begin = place - form.start
    if begin < 0 or not text.startswith(form.text[: form.start], begin):
        return 0
    if text.startswith(form.text, begin):
        return len(form.text)
    pairs = enumerate(zip(form.text, text[begin : begin + len(form.text)], strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), len(text) - begin)


def _find_literal(literal: Literal, label: str, text: str, lowered: str) -> Iterator[tuple[int, int, str]]:
    for coding in literal.codings:
        place = text.find(coding)
        while place >= 0:
            yield place, place + len(coding), label
            place = text.find(coding, place + 1)
    if all(run in lowered for run in literal.runs):
        for match in literal.pattern.finditer(text):
            yield *match.span(), label


def _replace(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for begin, end, label in sorted(spans, key=lambda span: (span[0], -span[1])):
        if begin >= done:
            parts += [text[done:begin], _placeholder(label)]
        done = max(done, end)
    parts.append(text[done:])
    return "".join(parts)


REDACTOR = Redactor()
