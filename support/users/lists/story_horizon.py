"""How far a list that shows the newest first has to be walked: to where everybody was there before the story.

What a story is about was created while it ran, so the thousands of users from before it, of other stories
and of strangers, need not be listed to find its own. When it began is told by the service's own clock: by the
dates of creation that it has given to users of the story, or of stories shortly before.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from support.http import Outcome
from support.http.strict_json import MalformedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from support.http import Operation, SessionClient
    from support.users.normalizers import Normalizer

NEWEST_FIRST = "-createdAt"
# Dates may be whole seconds, and servers of one service may differ by some.
MARGIN = timedelta(seconds=5)
# A date further from our clock than this is no clock's: a story has sent it, or a defect has made it up.
CLOCKS_APART = timedelta(days=1)
OPERATIONS_BACK = 1000


class StoryHorizon:
    """Tells which users of a list are older than the running story, as one client has seen the service."""

    def __init__(self, client: SessionClient, normalizer: Normalizer) -> None:
        self._client = client
        self._normalizer = normalizer
        self._is_trusted = True
        self._given_up: set[str] = set()
        self._created: dict[int, str] = {}  # ids by the creation that gave them

    @property
    def is_offered(self) -> bool:
        """Whether the target lists the newest first and says when its users were created."""
        target = self._client.target
        declares = target.promise("sorting") and NEWEST_FIRST in target.lists.sort_keys
        return declares and target.promise("timestamps")

    def begin(self) -> datetime | None:
        """Return from when on users may be of the story, where the newest can be listed first; else None."""
        return self.moment() if self._is_trusted and self.is_offered else None

    def distrust(self) -> None:
        """Rely on the order no longer: it has hidden somebody whom the list shows."""
        self._is_trusted = False

    def give_up(self, missing: Collection[str]) -> None:
        """Look for these no longer: the list does not show them in whatever order."""
        self._given_up.update(missing)

    def missing(self, listed: Operation, ids: Collection[str], *, strong: bool) -> set[str]:
        """Return the ids of users of the story who have to be listed by now and are not among those shown.

        `listed` is the first page; whoever the story has tried to delete, or another caller has created, need
        not be there.
        """
        client = self._client
        within_s = 0.0 if strong else client.target.bounds.of("list")
        story = [done for done in client.history.since(0) if done.story == client.story and done.exchanges]
        deleted = {done.subject for done in story if done.verb == "delete"}
        due = {
            self._created_by(done)
            for done in story
            if done.verb == "create"
            and done.subject not in deleted
            and done.answered_at + within_s < listed.sent_at
            and _credentials(done) == _credentials(listed)
        }
        return due - {*ids, *self._given_up, ""}

    def created_since(self, moment: float) -> set[str]:
        """Return the ids of users whose creation was sent after a moment, monotonic [s], by any story."""
        later = (
            done
            for done in self._client.history.since(0)
            if done.verb == "create" and done.exchanges and done.sent_at > moment
        )
        return {self._created_by(done) for done in later} - {""}

    def _created_by(self, creation: Operation) -> str:
        """Return the id of whoever was created, read once; empty if nobody was."""
        if id(creation) not in self._created:  # the history keeps all
            response = creation.response if creation.outcome is Outcome.OK else None
            user_id = self._normalizer.created_id(response) if response else None
            self._created[id(creation)] = "" if user_id is None else str(user_id)
        return self._created[id(creation)]

    def moment(self) -> datetime | None:
        """Return from when on users may be of the story, by the service's dates; None if unknown."""
        if not self._client.target.promise("timestamps"):
            return None
        operations = self._client.history.since(0)[::-1]
        story = self._client.story
        own = next((n for n, done in enumerate(operations) if done.story != story), len(operations))
        sent = [done.exchanges[0].at for done in operations[:own] if done.exchanges]
        ahead = self._clock_ahead(operations[:own]) or self._clock_ahead(operations[own:][:OPERATIONS_BACK])
        return None if not sent or ahead is None else min(sent) + ahead - MARGIN

    def is_passed(self, items: Sequence[Any], begin: datetime) -> bool:
        """Return whether a page leads to users from before a moment, in the order that was asked for.

        Dates that do not descend, or cannot be read of most users, prove nothing: then the walk goes on.
        """
        dates = [self._normalizer.created_at(item) for item in items]
        known = [date for date in dates if date is not None]
        is_descending = all(one >= other for one, other in pairwise(known))
        return 0 < len(dates) <= 2 * len(known) and is_descending and known[-1] < begin

    def end_of_walk(self, begin: datetime) -> Callable[[Sequence[Any], Sequence[Any]], bool]:
        """Return what tells of the users before a page, and of those on it, whether a walk may end there."""
        return lambda _before, page: self.is_passed(page, begin)

    def _clock_ahead(self, operations: Sequence[Operation]) -> timedelta | None:
        """Return by how much the service's dates are ahead of our clock at least; None if unknown."""
        known = []
        for operation in operations:
            if operation.verb == "create" and operation.exchanges and operation.outcome is Outcome.OK:
                date = self._date_shown(operation)
                if date is not None and abs(date - operation.last.at) < CLOCKS_APART:
                    known.append(date - operation.last.at)
        return min(known, default=None)

    def _date_shown(self, creation: Operation) -> datetime | None:
        response = (creation.view or creation).response
        try:
            return self._normalizer.instant(self._normalizer.one(response).created_at) if response else None
        except MalformedAnswer:
            return None


def _credentials(operation: Operation) -> str:
    headers = {name.lower(): value for name, value in operation.last.request.headers.items()}
    return headers.get("authorization", "")
