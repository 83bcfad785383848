"""Pages for people: what a gateway sends in the place of an API's answer.

A login page with status 200, or an error page of a proxy: neither was said by the service, so neither is
judged as its answer. Labels alone prove nothing: a body must be a page, too. Some statuses only a proxy or a
network ever sends, whatever stands in the body.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from support.http.history import Outcome
from support.http.retry import classify

if TYPE_CHECKING:
    from support.http.history import Exchange, Response
    from support.target.timing import Faults

A_PAGE = "a page instead of an answer of the API"
A_PROXYS = "an answer of a proxy instead of one of the API"
# Of a proxy, and of a network that wants a login first (RFC 9110 §15.5.8, RFC 6585 §6).
PROXYS = frozenset({407, 511})
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
        self._own_refusals: set[tuple[str, int, bytes]] = set()

    def own(self, exchange: Exchange, kind: str, faults: Faults) -> Exchange:
        """Return an attempt with the service's own page as the answer that it is, and know the page again."""
        assert exchange.page is not None
        self._own.add(_key(kind, exchange.page))
        outcome = classify(faults, exchange.page)
        return replace(exchange, response=exchange.page, fault=None, outcome=outcome, page=None)

    def filter(self, exchange: Exchange, kind: str) -> Exchange:
        """Return the attempt as it is, or as a fault where its answer was a gateway's page."""
        response = exchange.response
        if response is None:
            return exchange
        if response.status in PROXYS:
            return _as_fault(exchange, A_PROXYS)
        if "json" in response.media_type:
            self._answered_with_json.add(response.status)
            return exchange
        may_be_own = response.status >= 300 and response.status not in self._answered_with_json
        if not is_page(exchange) or may_be_own or _key(kind, response) in self._own:
            return exchange
        return _as_fault(exchange, A_PAGE)

    def is_doubtful(self, exchange: Exchange, faults: Faults) -> bool:
        """Return whether an answer is a refusal that a gateway may have sent: no JSON, and not known yet.

        What has to do with credentials or with passing faults, others look after. The same refusal of the
        same method is known, whatever was asked for: a service is sent hundreds of broken forms.
        """
        response = exchange.response
        if response is None or response.status < 400 or "json" in response.media_type:
            return False
        is_of_others = response.status in {401, 408, 425, *faults.statuses}
        is_known = _key(exchange.request.method, response) in self._own_refusals
        return bool(self._answered_with_json) and not (is_of_others or is_known)

    def settle(self, exchange: Exchange, looked: Exchange) -> Exchange:
        """Return a doubtful answer as the service's own where the list is still shown, else as a fault.

        `looked` is what came of asking for the list, which this caller has seen before.
        """
        response, seen = exchange.response, looked.response
        assert response is not None
        if seen is not None and (seen.status < 400 or "json" in seen.media_type):
            self._own_refusals.add(_key(exchange.request.method, response))
            return exchange
        return self.as_fault(exchange)

    @staticmethod
    def as_fault(exchange: Exchange) -> Exchange:
        """Return a refusal as the fault that it is if a gateway has sent it."""
        return _as_fault(exchange, A_PAGE if is_page(exchange) else A_PROXYS)


def _key(kind: str, response: Response) -> tuple[str, int, bytes]:
    return kind, response.status, sha256(response.body).digest()


def _as_fault(exchange: Exchange, words: str) -> Exchange:
    response = exchange.response
    assert response is not None
    words = f"{words} ({response.status}, {response.written_type or 'no type'})"
    return replace(exchange, response=None, fault=words, outcome=Outcome.UNKNOWN, page=response)


def is_own_page(exchange: Exchange) -> bool:
    """Return whether a page that stays, while all else is answered, is a refusal of the service's own.

    Frameworks refuse with a page what no route of theirs takes, and everything else with JSON.
    """
    page = exchange.page
    return page is not None and 400 <= page.status < 500 and page.status not in PROXYS
