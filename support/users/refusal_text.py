"""What a refusal says to people: why it refuses, and what it gives away of the inside of the service.

Texts are found by whatever names they have; nothing here decides whether a refusal is right, but a target
that is full has refused nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from support.errors import Inconclusive
from support.http.strict_json import MalformedAnswer, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.http import Operation, Response
    from support.target import Target

# What SQL calls a table or a column: a word, or anything in the quotes of one of its dialects.
IDENTIFIER = r"(?:\w+|\"[^\"\n]+\"|`[^`\n]+`|\[[^\]\n]+\])"
TABLE = rf"{IDENTIFIER}(?:\.{IDENTIFIER})*"
# What only the inside of a service knows and no refusal may show: stack frames, queries, words of databases,
# file paths.
INTERNAL_DETAILS = re.compile(
    "|".join(
        (
            r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|^\s+at [\w.$<>]+\([\w.]+:\d+\)",
            # In small letters only with what makes it SQL: "select a name from the list" is plain English.
            rf"\b(?-i:SELECT .+ FROM|INSERT INTO|UPDATE {TABLE} SET|DELETE FROM) {TABLE}",
            rf"\bselect [\w., *()=`\"\[\]]+ from {TABLE} (as |{IDENTIFIER} )*(where|join|limit|order by)\b",
            rf"\binsert into {TABLE} ?\(|\bupdate {TABLE} set {TABLE} ?=|\bdelete from {TABLE} where\b",
            r"\b(sqlalchemy|psycopg|sqlite3?|ORA-\d{5}|SQLSTATE)\b",
            # What databases say of a value that is there already, with the names of tables and indexes.
            r"\b(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed\b",
            r"\bviolates (unique|not-null|check|foreign key) constraint\b|\bDuplicate entry '.*' for key\b",
            r"\bE11000 duplicate key\b|\bCannot insert duplicate key\b",
            r"(?<![\w/])/(usr|home|var|srv|opt|app|etc|root)/[\w./-]+|\b(?-i:[A-Z]):\\\\?[\w\\]+",
            r"\.(py|java|rb|go|js|cs):\d+",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
# Members that hold the service's own addresses (RFC 9457 §3.1), which may look like paths.
ADDRESSES = re.compile(r'"(type|instance)"\s*:\s*"[^"]*"')
# Members whose text says why something was refused, the most telling ones first.
EXPLAINING = ("detail", "message", "error_description", "title", "msg", "reason", "description", "error")
DEEPEST_EXPLANATION = 4
NOT_MODIFIED = 304
# What a service says that has room for no more users.
FULL = re.compile(r"max(imum)? number of|quota|limit[\w ]{0,20}(reached|exceeded)", re.IGNORECASE)
# Where no profile says that it may be full, only what cannot be meant otherwise.
QUOTA = re.compile(r"max(imum)? number of (elements|users|records|items|accounts)|\bquota\b", re.IGNORECASE)


def explanation(response: Response) -> str:
    """Return what an answer in JSON says about itself, by whatever name; empty where it says nothing.

    Frameworks name it differently, and some only list what is wrong with each member.
    """
    if response.status == NOT_MODIFIED:
        return "nothing has changed since the answer that the request names"
    try:
        said = parse_json(response.body)
    except MalformedAnswer:
        return ""
    texts = list(_texts(said))
    for name in EXPLAINING:
        for path, text in texts:
            if path.rpartition(".")[2] == name:
                return text
    return "; ".join(f"{path}: {text}" if path else text for path, text in texts[:3])


def _texts(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Return the texts of a JSON value with the names that lead there, the outermost first."""
    if isinstance(value, str) and value.strip():
        yield path, value.strip()
    if depth < DEEPEST_EXPLANATION and isinstance(value, dict):
        for name, below in sorted(value.items(), key=lambda member: not isinstance(member[1], str)):
            yield from _texts(below, f"{path}.{name}" if path else name, depth + 1)
    elif depth < DEEPEST_EXPLANATION and isinstance(value, list):
        for below in value[:3]:
            yield from _texts(below, path, depth + 1)


def find_internal_details(text: str) -> str:
    """Return the first stack frame, query or file path in a text, JSON-escaped or not; empty for none."""
    found = INTERNAL_DETAILS.search(ADDRESSES.sub("", text).replace("\\n", "\n").replace('\\"', '"'))
    return found[0] if found else ""


def was_sent(text: str, operation: Operation) -> bool:
    """Return whether a text of an answer repeats what its request had sent, such as the path."""
    request = operation.last.request
    sent = unquote(request.url) + request.body.decode("utf-8", "replace").replace("\\\\", "\\")
    return text in sent or text.replace("\\\\", "\\") in sent


def require_room(target: Target, operation: Operation, response: Response) -> None:
    """Tell a target that says that it is full from one that refuses; raises Inconclusive for the former."""
    if operation.verb != "create" or response.status < 400:
        return
    is_known = target.request_limits.live_users is not None
    said = (FULL if is_known else QUOTA).search(response.body.decode("utf-8", "replace"))
    if said:
        hint = "" if is_known else "; for how many users there is room, say as request_limits.live_users"
        raise Inconclusive(f"the target is full: {said[0]!r}{hint}", evidence=[operation])
