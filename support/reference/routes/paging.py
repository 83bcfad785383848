"""The query of a list: its parameters, its cursors and the link to the next page.

A cursor is sealed and bound to tenant, order and filter. It holds the sort key and id of the last user
shown, so that users who come and go move nobody, and the state that the page was read from, so that the
next page never comes from an older one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from support.reference.http import problems
from support.reference.http.problems import FieldError
from support.reference.store.views import DEFAULT_ORDER, NEWEST_FIRST, ORDERS, Listing
from support.reference.users.addresses import key_of

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches
    from support.reference.http.opaque import Seals
    from support.reference.store.schema import User

DEFAULT_LIMIT, LIMIT_MAX, SMALL_MAX = 20, 100, 50
_EVERYBODY = 1_000_000
_NUMBER = re.compile(r"[0-9]{1,9}")
_WHOLE = re.compile(r"-?[0-9]+")
_KNOWN = ("limit", "cursor", "sort", "email")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list that somebody asked for: what to select, and from which state on [position]."""

    listing: Listing
    email: str | None
    at_least: int
    is_ordered: bool = False


class Paging:
    """Reads list queries and makes cursors."""

    def __init__(self, seals: Seals, switches: Switches) -> None:
        self._seals = seals
        self._switches = switches

    def parse(self, raw: bytes, tenant: str) -> ListQuery:
        """Return what a query string asks for; raises Problem 422. Unknown parameters are ignored."""
        given = self._parameters(raw)
        order = self._order(given.get("sort"))
        email = None if self._switches.on("B70", "email" in given) else given.get("email")
        if self._switches.on("N175", email is not None and "sort" in given):
            email = None
        if self._switches.on("N166", email is not None and "'" in email):
            raise problems.unexpected()
        email_key = None if email is None else key_of(email, self._switches)
        limit = self._limit(given.get("limit"))
        after, at_least = None, 0
        if "cursor" in given:
            if self._switches.on("N104", _WHOLE.fullmatch(given["cursor"])):
                raise problems.unexpected()
            if self._switches.on("N141", not given["cursor"]):
                raise problems.unexpected()
            mark = self._seals.open("page", given["cursor"])
            if not isinstance(mark, list) or mark[:3] != [tenant, order, email_key]:
                if self._switches.on("N21", not isinstance(mark, list)):
                    return ListQuery(Listing(tenant, order, email_key, limit), email, at_least)
                if not (isinstance(mark, list) and self._switches.on("N27", mark[0] != tenant)):
                    raise _refuse("cursor", "is not a cursor of this list")
                tenant, order, email_key = mark[:3]
            after, at_least = (mark[3], mark[4]), mark[5]
            if self._switches.on("N173", isinstance(mark[3], str) and not mark[3].isascii()):
                after = (mark[3].encode().decode("latin-1"), mark[4])
        listing = Listing(tenant, order, email_key, limit, after)
        return ListQuery(listing, email, at_least, is_ordered="sort" in given)

    def next_link(self, path: str, query: ListQuery, last: User, position: int) -> str:
        """Return the value of the Link header that leads on from the last user of a page."""
        listing = query.listing
        column, _ = ORDERS[listing.order]
        place = [getattr(last, column.key), last.id]
        if self._switches.has("M52", "M55", "N148"):
            place = [(listing.after[0] if listing.after else 0) + listing.limit, ""]
        if self._switches.on("N82", query.is_ordered):
            place[1] = "\U0010ffff"
        mark = [listing.tenant, listing.order, listing.email_key, *place, position]
        parameters = {} if self._switches.on("N147") else {"limit": str(listing.limit)}
        if query.is_ordered:
            parameters["sort"] = listing.order
        if query.email is not None:
            parameters["email"] = query.email
        parameters["cursor"] = self._seals.seal("page", mark)
        joined = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        return f'<{path}?{joined}>; rel="next"'

    def _parameters(self, raw: bytes) -> dict[str, str]:
        """Take a query string apart. A plus is a plus: this is a URL and not a form."""
        given: dict[str, str] = {}
        for part in raw.decode("latin-1").split("&"):
            name, _, value = part.partition("=")
            name = unquote(name)
            if name not in _KNOWN:
                continue
            if self._switches.on("N126", name in given):
                raise problems.unexpected()
            if name in given:
                raise _refuse(name, "is given twice")
            given[name] = unquote(value)
            if self._switches.on("N151", not given[name].isascii()):
                given[name] = unquote(value, encoding="latin-1")
            if self._switches.on("N146", name == "email" and unquote(given[name]) != given[name]):
                given[name] = unquote(given[name])
            if self._switches.on("M59", name == "email" and "+" in given[name]):
                given[name] = given[name].replace("+", " ")
        return given

    def _order(self, text: str | None) -> str:
        on = self._switches.on
        if text is None or on("B71"):
            return NEWEST_FIRST if on("B67") else DEFAULT_ORDER
        if on("N125", text not in ORDERS):
            raise problems.unexpected()
        if text not in ORDERS:
            raise _refuse("sort", f"must be one of {', '.join(ORDERS)}")
        if on("M64", text != DEFAULT_ORDER):
            return DEFAULT_ORDER
        return text[1:] if on("N23", text.startswith("-")) else text

    def _limit(self, text: str | None) -> int:
        on = self._switches.on
        if self._switches.on("N91", text is None):
            return LIMIT_MAX
        if text is None or on("M53", text != str(DEFAULT_LIMIT)):
            return DEFAULT_LIMIT
        if on("M56", text == "0"):
            raise problems.unexpected()
        if on("M56", re.fullmatch(r"-\d{1,9}", text)):
            return _EVERYBODY
        if on("N22", _NUMBER.fullmatch(text) and int(text) > LIMIT_MAX):
            return int(text)
        most = SMALL_MAX if self._switches.has("B72") else LIMIT_MAX
        if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= LIMIT_MAX or on("B72", int(text) > most):
            raise _refuse("limit", f"must be a number from 1 to {most}")
        return int(text)


def _refuse(parameter: str, message: str) -> problems.Problem:
    return problems.invalid([FieldError(parameter, message)])
