"""How sentences of the features are matched: words, a few kinds of placeholders, optional ends.

`sentence("the client creates user {person}[ {variation}]")` matches with and without the part in brackets.
Each kind of placeholder has one pattern, so that a sentence can be told apart from every other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = r"[A-Z]\w*"
VIEWS = {"can be looked up": "single", "is listed": "list", "is found by email": "filter"}
PATTERNS = {
    "person": NAME,
    "other": NAME,
    "names": rf"{NAME}(?:, {NAME})* and {NAME}",
    "group": rf"user {NAME}|users {NAME}(?:, {NAME})* and {NAME}|all of them|any of them",
    "place": "in the list|by email",
    "act": "creates|changes|deletes",
    "count": r"\d+",
    "times": r"\d+",
    "size": r"\d+",
    "detail": "name|email|nickname|password",
    "date": "creation date|change date",
    "moved": "stayed|moved forward",
    "view": "|".join(VIEWS),
    "absence": "listed|found by email",
    "sorting": "name|name, last first|email|creation date",
    "deed": "looks up|checks for|replaces|changes|deletes",
    "stranger": "an unknown user|an id that .+",
    "change": "replaces|changes",
    "save": "replace|change",
    "saved": "replaced with|changed to",
    "variation": r"(?!.* \d+ times$)(?:with|without) .+",
    "flaw": "an? .+|the longest .+",
    "key": r"K\d",
    "visitor": (
        "a client without credentials|another tenant|a client that may only read|a client with"
        " (?:unknown|altered|empty|unsigned) credentials"
        "|a client with credentials (?:cut short|cut in half|with an end|in other letters|of another kind)"
    ),
    "errand": "creates|looks up|checks for|replaces|changes|deletes",
    "trace": "is (?:garbled|empty|of an unknown version|all zeros|cut short|very long|in capitals)",
    "moment": r"halfway|at once|after \d+ ms",
    "form": r"in pieces|with its end \d+ ms late|in chunks",
    "difference": "in its last character|in capitals|by one character more|by its hyphens",
    "fault": "empty|too long",
}
OTHERWISE = ".+"  # a phrase that a closed table explains


class sentence(parsers.re):  # noqa: N801 - read as a verb where it is used, as in pytest-bdd's parsers
    """Matches a whole sentence; `names` come as a list, `count` and `size` as numbers."""

    def __init__(self, text: str) -> None:
        super().__init__(_pattern(text))
        self.name = text

    def parse_arguments(self, name: str) -> dict[str, Any] | None:
        """Return the values of the placeholders; an optional one that is missing is the empty text."""
        found = super().parse_arguments(name)
        if found is None:
            return None
        return {key: CONVERTERS.get(key, str)(value or "") for key, value in found.items()}


def _number(text: str) -> int:
    return int(text or 1)


CONVERTERS: dict[str, Callable[[str], Any]] = {
    "names": lambda text: re.split(", | and ", text),
    "group": lambda text: re.findall(rf"{NAME}", text),
    "place": lambda text: {"in the list": "list", "by email": "filter"}.get(text, "single"),
    "count": _number,
    "times": _number,
    "size": _number,
    "view": VIEWS.__getitem__,
    "absence": lambda text: VIEWS[f"is {text}"],
}


def _pattern(text: str) -> str:
    pattern = ""
    for part in re.split(r"(\{\w+\}|\[|\])", text):
        if part == "[":
            pattern += "(?:"
        elif part == "]":
            pattern += ")?"
        elif part.startswith("{"):
            kind = part[1:-1]
            pattern += f"(?P<{kind}>{PATTERNS.get(kind, OTHERWISE)})"
        else:
            pattern += re.escape(part)
    return pattern
