"""Symbols in the place of a story's own values: marks, ids, keys, versions, cursors, passwords and tokens.

Everything else stays as it was sent. What cannot be said so is told by `Unsayable`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from support.http.client import ACCEPT
from support.report.reproductions.recording.relations import relate, symbol_of
from support.report.reproductions.script.symbols import SYMBOL, alter
from support.secrets import REDACTOR
from support.users.forms.paths import texts_in
from support.users.markers import PERSON_MARK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.report.reproductions.recording.callers import Callers
    from support.target import Target

LEFT_OUT = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "user-agent", "cache-control"}
)
TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MARK = re.compile(PERSON_MARK.pattern, re.IGNORECASE)
RUN = re.compile(r"([A-Za-z ])\1{199,}")
QUOTED = re.compile(r'"([^"\\]+)"')
LONG_ID = 6  # characters of an id that is looked for in bodies
LONG_CURSOR = 4
LONGEST_KEY = 255  # characters, of a key that is taken


class Unsayable(Exception):
    """A request that cannot be written down for a script."""


class Substitution:
    """Writes requests as templates.

    `originals` are what the symbols stood for, `marks` the marks by number.
    """

    def __init__(self, target: Target, base_url: str, callers: Callers) -> None:
        self._target = target
        self._base = urlsplit(base_url)
        self._callers = callers
        self.originals: dict[str, Any] = dict(callers.values)
        self.marks: dict[str, str] = {}
        names = "|".join(re.escape(path.rpartition(".")[2]) for path in target.fields.ids)
        self._before_id = rf'("(?:{names})"\s*:\s*"?)'
        self._ids: list[tuple[str, str]] = []
        self._tags: list[tuple[str, str]] = []
        self._keys: list[tuple[str, str]] = []
        self._cursors: list[tuple[str, str]] = []
        self._told: list[tuple[str, str]] = []
        self._passwords: list[tuple[str, str]] = []

    def value(self, value: Any) -> Any:
        """Return what a template stood for."""
        if not isinstance(value, str):
            return value
        return SYMBOL.sub(lambda found: self._original(*found.groups()), value)

    def _original(self, kind: str, what: str, change: str | None) -> str:
        if kind == "run":
            return (change or "") * int(what)
        value = str(self.originals.get(f"{kind} {what}", ""))
        return alter(value, change) if change else value

    def learn_id(self, name: str, user_id: int | str) -> bool:
        """Note the id that the answer to a step has given; return whether it is a new one."""
        if str(user_id) in {value for _, value in self._ids}:
            return False
        self._ids.append((f"id {name}", str(user_id)))
        self.originals[f"id {name}"] = user_id
        return True

    def learn_headers(self, name: str, headers: Mapping[str, str]) -> None:
        """Note what the headers of an answer tell that later requests may carry."""
        tag = headers.get("etag", "").removeprefix("W/").strip('"')
        if tag:
            self._tags.append((f"tag {name}", tag))
            self.originals[f"tag {name}"] = tag
        token = self._target.headers.consistency_token.lower()
        if token in headers:
            self._told.append((f"header {name} {token}", headers[token]))

    def learn_cursor(self, name: str, cursor: str) -> None:
        """Note the cursor that a page leads on with."""
        if len(cursor) >= LONG_CURSOR:
            self._cursors.append((f"cursor {name}", cursor))

    def path(self, url: str) -> str:
        """Return the template of a path below the base URL."""
        parts = urlsplit(url)
        if parts[:2] != self._base[:2]:
            raise Unsayable("a request went to another place than the base URL")
        path = parts.path.removeprefix(self._base.path.rstrip("/"))
        segments = [self._segment(part) for part in path.split("/")]
        pairs = (
            [self._pair(*pair.partition("=")[::2]) for pair in parts.query.split("&")] if parts.query else []
        )
        return "/".join(segments) + (f"?{'&'.join(pairs)}" if pairs else "")

    def _segment(self, part: str) -> str:
        related = relate(unquote(part), self._ids) if part else None
        return self._marked(related or part)

    def _pair(self, name: str, value: str) -> str:
        plain = unquote(value)
        secrets = [(symbol, secret) for symbol, secret in self._callers.values.items() if secret]
        related = relate(plain, self._cursors) or relate(plain, secrets)
        return f"{name}={related or self._marked(value)}"

    def headers(self, headers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the templates of those headers that say who asks, and of all others that matter."""
        who: dict[str, str] = {}
        own: dict[str, str] = {}
        for name, value in headers.items():
            if self._is_of_one_attempt(name.lower(), value):
                continue
            told = self._told_before(name.lower(), value)
            template = self._callers.template(name, value) if told is None else told
            if template is None:
                raise Unsayable(f"the header {name} holds a secret that no variable has")
            is_secret = told is None and (template != value or REDACTOR.header(name, value) != value)
            (who if is_secret else own)[name] = template if told is not None else self._marked(template)
        return who, own

    def key_in(self, headers: Mapping[str, str]) -> str:
        """Return the template of the idempotency key among headers, empty where there is none."""
        wanted = self._target.idempotency.header.lower()
        return next((value for name, value in headers.items() if name.lower() == wanted), "")

    def _is_of_one_attempt(self, name: str, value: str) -> bool:
        if name == self._target.headers.correlation_id.lower():
            return UUID.fullmatch(value) is not None
        if name == "accept":
            return value == ACCEPT  # any other is the story's, or what the service wants
        return name in LEFT_OUT or (name == "traceparent" and TRACE.fullmatch(value) is not None)

    def _told_before(self, name: str, value: str) -> str | None:
        """Return the template of a value that is made from earlier ones, None for any other header."""
        if name == self._target.idempotency.header.lower():
            return self._key(value)
        if name in {"if-match", "if-none-match"}:
            return self._tag(value)
        if name == self._target.headers.consistency_token.lower():
            return relate(value, self._told) or value
        return None

    def _key(self, value: str) -> str:
        bare = value.strip('"')
        related = relate(bare, self._keys, loosely=True)
        if related is None:
            if not 0 < len(bare) <= LONGEST_KEY or not bare.isascii():
                return value
            symbol = f"key {len(self._keys) + 1} {len(bare)}"
            self._keys.append((symbol, bare))
            self.originals[symbol] = bare
            related = symbol_of(symbol)
        return value.replace(bare, related)

    def _tag(self, value: str) -> str:
        bare = value.removeprefix("W/").strip('"')
        related = relate(bare, self._tags)
        return value.replace(bare, related) if related else value

    def body(self, body: bytes) -> tuple[str, str]:
        """Return the template of a body, and its coding."""
        coding = "utf-8"
        try:
            text = body.decode(coding)
        except UnicodeDecodeError:
            coding = "latin-1"
            text = body.decode(coding)
        if "\u00ab" in text or "\u00bb" in text:
            raise Unsayable("a body holds the signs that stand for symbols here")
        for secret in self._secrets_in(body, text):
            symbol = symbol_of(self._password(secret))
            for written in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
                text = text.replace(written, symbol)
        for known, user_id in self._ids:
            if len(user_id) >= LONG_ID:
                text = text.replace(user_id, symbol_of(known))
            else:  # too short to be looked for anywhere else than where an id stands
                whole = rf"{self._before_id}{re.escape(user_id)}(?=\"?\s*[,}}])"
                text = re.sub(whole, rf"\g<1>{symbol_of(known)}", text)
        text = RUN.sub(lambda run: symbol_of(f"run {len(run[0])}", run[1]), text)
        return self._marked(text), coding

    def _password(self, secret: str) -> str:
        """Return the symbol of a password."""
        known = {value: symbol for symbol, value in self._passwords}
        if secret not in known:
            symbol = f"password {len(self._passwords) + 1} {len(secret)}"
            self._passwords.append((symbol, secret))
            self.originals[symbol] = known[secret] = secret
            return symbol
        return known[secret]

    @staticmethod
    def _secrets_in(body: bytes, written: str) -> list[str]:
        """Return the texts of a body that are secrets; of one that cannot be read, what stands in quotes."""
        try:
            texts = list(texts_in(json.loads(body)))
        except (ValueError, RecursionError):
            texts = QUOTED.findall(written)
        return sorted({text for text in texts if REDACTOR.text(text) is not text}, key=len, reverse=True)

    def _marked(self, text: str) -> str:
        return MARK.sub(lambda found: self._mark(found[0]), text)

    def _mark(self, seen: str) -> str:
        mark = seen.lower()
        number = next((n for n, known in self.marks.items() if known == mark), str(len(self.marks) + 1))
        self.marks[number] = mark
        for kind, form in (("mark", mark), ("MARK", mark.upper()), ("Mark", mark.capitalize())):
            self.originals[f"{kind} {number}"] = form
            if seen == form:
                return symbol_of(f"{kind} {number}")
        raise Unsayable("a mark is written in letters of both cases")
