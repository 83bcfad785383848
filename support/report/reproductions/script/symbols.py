"""Values that are new in every attempt: marks, keys, passwords, and what earlier answers have told.

A template holds them as «kind of-what|change»: «id a1» is the id that the answer to step a1 shows, «mark 2»
the second user's mark, «tag a3|first 7» the beginning of a version.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SYMBOL = re.compile("\u00ab([A-Za-z]+) ([^|\u00bb]*)(?:\\|([^\u00bb]*))?\u00bb")
LETTERS = string.digits + string.ascii_lowercase


class CannotTell(Exception):
    """What the script needs to judge by was not there."""


def new_mark(like: str, number: int) -> str:
    """Make a mark as long as another one, and unlike any that was made before."""
    begun, seconds = "", int(time.time())
    while seconds:
        seconds, digit = divmod(seconds, 36)
        begun = LETTERS[digit] + begun
    run, _, rest = like.partition(".")
    worker, _, count = rest.rpartition("-")
    ends = "".join(random.SystemRandom().choices(LETTERS, k=len(run) - 3 - len(begun)))
    turn = f"{random.SystemRandom().randrange(10 ** len(count)):0{len(count)}d}"
    return f"acc{begun}{ends}.{worker}-{turn if number else turn[::-1]}"


def new_password(length: int) -> str:
    """Make a password of a length."""
    return f"Pw-0{_letters(length)}"[:length]


class Symbols:
    """The values of one attempt; `told` looks up what an earlier answer has told, `secret` a variable."""

    def __init__(
        self,
        marks: Mapping[str, str],
        told: Callable[[str, str], Any],
        secret: Callable[[str], str],
        make_mark: Callable[[str, int], str] = new_mark,
        make_password: Callable[[int], str] = new_password,
    ) -> None:
        self.marks = {name: make_mark(like, int(name)) for name, like in marks.items()}
        self._told = told
        self._secret = secret
        self._make_password = make_password
        self._made: dict[str, str] = {}

    def fill(self, template: str, escape: Callable[[str], str] = str) -> str:
        """Return a text with the values of its symbols, each escaped for where it stands."""
        return SYMBOL.sub(lambda found: escape(self._value(*found.groups())), template)

    def fill_path(self, template: str) -> str:
        """Return a path with its query."""
        return self.fill(template, lambda value: quote(value, safe="-._~"))

    def fill_body(self, template: str) -> str:
        """Return a body; values stand within texts of JSON."""
        return self.fill(template, lambda value: json.dumps(value)[1:-1])

    def _value(self, kind: str, what: str, change: str | None) -> str:
        if kind == "run":
            return (change or "") * int(what)
        value = self._plain(kind, what)
        return alter(value, change) if change else value

    def _plain(self, kind: str, what: str) -> str:
        if kind.lower() == "mark":
            mark = self.marks[what]
            return mark.upper() if kind == "MARK" else mark.capitalize() if kind == "Mark" else mark
        if kind == "token":
            return self._secret(what)
        if kind == "basic":
            return base64.b64encode(self._secret(what).encode()).decode()
        if kind in {"key", "password"}:
            make = self._make_password if kind == "password" else _new_key
            if f"{kind} {what}" not in self._made:
                self._made[f"{kind} {what}"] = make(int(what.rsplit(maxsplit=1)[-1]))
            return self._made[f"{kind} {what}"]
        value = self._told(kind, what)
        if value is None:
            raise CannotTell(f"the answer to {what} tells no {kind}")
        return str(value)


def _new_key(length: int) -> str:
    return str(uuid.uuid4()) if length == 36 else _letters(length)


def _letters(length: int) -> str:
    return "".join(random.SystemRandom().choices(string.ascii_letters + string.digits, k=length))


def alter(value: str, change: str) -> str:
    """Return a value changed as a word says: cut, in other letters, or with one character replaced."""
    word, _, number = change.partition(" ")
    if word == "first":
        return value[: int(number)]
    if word == "short":
        return value[: -int(number)]
    if word == "flip":
        place = int(number)
        return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
    changed: str = getattr(value, word)()
    return changed
