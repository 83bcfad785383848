"""Templates for details that a target needs beside those of the contract, and their checking.

A template is a text with placeholders such as `{unique}`; lists and tables hold templates, too. A text that
is one placeholder and nothing else has that placeholder's type. Filling in is
`support.users.forms.further_details`' part.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([^{}]*))?\}")
# What may stand in braces, and whether something may or must follow a colon.
NAMES: dict[str, str] = {
    "unique": "may",  # a text that nobody else has; `{unique:20}` has at most so many characters
    "number": "may",  # a whole number that nobody else has; `{number:1,9}` one of a range
    "choice": "must",  # `{choice:red,green}`: one of several, for a user always the same
    "email": "no",
    "name": "no",
    "first_name": "no",
    "last_name": "no",
    "nickname": "no",
    "password": "no",
    "uuid": "no",
    "date": "no",  # the day of the run, 2026-11-26
}


def check_template(value: Any, where: str) -> None:
    """Raise ValueError, with the place, for a template that cannot be filled in."""
    if isinstance(value, dict):
        for name, part in value.items():
            check_template(part, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            check_template(part, f"{where}.{number}")
    elif isinstance(value, str):
        for found in PLACEHOLDER.finditer(value):
            _check_placeholder(found[0], found[1], found[2], where)
        rest = PLACEHOLDER.sub("", value)
        if "{" in rest or "}" in rest:
            raise ValueError(f"{where}: {value!r} has a brace that belongs to no placeholder")


def _check_placeholder(text: str, name: str, argument: str | None, where: str) -> None:
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, 1)
        hint = f", did you mean {{{near[0]}}}?" if near else f"; there are {', '.join(sorted(NAMES))}"
        raise ValueError(f"{where}: no such placeholder: {text}{hint}")
    if argument is None and NAMES[name] == "must":
        raise ValueError(f"{where}: {text} needs something after a colon, such as {{{name}:a,b}}")
    if argument is not None and NAMES[name] == "no":
        raise ValueError(f"{where}: {text} takes nothing after a colon")
    if argument is not None and name == "unique" and not (argument.isdigit() and int(argument) >= 8):
        raise ValueError(f"{where}: {text} must say how many characters, at least 8")
    if argument is not None and name == "number":
        ends = re.fullmatch(r"(\d{1,15}),(\d{1,15})", argument)
        if ends is None or int(ends[1]) > int(ends[2]):
            raise ValueError(f"{where}: {text} must name a range, such as {{number:1,9}}")
