"""The one place that hides secrets: registered ones in all their encodings, and what goes by a telling name.

Hides when something is rendered, never when it is judged. A text without a secret is given back as the same
object, at the cost of a few searches. What it cannot find is what nobody registered and no name gives away.
"""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from support.secrets.detector import Detector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from support.secrets.forms import Span

# So many texts are remembered with what was found in them, of those that are not too long to keep.
MOST_REMEMBERED, LONGEST_REMEMBERED = 1000, 20_000
# Three characters are no secret; hiding them would blacken every report.
SHORTEST = 4
LONG_LINE = 12  # of a secret of several lines; shorter ones are found with the rest only
HIDDEN = "hidden"
HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token"}
)
_FIELD_WORDS = (
    *("passw", "secret", "token", "key", "pwd", "passphrase", "credential"),
    *("authorization", "cookie"),
)
_FIELD = (
    r"[\w.-]*(?:password|passwd|passphrase|secret|credential)s?"
    r"|(?:access|refresh|id|auth|bearer|session|api|csrf|xsrf)?[_-]?token"
    r"|(?:x[_-])?(?:api|private|secret)[_-]?key|pwd|authorization|(?:set-)?cookie"
)
_SCHEME = re.compile(r"(bearer|basic|digest|token|apikey|negotiate)\s+(\S.*)", re.IGNORECASE | re.DOTALL)


def _placeholder(label: str) -> str:
    return (
        f"\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}{label}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    )


class Redactor:
    """Hides registered secrets; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._labels: dict[str, str] = {}
        self._detector = Detector()
        self._found: dict[str, Sequence[Span]] = {}
        self._headers: frozenset[str] = HEADERS
        self._own_fields: tuple[str, ...] = ()
        self._compile_fields()

    def register(self, secret: str, label: str) -> None:
        """Hide a secret from now on behind its label; again does nothing, nor do fewer than 4 characters."""
        if secret in self._labels or len(secret.strip()) < SHORTEST:
            return
        with self._lock:
            if secret not in self._labels:
                self._labels[secret] = label
                self._detector.learn(secret, label)
                # A search that is still going on without it remembers its finds in the old one.
                self._found = {}
        lines = [line.strip() for line in secret.splitlines()]
        if len(lines) > 1:  # a key in PEM form may be shown line by line
            for line in lines:
                if len(line) >= LONG_LINE and not line.startswith("-----"):
                    self.register(line, label)

    def register_fields(self, values: Mapping[str, Any]) -> None:
        """Hide from now on, wherever they stand, the values whose names tell that they are secret."""
        for name, value in values.items():
            if self._tells(name, value):
                self.register(str(value), name)

    def hide_header(self, name: str) -> None:
        """Hide the whole value of a header that a profile names."""
        self._headers |= {name.lower()}

    def hide_field(self, name: str) -> None:
        """Hide the value of a field that a profile names, wherever it stands in a body."""
        with self._lock:
            self._own_fields = (*self._own_fields, name)
            self._compile_fields()

    def text(self, text: str) -> str:
        """Return the text with every registered secret hidden; the same object when it holds none."""
        spans = self._find(text) if len(text) >= SHORTEST else ()
        return _replace(text, spans) if spans else text

    def header(self, name: str, value: str) -> str:
        """Return a header's value, hidden but for its scheme where the name tells that it is secret.

        Of others, only parameters of addresses with a telling name are hidden: `text` is for what is made of
        them.
        """
        if name.lower() not in self._headers:
            return self._parameter.sub(self._hide_parameter, value) if "=" in value else value
        scheme = _SCHEME.fullmatch(value)
        if scheme:
            return f"{scheme[1]} {self._name_for(scheme[2])}"
        return self._name_for(value) if value else value

    def body(self, body: bytes, media_type: str) -> str:
        """Return a body as text: fields with a telling name hidden, then every registered secret."""
        return self.text(self.name_fields(body, media_type))

    def name_fields(self, body: bytes, media_type: str) -> str:
        """Return a body as text in which only fields with a telling name are hidden."""
        text = body.decode("utf-8", "replace")
        lowered = text.lower()
        if any(word in lowered for word in self._words):
            if "urlencoded" in media_type:
                text = self._form_field.sub(self._hide_form_field, text)
            elif "json" in media_type or lowered.lstrip()[:1] in {"{", "["}:
                text = self._json_field.sub(self._hide_json_field, text)
            text = self._parameter.sub(self._hide_parameter, text)
        return text

    def document(self, text: str) -> str:
        """Return a JSON document, which stays one, with registered secrets hidden in each of its strings.

        One search tells that there is nothing to hide, which is nearly always so: the same object then.
        """
        if self.text(text) is text:
            return text
        return json.dumps(self._hide_in_strings(json.loads(text)), ensure_ascii=False)

    def contains_secret(self, text: str) -> list[str]:
        """Return the labels of all secrets that stand in a text, for audits."""
        return sorted({label for _, _, label in self._find(text)})

    def places(self, text: str) -> Sequence[Span]:
        """Return where secrets stand in a text, for audits: begin, end and label, in no order."""
        return self._find(text)

    def _find(self, text: str) -> Sequence[Span]:
        """Find secrets; the same text, which passes here from a few sides, is searched once.

        What was found holds until another secret is registered.
        """
        found = self._found
        spans = found.get(text)
        if spans is None:
            spans = self._detector.find(text)
            if len(text) <= LONGEST_REMEMBERED:
                if len(found) >= MOST_REMEMBERED:
                    found.clear()
                found[text] = spans
        return spans

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
        # Of an address that stands anywhere: in a header, in a link of a body, its slashes escaped or not.
        self._parameter = re.compile(rf"([?&;]|\\u0026)({_FIELD}{own})=([^&;#<>\"'\s\\]+)", re.IGNORECASE)
        self._form_field = re.compile(r"((?:^|&)([^=&]+)=)([^&]+)")

    def _tells(self, name: Any, value: Any) -> bool:
        is_scalar = isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
        return is_scalar and isinstance(name, str) and self._field.fullmatch(name) is not None

    def _hide_in_strings(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name): self._hide_in_strings(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._hide_in_strings(element) for element in value]
        return value

    def _hide_json_field(self, match: re.Match[str]) -> str:
        return f'{match[1]}"{_placeholder(match[2])}"'

    def _hide_parameter(self, match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}={_placeholder(match[2])}"

    def _hide_form_field(self, match: re.Match[str]) -> str:
        name = unquote_plus(match[2])
        return match[1] + _placeholder(name) if self._field.fullmatch(name) else match[0]


def _replace(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    done = 0
    for begin, end, label in sorted(spans, key=lambda span: (span[0], -span[1])):
        if begin >= done:
            parts += [text[done:begin], _placeholder(label)]
        done = max(done, end)
    parts.append(text[done:])
    return "".join(parts)


REDACTOR = Redactor()
