"""How the client lists users, asks for single pages and searches, and what single pages must keep to.

What is true of the list as a whole is the part of `support.behaviours.users.listing`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.cast.variations import IF_CHANGED, IN_ORDER
from support.errors import ForeignValue, NotApplicable, StoryError, UnexpectedContent
from support.http import Outcome
from support.users.pages import (
    CONTRACT_LARGEST,
    ODD_QUERIES,
    Listing,
    list_while_others_move,
    odd_page,
    page_from_cursor,
    size_that_leaves,
    sorted_by,
    walk,
    within_range,
    without_body,
)
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.behaviours.users.listing import ListObserver
    from support.cast import People, Variations
    from support.convergence import Observer
    from support.http import Operation
    from support.http.call import QueryValue

FULL = "holds at most {Number} users, and as many as there are"
DEFAULT = "has the default size"
IN_RANGE = "is within the largest page size, or the request is refused"
GOES_ON = "is not the first page again, or the request is refused"
NOBODY_OF_CLIENT = "shows no user of the client, or the request is refused"
PAGE_RULES = (FULL, DEFAULT, IN_RANGE, GOES_ON, NOBODY_OF_CLIENT)
UNSIZED = "without a size"
BODILESS = "without its body"
# What is left for the last page: so many users more than full pages.
LAST_PAGES = {"with one user on the last page": 1, "with as many users as fit on the last page": 0}
WALKS = (
    "{Number} per page",
    "{Number} per page, while others come and go",
    "sorted by {Order}, {Number} per page",
    *LAST_PAGES,
)
WALK = re.compile(
    r"(?:sorted by (?P<order>.+), )?(?P<size>\d+) per page(?P<moving>, while others come and go)?"
)


class Paging:
    """Asks for the list in the ways that stories name, and judges single pages."""

    def __init__(
        self, observer: Observer, people: People, variations: Variations, lists: ListObserver
    ) -> None:
        self._observer = observer
        self._api = observer.api
        self._people = people
        self._variations = variations
        self._lists = lists
        self._tags: dict[str, str] = {}  # of the last answers to searches that had one

    def walk(self, wording: str = "") -> Listing:
        """Walk through the whole list, in pages and in an order if the wording says so."""
        if not wording:
            return walk(self._api, Listing(is_whole=True))
        if wording in LAST_PAGES:
            return self._walk_to_last_page(LAST_PAGES[wording])
        found = WALK.fullmatch(wording)
        if found is None:
            raise StoryError(f"no story may list users {wording!r}; it may list them {'; '.join(WALKS)}")
        size = within_range(self._api.target, int(found["size"]))
        if not (found["order"] or self._api.horizon.is_offered):
            size = self._api.size_for(size)
        if found["moving"]:
            return self._walk_while_others_move(size)
        order = sorted_by(self._api.target.lists, found["order"]) if found["order"] else {}
        sought = frozenset(person.id for person in self._people) if order else frozenset()
        return walk(self._api, Listing(order, size, sought=sought))

    def ask(self, wording: str) -> Listing:
        """Ask for one page: of so many users, of no size said, or in a way that no careful client does."""
        if found := re.fullmatch(r'of "(.*)" users', wording):
            size = within_range(self._api.target, int(found[1])) if found[1].isdecimal() else found[1]
            return _as_listing(*self._api.list_page(self._api.target.lists.sized(size)))
        if wording == UNSIZED:
            return _as_listing(*self._api.list_page(self._api.target.lists.first_page))
        if wording == BODILESS:
            return without_body(self._api)
        if wording in ODD_QUERIES:
            return odd_page(self._api, wording)
        return page_from_cursor(self._api, wording.removeprefix("with a cursor that "))

    def search(self, wording: str) -> Listing:
        """Search for the users of an email, or of a text that no email is.

        Only if the answer has changed means: since the last one, if that had a tag (RFC 9110 §13.1.2). While
        a search may be behind it may repeat that one, so that this one is asked when it no longer may.

        A target whose searches are elsewhere than its list, or refuse to be sorted, need not sort them.
        """
        email = self._variations.email(wording)
        headers, strong = {}, False
        if wording.endswith(IF_CHANGED):
            headers = {"If-None-Match": self._tags[email]} if email in self._tags else {}
            strong = self._observer.has_strong_reads
            for person in self._people:  # after what nobody answered for good, the last answer may be right
                self._observer.validator.answered(person.writes[-1].operation)
            since = max(person.acknowledged_at for person in self._people)
            self._observer.settle(since, self._api.target.bounds.list_s)
        order = self._order_of_search(wording.partition(IN_ORDER)[2])
        operation, items = self._api.find(email, "users", strong=strong, headers=headers, order=order)
        if order and operation.outcome is Outcome.REFUSED:
            self._observer.validator.refused_cleanly(operation)
            raise NotApplicable("searches cannot be sorted here")
        if operation.response and (tag := operation.response.headers.get("etag")):
            self._tags[email] = tag
        return Listing(operations=[operation], items=items or [], is_complete=items is not None)

    def _order_of_search(self, order: str) -> dict[str, str]:
        """Return the query that asks for a search in an order; empty for none."""
        if order and self._api.route("find") != self._api.route("list"):
            raise NotApplicable("searches are made elsewhere than the list, where no order is declared")
        return sorted_by(self._api.target.lists, order) if order else {}

    def page_keeps(self, rule: str, listing: Listing) -> None:
        """Require that a page keeps one of the rules for pages."""
        if rule == IN_RANGE:
            self._in_range(listing)
        elif rule == GOES_ON:
            self._goes_on(listing)
        elif rule == NOBODY_OF_CLIENT:
            self._shows_nobody_of_client(listing)
        elif rule == DEFAULT:
            target = self._api.target
            self._full(listing, target.limits.page_default, target.lists.first_page)
        else:
            size = within_range(self._api.target, int(rule.split()[3]))
            self._full(listing, size, self._api.target.lists.sized(size))

    def _walk_to_last_page(self, left: int) -> Listing:
        """Walk in pages of such a size that so many users more than full pages are there."""
        self._settle()
        total = self._api.count(strong=self._observer.has_strong_reads)[1] or 0
        largest = within_range(self._api.target, CONTRACT_LARGEST)
        size, missing = size_that_leaves(left, total, largest)
        # Should one of them fail, another number is left over, and all the same nobody may be missing.
        self._settle([self._api.create(self._people.stranger("Filler")) for _ in range(missing)])
        return walk(self._api, Listing(size=size, is_whole=True), strong=self._observer.has_strong_reads)

    def _settle(self, made: Sequence[Operation] = ()) -> None:
        """Wait until the list must show everyone of the story, and whom else it made."""
        ends = [person.acknowledged_at for person in self._people]
        ends += [operation.answered_at for operation in made]
        self._observer.settle(max(ends), self._api.target.bounds.list_s)

    def _walk_while_others_move(self, size: int) -> Listing:
        people = list(self._people)
        self._settle()
        strong = self._observer.has_strong_reads
        return list_while_others_move(
            self._api,
            Listing(size=size),
            people[::2],
            lambda: self._people.stranger("Newcomer"),
            strong=strong,
        )

    def _full(self, listing: Listing, size: int, asked: Mapping[str, QueryValue]) -> None:
        """Require that a page has no more than `size` users, and no fewer where it is the last one.

        `asked` is the query that asks for it once more.
        """
        people = list(self._people)
        expected = min(size, len(people))

        def fits(operation: Operation, items: list[Any]) -> None:
            self._observer.validator.done(operation, self._api.target.listed)
            if len(items) > size:
                raise UnexpectedContent(
                    f"a page has at most {size} users", f"it has {len(items)}", evidence=[operation]
                )

        def complaint(seen: Listing) -> str:
            # However late a list is, no look at it may show too many.
            operation, page = self._api.list_page(asked, strong=seen.is_newest)
            fits(operation, page.items if page else [])
            if page is None or (len(page.items) < expected and page.next is None):
                return f"a last page of {len(page.items) if page else 0} users where {expected} exist"
            return ""

        fits(listing.operation, listing.items)
        self._lists.require(f"on pages of {size}", people, listing, complaint)

    def _is_refused(self, listing: Listing) -> bool:
        """Return whether a page was refused; raises when it was not refused cleanly."""
        if self._observer.validator.answered(listing.operation).status < 300:
            return False
        self._observer.validator.refused_cleanly(listing.operation)
        return True

    def _in_range(self, listing: Listing) -> None:
        """Require that an odd page size was refused or brought into range."""
        largest = self._api.target.limits.page_max
        if not self._is_refused(listing) and 0 < largest < len(listing.items):
            raise UnexpectedContent(
                f"no page has more than {largest} users",
                f"it has {len(listing.items)}",
                evidence=[listing.operation],
            )

    def _goes_on(self, listing: Listing) -> None:
        """Require that a cursor which was never given out does not begin the list again."""
        if self._is_refused(listing):
            return
        operation, page = self._api.list_page(self._api.target.lists.sized(1))
        if page and page.items and listing.items[:1] == page.items:
            raise UnexpectedContent(
                "a cursor that was never given out is refused, or leads nowhere",
                "it leads to the first page again",
                evidence=[listing.operation, operation],
            )

    def _shows_nobody_of_client(self, listing: Listing) -> None:
        """Require that a cursor of another tenant is refused, or shows no user that the client knows."""
        if self._is_refused(listing):
            return
        strong = self._observer.has_strong_reads
        for item in listing.items:
            user = self._observer.validator.item(listing.operation, item)
            look = self._api.look_up(user.id, "whom another tenant was shown", strong=strong)
            if look.outcome is Outcome.OK:
                raise ForeignValue(
                    "the client's cursor shows another tenant no user of the client",
                    f"it shows {clip(item, 80)}",
                    evidence=[listing.operation, look],
                )


def _as_listing(operation: Operation, page: Any) -> Listing:
    return Listing(operations=[operation], items=page.items if page else [], is_complete=page is not None)
