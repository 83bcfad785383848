"""Looking at the list of users: one page of it, how many it announces, or all of it, page after page.

A walk goes no further than what is asked can be answered, and relies on no promise that it was not asked
about: where the list does not keep the order or takes the size that walks use, it is walked without.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from support.errors import NotApplicable
from support.http import Call, Outcome
from support.http.call import segment
from support.http.strict_json import MalformedAnswer
from support.target.sending.operations import Route
from support.users.forms.packing import ask
from support.users.lists.late_pages import LatePages
from support.users.lists.story_horizon import NEWEST_FIRST, StoryHorizon
from support.users.lists.walks import Novelty, agree, ends_at_nothing, put_together, until_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from support.http import Operation, SessionClient
    from support.http.call import QueryValue
    from support.target.sending.operations import OperationName
    from support.users.lists.walks import IsEnough, Walked
    from support.users.normalizers import Normalizer, Page

MOST_PAGES = 500  # of one walk; what stands beyond them is not looked at, and is said not to be
MOST_PAGES_OF_A_STORY = 60  # for which the size of pages is still the story's own
MOST_PAGES_SORTED = 50  # of a walk in an order that may put the story's users anywhere
MOST_PAGES_WHOLE = 100  # of a walk in the list's own order; a list with more is crowded
MOST_WALKS = 4
SIZE_REFUSED = frozenset({400, 413, 416, 422})


def refuses_size(operation: Operation) -> bool:
    """Return whether a page is refused in a way that its size may be the reason of."""
    return operation.response is not None and operation.response.status in SIZE_REFUSED


class ListReader:
    """What one caller sees of the list."""

    def __init__(self, client: SessionClient, normalizer: Normalizer) -> None:
        self.client = client
        self.target = client.target
        self._normalizer = normalizer
        self._population = 0  # as a list has last announced it, or a walk has found it
        self._is_size_refused = False
        self.horizon = StoryHorizon(client, normalizer)
        self._late_pages = LatePages(normalizer, self.page_of, self.horizon.created_since)

    def count(self, subject: str = "users", *, strong: bool = False) -> tuple[Operation, int | None]:
        """Ask how many users there are: the operation, and the number that it announces, if any."""
        if self.target.lists.total_by_head:
            path = self.route("list").path
            call = Call("HEAD", path, query=ask(self.target.lists, {}), headers=self._strong(strong))
            operation = self.client.send(call, "count", subject)
            response = operation.response
            return operation, self._normalizer.total(response) if response else None
        operation, page = self.list_page(self.target.lists.sized(1), subject, strong=strong)
        return operation, page.total if page else None

    def list_page(
        self,
        query: Mapping[str, QueryValue],
        subject: str = "users",
        *,
        strong: bool = False,
        fresh: bool = False,
    ) -> tuple[Operation, Page | None]:
        """List one page; None instead of the page when the answer holds none."""
        call = Call(*self.route("list"), query=ask(self.target.lists, query), headers=self._strong(strong))
        operation = self.client.send(call, "list", subject, fresh=fresh)
        page = self.page_of(operation)
        if page is not None and page.total is not None:
            self._population = page.total
        return operation, page

    def walk_list(
        self,
        subject: str = "users",
        *,
        size: int | None = None,
        query: Mapping[str, QueryValue] | None = None,
        whole: bool = False,
        since: datetime | None = None,
        sought: Collection[object] = (),
        strong: bool = False,
        fresh: bool = False,
    ) -> tuple[list[Operation], list[Any], bool]:
        """List everyone, page after page: the operations, the raw items, and whether it could be walked.

        Where the newest can be listed first, a walk ends with the users that were there before the running
        story (or `since`): nobody beyond matters. A `whole` one goes through the list in its own order as
        long as that is not crowded. One in another order ends when everyone who is `sought` has been shown
        and the next page shows none of them. A walk stops at the profile's window, and after `MOST_PAGES`
        (`MOST_PAGES_SORTED`, `MOST_PAGES_WHOLE`); `goes_on` tells so.

        Pages that move while others come and go skip somebody now and then, or show them twice. Where stable
        ones are not promised, walks of several pages are repeated until two agree, and put together.
        """
        lists = self.target.lists
        first = {**lists.always, **self._sized(size), **(query or {})}
        begin = None if query else since or self.horizon.begin()
        is_crowded = self._is_crowded(asks=begin is not None and whole)
        most, is_enough = (MOST_PAGES_SORTED if sought else MOST_PAGES), until_shown(sought, self._ids)
        own_order = dict(first)
        if begin is not None and whole and not is_crowded:
            most = MOST_PAGES_WHOLE
        elif begin is not None:
            first |= lists.ordered(NEWEST_FIRST)
            is_enough = self.horizon.end_of_walk(begin)

        # In a list without an order to be asked for, a look may begin where the story did.
        is_look = begin is None and not (query or whole or since) and lists.window is None
        moment = self.horizon.moment() if is_look else None
        walk = partial(self._walk, subject=subject, most=most, strong=strong, fresh=fresh)

        def go() -> Walked:
            return self._again(
                lambda: self._late_pages.walk(first, moment, partial(walk, is_enough=is_enough))
            )

        operations, items, is_complete = walked = go()
        if size is None and not is_complete and self._takes_no_size(operations):
            return self.walk_list(
                subject, query=query, whole=whole, since=since, sought=sought, strong=strong, fresh=fresh
            )
        if not query and (whole or begin is None):
            self._population = max(self._population, len(items))
        # Crowded, as is known only now; a list that begins again is not.
        if most == MOST_PAGES_WHOLE and is_complete and self.goes_on(operations[-1], items):
            return self.walk_list(subject, size=size, since=since, strong=strong, fresh=fresh)
        is_small = size is not None and size < self.target.walk_size and self.goes_on(operations[-1], items)
        shown = self._ids(items)
        is_crowd = 2 * len(set(shown)) > len(shown)  # and no list that shows the same users again and again
        if is_small and is_crowd and {str(each) for each in sought} - set(shown):  # and unannounced
            first |= lists.sized(self.target.walk_size)
            walked = go()
        if first.keys() > own_order.keys() and lists.window is None:
            walked = self._relied(walked, go, lambda: walk(own_order, is_enough=None), strong=strong)
        return self._settled(walked, go)

    def _settled(self, walked: Walked, again: Callable[[], Walked]) -> Walked:
        """Return a walk through pages that do not move, or what several show together."""
        operations, items, is_complete = walked
        if not is_complete or len(operations) == 1 or self.target.promise("stable-cursor"):
            return walked
        walks = [items]
        while len(walks) < MOST_WALKS and not agree(walks, self._ids):
            more, items, is_complete = again()
            if not is_complete:
                break  # what was read to its end before stands
            operations += more
            walks.append(items)
        return operations, put_together(walks, self._ids), True

    def _sized(self, size: int | None) -> Mapping[str, QueryValue]:
        """Return the query that asks for pages of a size, by default of that of walks."""
        if size is None and self._is_size_refused:
            return {}
        return self.target.lists.sized(size or self.target.walk_size)

    def _takes_no_size(self, operations: Sequence[Operation]) -> bool:
        """Return whether the size of walks is refused, and pages of the service's own size are listed.

        Whether such a size may be asked for, other stories judge: those that are not about it need the list.
        """
        if self._is_size_refused or len(operations) != 1 or not refuses_size(operations[0]):
            return False
        self._is_size_refused = self.list_page(self.target.lists.always)[1] is not None
        return self._is_size_refused

    def _relied(
        self, walked: Walked, again: Callable[[], Walked], in_own_order: Callable[[], Walked], *, strong: bool
    ) -> Walked:
        """Return a walk that ended where the story began; where that cannot be relied on, one to the end.

        It cannot where somebody of the story is missing who has to be listed by now, is found in the list's
        own order, and is missing in the other one once more: a list that is behind shows them next time.
        """
        operations, items, is_complete = walked
        missing = self.horizon.missing(operations[0], self._ids(items), strong=strong)
        if not is_complete or not missing:
            return walked
        whole = in_own_order()
        found = missing & set(self._ids(whole[1]))
        if not found:
            self.horizon.give_up(missing)
        elif found - set(self._ids(again()[1])):
            self.horizon.distrust()
            return whole
        return walked

    def _walk(
        self,
        first: Mapping[str, QueryValue],
        subject: str,
        most: int,
        is_enough: IsEnough | None,
        *,
        strong: bool,
        fresh: bool,
    ) -> tuple[list[Operation], list[Any], bool]:
        operations: list[Operation] = []
        items: list[Any] = []
        novelty = Novelty()
        following: Mapping[str, QueryValue] | None = first
        while following is not None and len(operations) < most and not novelty.is_over:
            operation, page = self.list_page(following, subject, strong=strong, fresh=fresh)
            operations.append(operation)
            if page is None:
                return operations, items, False
            operation.is_end = is_enough is not None and is_enough(items, page.items)
            items += page.items
            following = page.next
            novelty.note(self._ids(page.items))
            if operation.is_end or self._is_at_window(items):
                break
        return operations, items, not novelty.is_over

    def _is_crowded(self, *, asks: bool) -> bool:
        """Return whether others crowd the list; `asks` for the number rather than to find out by walking."""
        if asks and not self._population and self.target.promise("total-count"):
            self.count()
        return self._population >= MOST_PAGES_WHOLE * self.target.walk_size

    def _again(self, walk: Callable[[], Walked]) -> Walked:
        """Walk, and begin again where a page was gone that had been announced: others left meanwhile."""
        for _ in range(MOST_WALKS):
            walked = walk()
            if walked[2] or self.target.promise("stable-cursor") or not ends_at_nothing(walked[0]):
                break
        return walked

    def _is_at_window(self, items: Sequence[Any]) -> bool:
        window = self.target.lists.window
        return window is not None and len(items) >= window

    def goes_on(self, operation: Operation, items: Sequence[Any]) -> bool:
        """Return whether there may be users beyond a walk, given its last operation and what it has shown."""
        return not operation.is_end and (self._is_at_window(items) or self.has_more(operation))

    def has_more(self, operation: Operation) -> bool:
        """Return whether a page leads on to another one."""
        page = self.page_of(operation)
        return page is not None and page.next is not None

    def size_for(self, size: int) -> int:
        """Return the size of pages for a walk that a story asks for, larger where others crowd the list.

        Pages of a few users show the same as pages of a few more, and thousands of them cost minutes.
        """
        needed = -(-self._population // MOST_PAGES_OF_A_STORY)
        return max(size, min(needed, self.target.walk_size))

    def _ids(self, items: Sequence[Any]) -> list[str]:
        """Return the ids of what stands in a list, as text; what is no user has none."""
        return [str(self.id_of(item)) for item in items if isinstance(item, dict)]

    def id_of(self, item: object) -> int | str | None:
        """Return the id of what stands in a list; None for what is no user."""
        return self._normalizer.id_of(item)

    def route(self, name: OperationName, user_id: object = None) -> Route:
        """Return where an operation is, for a user where it is about one.

        Raises NotApplicable where the target has no such operation.
        """
        try:
            method, path = self.target.route(name)
        except LookupError as error:
            raise NotApplicable(str(error)) from None
        return Route(method, path.replace("{id}", segment(user_id)))

    def _strong(self, strong: bool) -> dict[str, str]:  # noqa: FBT001 - passed on from a keyword
        headers = self.target.headers
        return {headers.strong_read: headers.strong_value} if strong else {}

    def page_of(self, operation: Operation) -> Page | None:
        """Read the page that a list or a search was answered with; None where it holds none."""
        if operation.outcome is not Outcome.OK and not self._normalizer.found_nothing(operation.response):
            return None
        try:
            return self._normalizer.page(operation.last)
        except MalformedAnswer:
            return None
