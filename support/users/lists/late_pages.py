"""Where a walk may begin in a list that shows the newest last and cannot be asked for another order.

What a story is about was created while it ran. Where the newest can be listed first, a walk ends with the
users that were there before the story; here it begins with them, at a page that an earlier walk came
through. A walk proves by its own dates that nobody of the story can stand before it, or is made anew from
the beginning. A cursor may well show the list as it was when it was given: none is relied on before one has
shown somebody who was created afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from support.http import Operation
    from support.http.call import QueryValue
    from support.users.lists.walks import Walked
    from support.users.normalizers import Normalizer, Page

    Query = Mapping[str, QueryValue]

LONG_WALK = 5  # pages; a shorter one costs little
BACK = 1  # pages: others who leave push those who stay to earlier ones
MOST_DOUBTS = 3  # times that only a walk from the beginning showed somebody who was created afterwards


@dataclass(frozen=True, slots=True)
class Entry:
    """How a page is asked for, and when the walk that came through it was over, monotonic [s]."""

    query: Query
    known_at: float


class LatePages:
    """Remembers for each way of asking for the list the latest page with which a walk may begin.

    `page_of` reads what an operation has listed, `created_since` gives the ids of users whose creation was
    sent after a moment, monotonic [s].
    """

    def __init__(
        self,
        normalizer: Normalizer,
        page_of: Callable[[Operation], Page | None],
        created_since: Callable[[float], set[str]],
    ) -> None:
        self._normalizer = normalizer
        self._page_of = page_of
        self._created_since = created_since
        self._entries: dict[tuple[tuple[str, QueryValue], ...], Entry] = {}
        self._are_live = False
        self._doubts = 0

    def walk(self, first: Query, since: datetime | None, walk_from: Callable[[Query], Walked]) -> Walked:
        """Walk to the end from the latest page before everyone since a moment, or from the first page of all.

        Without a moment it is always the first page.
        """
        key = tuple(sorted(first.items(), key=str))
        entry = self._entries.pop(key, None)
        if since is None or self._doubts >= MOST_DOUBTS:
            return walk_from(first)
        late = walk_from(entry.query) if entry is not None else None
        if entry is not None and late is not None and self._is_proof(late, since):
            self._are_live = self._are_live or self._shows_newer(late, entry)
            self._entries[key] = self._latest(entry.query, late, since)
            if self._are_live:
                return late
        walked = walk_from(first)
        if len(walked[0]) >= LONG_WALK and self._is_proof(walked, since):
            self._doubts += entry is not None and self._shows_newer(walked, entry)
            self._entries[key] = self._latest(first, walked, since)
        return walked

    def _shows_newer(self, walked: Walked, entry: Entry) -> bool:
        """Return whether a walk shows somebody who was created after its first page had become known."""
        newer = self._created_since(entry.known_at)
        return any(str(self._normalizer.id_of(item)) in newer for item in walked[1])

    def _is_proof(self, walked: Walked, since: datetime) -> bool:
        """Return whether nobody who came since a moment stands before a walk or behind it.

        It shows users from oldest to newest, all with a date, and the first of them is older than that.
        """
        operations, items, is_complete = walked
        last = self._page_of(operations[-1])
        if not is_complete or last is None or last.next is not None:
            return False
        dates = [self._normalizer.created_at(item) for item in items]
        known = [date for date in dates if date is not None]
        is_ascending = all(one <= other for one, other in pairwise(known))
        return 0 < len(known) == len(dates) and is_ascending and known[0] < since

    def _latest(self, entry: Query, walked: Walked, since: datetime) -> Entry:
        """Return how a page was asked for that comes before the last one with an older user at its top."""
        asked, begins_old = [entry], 0
        for number, operation in enumerate(walked[0]):
            page = self._page_of(operation)
            if page is None or not page.items:
                break
            date = self._normalizer.created_at(page.items[0])
            if date is not None and date < since:
                begins_old = number
            if page.next is None:
                break
            asked.append(page.next)
        return Entry(asked[max(0, begins_old - BACK)], walked[0][-1].answered_at)
