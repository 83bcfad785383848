"""One look at the list as a story has asked for it, and whether a rule holds for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.convergence.polling import Reading
from support.convergence.timelines import Seen
from support.http.retry import is_fault
from support.users.pages import Listing, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.convergence import Observer


class ListProbe:
    """Walks through the list and says whether a rule holds; `complaint` gives what is wrong, or nothing."""

    view = "list"
    expects_absence = False
    is_dear = True

    def __init__(
        self, expected: str, first: Listing, observer: Observer, complaint: Callable[[Listing], str]
    ) -> None:
        self.expected = expected
        self._first: Listing | None = first
        self._asked = first
        self._observer = observer
        self._complaint = complaint

    def read(self, *, fresh: bool) -> Reading:
        """Walk once; what was listed by the story itself is judged first."""
        listing, self._first = self._first or walk(self._observer.api, self._asked, fresh=fresh), None
        faults = self._observer.api.target.faults
        begun_at = listing.operations[0].last.sent_at
        if is_fault(listing.operation.last, faults) and not listing.operation.persists:
            return Reading(Seen.NOTHING, "a fault", listing.operation, begun_at)
        complaint = self.judge(listing)
        seen = Seen.OLD if complaint else Seen.NEW
        return Reading(seen, complaint or "as it should be", listing.operation, begun_at)

    def judge(self, listing: Listing) -> str:
        """Return what is wrong with a listing that was answered; raises when it is no list at all."""
        self._observer.validator.done(listing.operation, self._observer.api.target.listed)
        if not listing.is_complete:
            return "the list cannot be walked to its end"
        return self._complaint(listing)
