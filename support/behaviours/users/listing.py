"""What is true of the list as a whole: everyone once, in order, counted, and nobody who was refused.

A listing that was made within the bound of a write proves nothing by what it lacks. So a rule that does not
hold is looked at again until the bound is over, and where newest-state reads are promised once more with
one of those, which nothing excuses.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

from support.behaviours.users.counting import Counting
from support.behaviours.users.list_probe import ListProbe
from support.behaviours.users.order import SORT_MEMBERS, find_disorder, find_disorder_of_strangers
from support.convergence import Timeline
from support.errors import DuplicateEffect, ForeignValue, TraceLeft, UnexpectedContent
from support.http.strict_json import MalformedAnswer
from support.users.forms.paths import texts_in
from support.users.markers import find_mark
from support.users.pages import Listing, walk
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from support.convergence import Observer
    from support.users import Person


class ListObserver:
    """Finds out what is true of the whole list; `newcomer` gives somebody who may be created for that."""

    def __init__(self, observer: Observer, newcomer: Callable[[], Person] | None = None) -> None:
        self._observer = observer
        self._newcomer = newcomer
        self._api = observer.api

    def walk(self) -> Listing:
        """Walk through the whole list, as it is."""
        return walk(self._api, Listing())

    def lists_once(self, people: Sequence[Person], listing: Listing) -> None:
        """Require that the list, asked for in that way, holds each of the people exactly once.

        A walk while others came and went is judged as it was: nobody who was there throughout may be missing.
        """
        if listing.others_moved:
            self._lists_stayers(people, listing)
            return

        def complaint(seen: Listing) -> str:
            return self._not_once(people, seen) or self._longer_than_asked(seen)

        self.require("listed exactly once", people, listing, complaint)

    def _lists_stayers(self, people: Sequence[Person], listing: Listing) -> None:
        """Require that this one walk held each of the people, who were there throughout, exactly once."""
        validator = self._observer.validator
        validator.done(listing.operation, self._api.target.listed)
        if complaint := self._not_once(people, listing):
            raise UnexpectedContent(
                "turning the pages shows everyone who stays exactly once, while others come and go",
                complaint,
                evidence=listing.operations,
            )

    def lists_as_written(self, people: Sequence[Person], listing: Listing) -> None:
        """Require that the list shows each of the people once, as last written and not otherwise.

        A write whose answer was lost may have been the last, also where its repeat was refused for that.
        """
        keep = self._observer.normalizer.stored
        stored: dict[object, list[dict[str, Any]]] = {
            person.id: [keep(details) for details in person.possible] for person in people
        }

        def complaint(seen: Listing) -> str:
            for item in seen.items:
                expected = stored.get(self._id(item))
                if expected and self._observer.normalizer.readable(self._user(seen, item)) not in expected:
                    return f"{clip(item, 200)} where {clip(expected[0], 200)} was written"
            return self._not_once(people, seen)

        self.require("listed as last written", people, listing, complaint)

    def lists_in_order(self, people: Sequence[Person], key: str, listing: Listing) -> None:
        """Require that the people stand in the order of a key; equal ones in any.

        The people of a story, made together, may all stand on one page, and a list that goes on behind the
        last page of the walk may lack them. So the strangers are judged as well where pages do not move, and
        in the place of the people where those are missing.
        """
        member, descends = SORT_MEMBERS[key], key.endswith(" first")
        ids = {person.id for person in people}

        def disorder_of_strangers(seen: Listing) -> str:
            shown = [getattr(user, member) for user in self._api.readable_users(seen.items)]
            # Where those stand who have none, no contract says.
            values = [self._key(value, member) for value in shown if value is not None]
            return find_disorder_of_strangers(values, descends=descends)

        def complaint(seen: Listing) -> str:
            if not ids <= self._ids(seen.items) and self._api.goes_on(seen.operation, seen.items):
                return disorder_of_strangers(seen)
            if missing := self._not_once(people, seen):
                return missing
            users = [self._user(seen, item) for item in seen.items if self._id(item) in ids]
            values = [self._key(getattr(user, member), member) for user in users]
            if wrong := find_disorder(values, descends=descends):
                return wrong
            return disorder_of_strangers(seen) if self._api.target.promise("stable-cursor") else ""

        self.require(f"in the order of {key}", people, listing, complaint)

    def is_ordered(self, people: Sequence[Person], wording: str, listing: Listing) -> None:
        """Require the order that a wording names, or that listing again shows the same one."""
        if wording.startswith("sorted by "):
            self.lists_in_order(people, wording.removeprefix("sorted by "), listing)
        else:
            self.keeps_order(people, listing)

    def keeps_order(self, people: Sequence[Person], listing: Listing) -> None:
        """Require that a second walk shows the people in the order of the first.

        A walk that lacks some of them, as one may within the bound, would say little of their order: another
        one takes its place. Of a list that goes on without them, those strangers are judged who are alike in
        both.
        """
        ids: set[object] = {person.id for person in people}
        strong = self._observer.has_strong_reads
        if not ids <= self._ids(listing.items) and not self._api.goes_on(listing.operation, listing.items):
            written_at = max(person.acknowledged_at for person in people)
            self._observer.settle(written_at, self._api.target.bounds.list_s)
            listing = walk(self._api, listing, strong=strong)
        again = walk(self._api, listing, strong=strong)
        if not ids & self._ids([*listing.items, *again.items]):
            ids = {self._id(item) for item in again.items if item in listing.items}
        self._observer.validator.done(again.operation, self._api.target.listed)
        orders = [
            [self._id(item) for item in seen.items if self._id(item) in ids] for seen in (listing, again)
        ]
        # Within the bound either look may lack somebody; whom both show must stand in one order.
        both = set(orders[0]) & set(orders[1])
        first, second = ([user_id for user_id in order if user_id in both] for order in orders)
        if first != second:
            raise UnexpectedContent(
                "equal keys keep one order",
                f"a second look showed {clip(second)} after {clip(first)}",
                evidence=[listing.operation, again.operation],
            )

    def counts_right(
        self, people: Sequence[Person], listing: Listing, *, is_alone: bool | None = None
    ) -> None:
        """Require that the number announced is the number that the whole list has.

        Where it is not said whether the story is alone with the list, the profile tells.

        Of a crowded list, which no story walks through, only that it is no smaller than what was listed, and
        the same after somebody has come and gone.
        """
        is_alone = self._api.target.exclusive if is_alone is None else is_alone
        counting = Counting(self._observer, self._newcomer, is_alone=is_alone)
        self.require("counted as they are listed", people, listing, counting.complaint)

    def nobody(self, listing: Listing) -> None:
        """Require that a search found nobody, or was refused because nobody can have such an email."""
        status = self._observer.validator.answered(listing.operation).status
        if status >= 300 and status not in self._api.target.lists.nothing_found:
            self._observer.validator.refused_cleanly(listing.operation)
        elif listing.items or not listing.is_complete:
            found = clip(listing.items[0]) if listing.items else "something that is no list"
            raise ForeignValue("nobody has that email", f"it finds {found}", evidence=[listing.operation])

    def finds_nobody_of(self, marks: Iterable[str], since: float) -> None:
        """Require that the settled list holds nobody with one of the marks: what was refused left nobody."""
        marks = set(marks)
        self._observer.settle(since, self._api.target.bounds.list_s)
        items, operation = self._observer.whole_list()
        for item in items:
            if any(find_mark(value) in marks for value in texts_in(item)):
                raise TraceLeft(
                    "a refused creation leaves nobody behind",
                    f"the list holds {clip(item)}",
                    evidence=[operation],
                )
        self._observer.saw_all(operation, items)

    def finds_alone(self, person: Person) -> None:
        """Require that exactly one user of the settled list has the person's email, and that it is they."""
        self._observer.settle(person.acknowledged_at, self._api.target.bounds.list_s)
        email = self._observer.normalizer.stored(person.current)["email"].strip().lower()
        items, operation = self._observer.whole_list()
        holders = [
            self._observer.validator.item(operation, item).id
            for item in items
            if email in {value.strip().lower() for value in texts_in(item)}
        ]
        if len(holders) <= 1:
            self._observer.saw_all(operation, items)
        if holders != [person.id]:
            raise DuplicateEffect(
                f"the email of {person.subject} belongs to {person.subject} alone",
                f"the list has it {len(holders)} times: ids {clip(holders)}",
                evidence=[operation],
            )

    def require(
        self, expected: str, people: Sequence[Person], listing: Listing, complaint: Callable[[Listing], str]
    ) -> None:
        """Look until the rule holds, up to the bound; then once more at the newest state, if one can."""
        last = max(people, key=lambda person: person.acknowledged_at)
        probe = ListProbe(expected, listing, self._observer, complaint)
        timeline = Timeline(
            subject=last.subject if len(people) == 1 else f"each of {len(people)} users",
            expected=expected,
            view="list",
            written_at=last.writes[-1].operation.sent_at,
            acknowledged_at=last.acknowledged_at,
            bound_s=self._api.target.bounds.list_s,
            verb="create",
        )
        self._observer.expect(probe, timeline)
        if not self._observer.has_strong_reads:
            return
        newest = walk(self._api, listing, strong=True)
        if wrong := probe.judge(newest):
            raise UnexpectedContent(
                f"users are {expected} in the newest state", wrong, evidence=[newest.operation]
            )

    def _not_once(self, people: Sequence[Person], listing: Listing) -> str:
        counts = Counter(self._id(item) for item in listing.items)
        # However far the list goes on: nobody stands there twice.
        for person in sorted(people, key=lambda each: counts[each.id], reverse=True):
            if counts[person.id] > 1:
                return f"{person.subject} stands {counts[person.id]} times"
            if counts[person.id] == 0:
                self._observer.saw_all(listing.operation, listing.items)
                return f"{person.subject} is missing"
        return ""

    def _longer_than_asked(self, listing: Listing) -> str:
        """Say whether a further page has more users than the first one and than were asked for."""
        pages = [page for operation in listing.operations if (page := self._api.page_of(operation))]
        if listing.size is None or not self._api.target.lists.has_sizes or not pages:
            return ""
        longest = max(len(page.items) for page in pages)
        if longest <= max(listing.size, len(pages[0].items)):
            return ""
        return f"a further page of {longest} users, where {listing.size} were asked for"

    def _ids(self, items: Iterable[Any]) -> set[object]:
        return {self._id(item) for item in items}

    def _id(self, item: Any) -> object:
        return self._api.id_of(item)

    def _key(self, value: Any, member: str) -> str:
        """Return what a value is ordered by, as text: of a date the moment, where it can be read."""
        if member == "created_at":
            with contextlib.suppress(MalformedAnswer):
                return (
                    self._observer.normalizer.instant(value)
                    .astimezone(UTC)
                    .isoformat(timespec="microseconds")
                )
        return str(value)

    def _user(self, listing: Listing, item: Any) -> Any:
        return self._observer.validator.item(listing.operation, item)
