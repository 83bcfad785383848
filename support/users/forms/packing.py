"""All query parameters of a list in one, as some services want them: `q=(page:0,page_size:20)`.

Flask-AppBuilder takes them in rison, LoopBack in JSON. What stands inside is written by the profile in that
language already; here it is only put together and taken apart.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from support.http.call import QueryValue
    from support.target.lists import Lists

    Query = dict[str, QueryValue]

QUOTE = {"rison": "'", "json": '"'}
ESCAPE = {"rison": "!", "json": "\\"}
BRACKETS = {"rison": ("(", ")"), "json": ("{", "}")}


def ask(lists: Lists, query: Mapping[str, QueryValue]) -> Query:
    """Return a query with what belongs to every one, as the target takes it."""
    return pack(lists, {**lists.always, **query})


def pack(lists: Lists, query: Mapping[str, QueryValue]) -> Query:
    """Return a query as the target takes it."""
    if not lists.packed_in or not query:
        return dict(query)
    names = (json.dumps(name) if lists.packed_as == "json" else name for name in query)
    members = ",".join(f"{name}:{value}" for name, value in zip(names, query.values(), strict=True))
    opening, closing = BRACKETS[lists.packed_as]
    return {lists.packed_in: f"{opening}{members}{closing}"}


def unpack(lists: Lists, query: Mapping[str, QueryValue]) -> Query:
    """Return the query that was packed, its values as text; one that was not is returned as it is."""
    text = query.get(lists.packed_in) if lists.packed_in else None
    if not isinstance(text, str):
        return dict(query)
    pairs = (member.partition(":") for member in _members(text[1:-1], lists.packed_as))
    return {name.strip('"'): value for name, _, value in pairs}


def query_of(url: str) -> Query:
    """Return the query of a URL; members that are repeated hold a list. Raises ValueError for no URL."""
    query: Query = {}
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        before = query.get(name)
        if before is None:
            query[name] = value
        else:
            query[name] = [*(before if isinstance(before, list) else [str(before)]), value]
    return query


def _members(text: str, language: str) -> Iterator[str]:
    """Split at the commas that stand in no bracket and no quoted text."""
    member, depth, is_quoted, is_escaped = "", 0, False, False
    for char in text:
        if is_escaped:
            is_escaped = False
        elif char == ESCAPE[language]:
            is_escaped = is_quoted
        elif char == QUOTE[language]:
            is_quoted = not is_quoted
        elif not is_quoted and char in "([{":
            depth += 1
        elif not is_quoted and char in ")]}":
            depth -= 1
        elif char == "," and not is_quoted and not depth:
            yield member
            member = ""
            continue
        member += char
    if member:
        yield member
