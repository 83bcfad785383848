r"""Dotted paths into JSON values: the same path is read in answers and written in requests.

`name.formatted` is a member of a member, `emails.0.value` a member of the first item of a list; `\.` is a dot
within a name. Query languages such as JMESPath read more, but nobody can write with them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.http.strict_json import MalformedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING: Any = object()
DOT = re.compile(r"(?<!\\)\.")


def split(path: str) -> list[str]:
    """Return the steps of a path; none for the empty path, which means the whole value."""
    return [step.replace("\\.", ".") for step in DOT.split(path)] if path else []


def read(value: Any, path: str, missing: Any = ...) -> Any:
    """Follow a path; return `missing` where it leads nowhere, or raise MalformedAnswer if none is given."""
    for step in split(path):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif missing is not ...:
            return missing
        else:
            raise MalformedAnswer(f"member {path!r} is missing")
    return value


def only(value: Any) -> Any:
    """Return the only member of a list, and anything else as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def texts_in(value: Any) -> Iterator[str]:
    """Return every text that a value holds, however deep; without the names of members."""
    waiting = [value]
    while waiting:  # without recursion: what an answer nests is not ours to limit
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting += reversed(list(value.values()) if isinstance(value, dict) else value)


def write(document: dict[str, Any], path: str, value: Any) -> None:
    """Put a value where a path leads, making the objects and lists on the way."""
    steps = split(path)
    here: Any = document
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        below: Any = value if following is None else [] if following.isdecimal() else {}
        if isinstance(here, list):
            here += [{} for _ in range(int(step) + 1 - len(here))]
            if following is None or not here[int(step)]:
                here[int(step)] = below
            here = here[int(step)]
        elif following is None:
            here[step] = value
        else:
            here = here.setdefault(step, below)
