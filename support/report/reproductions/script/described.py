"""One keyword of a JSON Schema, held against one place of an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


KINDS: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
# Each says nothing of a value of another kind, as in JSON Schema.
KEYWORDS: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, wanted: any(KINDS[kind](value) for kind in _listed(wanted)),
    "required": lambda value, wanted: not isinstance(value, dict) or set(_listed(wanted)) <= set(value),
    "enum": lambda value, wanted: value in wanted,
    "const": lambda value, wanted: value == wanted,
    "pattern": lambda value, wanted: not isinstance(value, str) or bool(re.search(wanted, value)),
    "minLength": lambda value, wanted: not isinstance(value, str) or len(value) >= wanted,
    "maxLength": lambda value, wanted: not isinstance(value, str) or len(value) <= wanted,
    "minimum": lambda value, wanted: not _is_number(value) or value >= wanted,
    "maximum": lambda value, wanted: not _is_number(value) or value <= wanted,
}


def places(value: Any, path: Sequence[Any]) -> list[Any]:
    """Return the value at a path of names and positions, in a list; nothing where there is none."""
    for step in path:
        is_there = step in value if isinstance(value, dict) else isinstance(value, list) and step < len(value)
        if not is_there:
            return []
        value = value[step]
    return [value]


def _listed(wanted: Any) -> list[Any]:
    return [wanted] if isinstance(wanted, str) else list(wanted)
