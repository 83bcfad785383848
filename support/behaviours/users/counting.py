"""The number of users that a list announces, beside those whom it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http import Outcome
from support.users.pages import Listing, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.convergence import Observer
    from support.users import Person

COUNTED_AGAIN = 2  # times that a wrong number has to be announced again where others come and go


class Counting:
    """Says how announced numbers differ from what is listed; `is_alone`: nobody else comes or goes meanwhile.

    Where others may come and go, whoever did both meanwhile was counted or listed, and not both; a number
    that is wrong for the service's sake is so again and again. `newcomer` gives somebody who may come and go
    where a list is too long to be counted.
    """

    def __init__(
        self, observer: Observer, newcomer: Callable[[], Person] | None = None, *, is_alone: bool
    ) -> None:
        self._observer = observer
        self._newcomer = newcomer
        self._is_alone = is_alone
        self._api = observer.api

    def complaint(self, seen: Listing) -> str:
        """Say what is wrong with the numbers of a walk, and of further ones where it may be others' doing."""
        wrong = self._miscounted(seen)
        for _ in range(0 if self._is_alone else COUNTED_AGAIN):
            if not wrong:
                break
            wrong = self._miscounted(walk(self._api, seen, strong=seen.is_newest))
        if wrong or not self._is_alone or self._newcomer is None:
            return wrong
        if not self._api.has_more(seen.operation) or self._announced(seen)[1]:
            return ""  # counted to its end, or with those who are marked as deleted
        return self._drift() and self._drift()

    def _drift(self) -> str:
        """Say how the number differs when somebody has come and gone, as it shows in a crowd as well.

        Requests that were repeated prove nothing: an attempt whose answer was lost may have made another.
        """
        assert self._newcomer is not None
        before, person = self._count(), self._newcomer()
        created = self._api.create(person)
        if person.id is None:
            return ""
        gone = self._api.delete(person)
        self._observer.settle(gone.answered_at, self._api.target.bounds.list_s)
        after = self._count()
        is_clear = all(each.is_first_attempt and each.outcome is Outcome.OK for each in (created, gone))
        if not is_clear or before is None or after is None or before == after:
            return ""
        return f"{before} announced, and {after} when one more user had come and gone"

    def _count(self) -> int | None:
        return self._api.count(strong=self._observer.has_strong_reads)[1]

    def _miscounted(self, seen: Listing) -> str:
        self._observer.saw_all(seen.operation, seen.items)
        numbers, hidden = self._announced(seen)
        is_crowded = self._api.has_more(seen.operation)
        least = most = len(seen.items)
        if not self._is_alone:
            # Each number is of its moment: only those between two walks are of users whom both could show.
            again = walk(self._api, seen, strong=seen.is_newest)
            numbers = numbers[-1:] + self._announced(again)[0][:1]
            passing = len(self._ids(seen) ^ self._ids(again))
            least, most = min(least, len(again.items)) - passing, max(most, len(again.items)) + passing
        for number in numbers:
            is_more = number is not None and number > most + hidden and not is_crowded
            if number is None or number < least or is_more:
                return f"{'no number' if number is None else number} announced, {len(seen.items)} listed"
        return ""

    def _announced(self, listing: Listing) -> tuple[list[int | None], int]:
        """Return the numbers that a walk has announced, and how many it held who are marked as deleted."""
        pages = [page for operation in listing.operations if (page := self._api.page_of(operation))]
        hidden = sum(page.hidden for page in pages)
        if self._api.target.lists.total_by_head:
            return [self._api.count(strong=listing.is_newest)[1]], hidden
        return [page.total for page in pages], hidden

    def _ids(self, listing: Listing) -> set[object]:
        return {self._api.id_of(item) for item in listing.items}
