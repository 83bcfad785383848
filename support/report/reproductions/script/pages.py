"""Where a page of a list says that the next one is: by a link, a cursor, or by counting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from support.report.reproductions.script.answers import look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.report.reproductions.script.answers import Answer

LINK = re.compile(r'<([^>]*)>[^<]*?;\s*rel\s*=\s*"?next"?', re.IGNORECASE)


def query_of(text: str) -> dict[str, str]:
    """Return the query of a URL or a path."""
    return dict(parse_qsl(urlsplit(text.partition(" ")[2] or text).query, keep_blank_values=True))


def follow(send: str, page: Answer, lists: Mapping[str, Any], count: int) -> str:
    """Return the request of the next page, given the one of this page and its answer; empty at the end."""
    method, _, path = send.partition(" ")
    path, _, asked = path.partition("?")
    query = dict(parse_qsl(asked, keep_blank_values=True))
    said: Any = ""
    if lists["next"]:
        said = look(page.json(), lists["next"])
        said = said.get("href") if isinstance(said, dict) else said
    elif lists["next_header"]:
        said = page.headers.get(lists["next_header"], "")
    elif lists["style"] == "link":
        found = LINK.search(page.headers.get("link", ""))
        said = found[1] if found else ""
    is_told = lists["next"] or lists["next_header"] or lists["style"] in {"link", "cursor"}
    said = str(said) if isinstance(said, str | int) and said else ""
    if lists["style"] == "none" or not count or (is_told and not said):
        return ""
    if lists["style"] in {"page", "offset"}:
        here = int(query.get(lists["position"], lists["first"]))
        query[lists["position"]] = str(here + (1 if lists["style"] == "page" else count))
    elif "?" in said:
        query = query_of(said)
    else:
        query[lists["position"]] = said
    return f"{method} {path}?" + "&".join(
        f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in query.items()
    )
