"""Where a page of a list says that the next one is.

A service tells it by a URL, a cursor, a number or not at all, in a header or in the body, and tells the end
in as many ways. Nothing is judged here; walks that lead nowhere are ended by `support.users.reader`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from support.users.forms.packing import query_of, unpack
from support.users.forms.paths import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.http import Response
    from support.http.call import QueryValue
    from support.target.lists import Lists

    Query = dict[str, QueryValue]

QUOTED = r"\"(?:[^\"\\]|\\.)*\""
PARAMETER = rf"\s*;\s*([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*({QUOTED}|[^\s;,\"]+))?"
LINK = re.compile(rf"<([^>]*)>((?:{PARAMETER})*)")  # RFC 8288 §3
LIKE_A_URL = re.compile(r"https?://|/[^?#]*\?|\?", re.IGNORECASE)
ADDRESSES = ("href", "url", "uri")  # of an object that stands for a link


def find_next(lists: Lists, url: str, response: Response, whole: Any, items: Sequence[Any]) -> Query | None:
    """Return the query of the next page, given the URL of this one and what was answered; None at the end."""
    query = unpack(lists, query_of(url))
    if lists.style == "none":
        return None
    is_told = bool(lists.next or lists.next_header) or lists.style in {"link", "cursor"}
    said = _told(lists, response, whole)
    if is_told and not said:
        return None
    if lists.style in {"page", "offset"}:
        return _count_on(lists, query, items)
    if LIKE_A_URL.match(said) or (lists.style == "link" and not lists.next_header):
        try:
            following = unpack(lists, query_of(urljoin(url, said)))
        except ValueError:
            return None
    else:
        following = {**query, lists.position: said}
    # Some services end by giving out the cursor again that they were given.
    is_own = not (lists.style == "link" and not lists.next and not lists.next_header)
    return None if is_own and following == query else following


def _count_on(lists: Lists, query: Query, items: Sequence[Any]) -> Query | None:
    if not items:
        return None
    try:
        here = int(str(query.get(lists.position, lists.begins_with)))
    except ValueError:
        return None
    return {**query, lists.position: str(here + (1 if lists.style == "page" else len(items)))}


def _told(lists: Lists, response: Response, whole: Any) -> str:
    """Return what an answer says about the next page, as text; empty for each way of saying the end."""
    if lists.next:
        value = read(whole, lists.next, None)
    elif lists.next_header:
        value = response.headers.get(lists.next_header.lower())
    elif lists.style == "link":
        value = find_link(response.headers.get("link", ""), "next")
    else:
        return ""
    if isinstance(value, dict):
        value = next((value[name] for name in ADDRESSES if value.get(name)), None)
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, int | float):
        return str(value) if value else ""
    return value.strip() if isinstance(value, str) else ""


def find_link(header: str, relation: str) -> str | None:
    """Find the target of a relation in a Link header (RFC 8288), which may hold several links."""
    for target, parameters, *_ in LINK.findall(header):
        for name, value in re.findall(PARAMETER, parameters):
            if name.lower() != "rel":
                continue
            relations = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            if relation in relations.lower().split():
                return str(target)
            break  # only the first one counts (RFC 8288 §3.3)
    return None
