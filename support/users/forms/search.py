"""How a search by email is asked for: as a parameter, or by a template with the quoting that it needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from support.target.lists import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.target.lists import Lists


def _rison(text: str) -> str:
    return "'" + text.replace("!", "!!").replace("'", "!'") + "'"


QUOTERS: dict[str, Callable[[str], str]] = {
    "value": str,
    "json": lambda text: json.dumps(text, ensure_ascii=False),
    "scim": lambda text: json.dumps(text, ensure_ascii=False),  # RFC 7644 §3.4.2.2: a JSON string
    "odata": lambda text: "'" + text.replace("'", "''") + "'",
    "rison": _rison,
    "url": lambda text: quote(text, safe=""),
}


def search_query(lists: Lists, email: str) -> dict[str, str]:
    """Return the query that asks for the users of an email."""
    if isinstance(lists.email, str):
        return {lists.email: email}
    return {name: fill(template, email) for name, template in lists.email.items()}


def fill(template: str, email: str) -> str:
    """Put an email into a template; braces that hold no known name stay as they are."""
    return PLACEHOLDER.sub(
        lambda found: QUOTERS[found[1]](email) if found[1] in QUOTERS else found[0], template
    )
