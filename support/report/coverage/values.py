"""Which kinds a value is of that was sent: those over which services are known to stumble."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

PLAIN = "plain text"
_OTHERS = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object"}
# What a reader of another format or language takes for something else than text.
_ELSE = re.compile(
    r"[-+]?[\d.,_]+(e[-+]?\d+)?|0[xob][\da-f]+|\d{4}-\d\d?-\d\d?([t ].*)?"
    r"|true|false|yes|no|on|off|null|none|nil|undefined|nan|[-+]?inf(inity)?",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[<>{}$%&;`\\|*\"']|--|^[=+@-]|\.\./")


def kinds_of(value: Any, longest: int | None = None) -> list[str]:
    """Return the kinds of a value in words, at least one; `longest` is how long it may be [characters]."""
    if value is None:
        return ["null"]
    if not isinstance(value, str):
        return [_OTHERS.get(type(value), "something else")]
    categories = {unicodedata.category(sign) for sign in value}
    found = {
        "empty": not value,
        "letters beyond ASCII": any(sign > "\x7f" and sign.isalpha() for sign in value),
        "characters beyond the first plane": any(sign > "\uffff" for sign in value),
        "combining marks": bool(categories & {"Mn", "Mc", "Me"}),
        "invisible signs": bool(categories & {"Cf", "Zl", "Zp"}),
        "control characters": "Cc" in categories,
        "half a character": "Cs" in categories,
        "odd blanks": value != " ".join(value.split(" ")).strip() or bool(re.search(r"[^\S ]|  ", value)),
        "signs that software interprets": _SIGNS.search(value) is not None,
        "what looks like something else": _ELSE.fullmatch(value.strip()) is not None,
        "as long as allowed": longest is not None and len(value) == longest,
        "longer than allowed": longest is not None and len(value) > longest,
    }
    return [kind for kind, is_so in found.items() if is_so] or [PLAIN]
