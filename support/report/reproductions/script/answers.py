"""Answers, and how users are found in them: one, or those of a list."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MISSING: Any = type("Missing", (), {"__repr__": lambda _: "nothing"})()


@dataclass
class Answer:
    """What a request was answered; header names are in lower case. `pages` are those of a walk."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    pages: list[Answer] = field(default_factory=list)

    def json(self) -> Any:
        """Return the body read as JSON, MISSING where it is none."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            return MISSING


def look(value: Any, path: str) -> Any:
    """Follow a dotted path into JSON; MISSING where it leads nowhere."""
    for step in [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", path)] if path else []:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def id_in(value: Any, plan: Mapping[str, Any]) -> Any:
    """Return the id that stands in a user, or beside one; None where none does.

    A list of one is that one: some answer a creation so.
    """
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    for place in (look(value, plan["user_path"]), value):
        for path in plan["ids"]:
            found = look(place, path)
            if isinstance(found, int | str) and not isinstance(found, bool):
                return found
    return None


def items_of(answer: Answer, plan: Mapping[str, Any]) -> list[Any]:
    """Return the users that a list, a search or a walk has shown."""
    found: list[Any] = []
    for page in answer.pages or [answer]:
        items = look(page.json(), plan["lists"]["items"])
        found += [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return found


def fold(value: Any, ways: Sequence[str]) -> Any:
    """Return a value as the service says that it keeps it."""
    if "absent" in ways and value in (MISSING, None, ""):
        return None
    if not isinstance(value, str):
        return value
    if "trim" in ways:
        value = value.strip()
    if "compose" in ways:
        value = unicodedata.normalize("NFC", value)
    if "address" in ways or "address in small letters" in ways:
        local, at, domain = value.rpartition("@")
        value = f"{local.lower() if 'address in small letters' in ways else local}{at}{domain.lower()}"
    return value


def key_of(address: Any) -> str:
    """Return what all spellings of one email address have in common: blanks and letter case aside."""
    return "".join(
        sign.lower() if len(sign.lower()) == 1 else sign
        for sign in unicodedata.normalize("NFC", str(address).strip())
    )
