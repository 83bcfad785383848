"""Pages for people: what a gateway sends in the place of an API's answer.

A login page with status 200, or an error page of a proxy: neither was said by the service, so neither is
judged as its answer. Labels alone prove nothing: a body must be a page, too.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from support.http.history import Outcome
from support.http.retry import classify

if TYPE_CHECKING:
    from support.http.history import Exchange
    from support.target.timing import Faults

A_PAGE = "a page instead of an answer of the API"
MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml"})


def is_page(exchange: Exchange) -> bool:
    """Return whether an answer is a page for people."""
    response = exchange.response
    return response is not None and response.media_type in MEDIA_TYPES and response.body.lstrip()[:1] == b"<"


class PageFilter:
    """Takes a gateway's pages for faults; learns which statuses the service itself answers with JSON.

    A service may well answer 404 with a page, as some frameworks do. So a refusal counts as a gateway's only
    where JSON has come with the same status before. The very page that was found to be the service's own for
    a kind of request is its own the next time, too: Flask ends every list with one.
    """

    def __init__(self) -> None:
        self._answered_with_json: set[int] = set()
        self._own: set[tuple[str, int, bytes]] = set()

    def own(self, exchange: Exchange, kind: str, faults: Faults) -> Exchange:
        """Return an attempt with the service's own page as the answer that it is, and know the page again."""
        assert exchange.page is not None
        self._own.add((kind, exchange.page.status, sha256(exchange.page.body).digest()))
        outcome = classify(faults, exchange.page)
        return replace(exchange, response=exchange.page, fault=None, outcome=outcome, page=None)

    def filter(self, exchange: Exchange, kind: str) -> Exchange:
        """Return the attempt as it is, or as a fault where its answer was a gateway's page."""
        response = exchange.response
        if response is None:
            return exchange
        if "json" in response.media_type:
            self._answered_with_json.add(response.status)
            return exchange
        if not is_page(exchange):
            return exchange
        if response.status >= 300 and response.status not in self._answered_with_json:
            return exchange
        if (kind, response.status, sha256(response.body).digest()) in self._own:
            return exchange
        words = f"{A_PAGE} ({response.status}, {response.written_type})"
        return replace(exchange, response=None, fault=words, outcome=Outcome.UNKNOWN, page=response)


def is_own_page(exchange: Exchange) -> bool:
    """Return whether a page that stays, while all else is answered, is a refusal of the service's own.

    Frameworks refuse with a page what no route of theirs takes, and everything else with JSON.
    """
    return exchange.page is not None and 400 <= exchange.page.status < 500
