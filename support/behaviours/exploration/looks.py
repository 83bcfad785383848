"""Looking at explored users in every view, and judging what is shown by what may be true of them.

A look convicts only where it must show the newest state: because that was asked for and is promised, or
because it was sent after the bound. Within the bound it may show anything that has ever stood, and nothing
else. What is not promised is not looked at.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from support.behaviours.exploration.addresses import key_of
from support.behaviours.exploration.own_members import OwnMembers
from support.behaviours.exploration.texts import SORTABLE
from support.errors import (
    CameBack,
    DivergedAgain,
    DuplicateEffect,
    Failure,
    ForeignValue,
    SecretShown,
    TraceLeft,
    UnexpectedContent,
)
from support.http.retry import is_fault
from support.users.forms.paths import texts_in
from support.users.markers import find_mark
from support.users.pages import Listing, walk, walk_for
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from support.behaviours.exploration.model import Known
    from support.convergence import Observer
    from support.http import Operation
    from support.users import User

VIEWS = {"single": "by id", "filter": "by email", "list": "in the list"}


class Looks:
    """Looks at users, as one caller sees them."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._api = observer.api
        self._target = observer.api.target
        self._validator = observer.validator
        self._normalizer = observer.normalizer
        self.is_newest = observer.has_strong_reads
        self.own = OwnMembers(observer, self.answered)
        self._turn = 0

    def answered(self, operation: Operation) -> bool:
        """Return whether an operation was answered: a passing fault tells nothing."""
        return operation.persists or not is_fault(operation.last, self._target.faults)

    def by_id(self, known: Known) -> None:
        """Look a user up and judge what is shown, what the service writes of them included."""
        person = known.person
        operation = self._api.look_up(person.id, person.subject, strong=self.is_newest)
        if not self.answered(operation):
            return
        response = self._validator.answered(operation)
        if response.status in self._target.accepted.gone or self._api.is_gone(operation):
            self._judge(known, None, operation, "single")
            return
        self._validator.done(operation, self._target.accepted.look_up)
        user = self._validator.user(operation)
        if user.id != person.id:
            raise ForeignValue(
                f"looking up {person.subject} shows that user",
                f"the answer shows the id {clip(user.id)} instead of {clip(person.id)}",
                evidence=[operation],
            )
        self._hides_password(user, operation)
        known.shown_email = user.email
        self._judge(known, user, operation, "single")
        if self._is_conclusive(known, operation, "single"):
            self.own.note(known, user, operation)

    def _hides_password(self, user: User, operation: Operation) -> None:
        if self._normalizer.shows_password(user):
            raise SecretShown("no view shows a password, in whatever form", "it does", evidence=[operation])

    def by_email(self, known: Known) -> None:
        """Search for the email of a user, or for one they had, and judge who is found."""
        emails = known.emails()
        if len(emails) != 1 and not known.is_gone:
            return
        email = known.as_shown(emails.pop() if emails else known.person.email, self._key)
        operation, items = self._api.find(email, known.person.subject, strong=self.is_newest)
        if not self.answered(operation):
            return
        mine = self._observer.pick(operation, items, known.person)
        for item in items or ():
            found = self._validator.item(operation, item)
            if self._key(found.email) != self._key(email):
                raise ForeignValue(
                    f"a search for {clip(email)} finds that email and no other",
                    f"it finds {clip(found.email)}",
                    evidence=[operation],
                )
        self._judge(known, mine, operation, "filter")
        if mine is not None and self._is_conclusive(known, operation, "filter"):
            self.own.agree(known, mine, operation)

    def by_former_email(self, known: Known) -> None:
        """Search for an email that a user has given up: nobody is found who does not have it."""
        former = known.former_emails(self._key)
        if not former:
            return
        email = former[len(known.moments) % len(former)]
        operation, items = self._api.find(email, known.person.subject, strong=self.is_newest)
        if not self.answered(operation):
            return
        mine = self._observer.pick(operation, items, known.person)
        if mine is not None and self._is_conclusive(known, operation, "filter"):
            raise DivergedAgain(
                f"a search for {clip(email)} no longer finds {known.person.subject}, who has given it up",
                f"it finds them with the email {clip(mine.email)}",
                evidence=[operation],
            )

    def listed(
        self,
        everyone: Sequence[Known],
        *,
        own: Collection[str],
        unsure: Collection[str],
        size: int | None = None,
        order: str = "",
    ) -> Listing | None:
        """Walk through the list and judge everyone in it, users of our marks whom nobody created included.

        `own` are all marks of these clients, `unsure` those whose creation was left open. Returns what came,
        None without an answer, and where there is no list.
        """
        if not self._target.has_list:
            return None
        query = self._target.lists.ordered(order) if order else {}
        self._turn += 1
        # By turns as it comes, and not the newest first, where it is not too long for that.
        is_whole = not order and self._turn % 4 == 1
        there = {str(known.person.id) for known in everyone if known.is_there}
        listing = walk_for(self._api, Listing(query, size, is_whole=is_whole), there, strong=self.is_newest)
        operation = listing.operation
        if not self.answered(operation):
            return None
        self._validator.done(operation, self._target.listed)
        if not listing.is_complete:
            raise UnexpectedContent(
                "the list can be walked to its end", "it begins again or holds no users", evidence=[operation]
            )
        raw = {str(self._api.id_of(item)): item for item in listing.items}
        goes_on = self._api.goes_on(operation, listing.items)
        self._everyone_once(everyone, listing, raw, goes_on=goes_on)
        self._nobody_else(everyone, listing, own, unsure)
        self._pages_fit(listing)
        if order:
            self._is_in_order(everyone, listing, order, raw)
            if self.is_newest and not goes_on:
                self._keeps_order(everyone, listing)
        return listing

    def _everyone_once(
        self, everyone: Sequence[Known], listing: Listing, raw: Mapping[str, Any], *, goes_on: bool
    ) -> None:
        """Judge what a list shows of each user, and that it shows nobody twice."""
        operation, first = listing.operation, listing.operations[0]
        counts = Counter(str(self._api.id_of(item)) for item in listing.items)
        for known in everyone:
            user_id = str(known.person.id)
            if counts[user_id] > 1:
                raise DuplicateEffect(
                    f"the list shows {known.person.subject} once",
                    f"they stand there {counts[user_id]} times",
                    evidence=[operation],
                )
            if user_id in raw:
                user = self._validator.item(operation, raw[user_id])
                self._hides_password(user, operation)
                self._judge(known, user, operation, "list", first=first)
                if self._is_conclusive(known, first, "list"):
                    self.own.agree(known, user, operation)
            elif not goes_on:
                self._judge(known, None, operation, "list", first=first)

    def _is_conclusive(self, known: Known, operation: Operation, view: str) -> bool:
        bound_s = self._target.bounds.of(view)
        return self.is_newest or operation.last.sent_at > known.acknowledged_at + bound_s * 1.01 + 0.05

    def _judge(
        self, known: Known, user: User | None, operation: Operation, view: str, first: Operation | None = None
    ) -> None:
        """Require that what a view shows of a user may be true of them."""
        shown = None if user is None else self._normalizer.readable(user)
        if not self._is_conclusive(known, first or operation, view):
            if shown is not None and not known.was(shown):
                raise self._difference(known, shown, operation, view)
            return
        if not known.allows(shown):
            raise self._difference(known, shown, operation, view)
        if view == "single":
            known.saw(shown, operation.last.sent_at)

    def _difference(
        self, known: Known, shown: Mapping[str, Any] | None, operation: Operation, view: str
    ) -> Failure:
        """Return what is wrong with what a view shows of a user."""
        subject, where = known.person.subject, VIEWS[view]
        evidence = [operation]
        if shown is None:
            return UnexpectedContent(f"{subject} is found {where}", "nobody is found", evidence=evidence)
        words = ", ".join(f"{name} {clip(value)}" for name, value in shown.items())
        if known.is_gone and known.was(shown):
            return CameBack(f"{subject}, who was deleted, is not found {where}", words, evidence=evidence)
        expected = next((state for state in known.states if state is not None), None)
        kept = {} if expected is None else self._normalizer.stored(expected)
        wanted = ", ".join(f"{name} {clip(value)}" for name, value in kept.items() if value != shown[name])
        promised = (
            f"{subject} is shown {where} with {wanted}" if wanted else f"{subject} is not found {where}"
        )
        if shown in known.refused:
            return TraceLeft(promised, f"what was refused is shown: {words}", evidence=evidence)
        if known.was(shown):
            return DivergedAgain(promised, f"an older state is shown: {words}", evidence=evidence)
        differing = ", ".join(
            f"{name} {clip(shown[name])}" for name in shown if shown[name] != kept.get(name)
        )
        return UnexpectedContent(promised, f"it is shown with {differing or words}", evidence=evidence)

    def _nobody_else(
        self, everyone: Sequence[Known], listing: Listing, own: Collection[str], unsure: Collection[str]
    ) -> None:
        """Require that nobody of our marks stands in the list whom no creation has made."""
        ids = {str(known.person.id) for known in everyone}
        for item in listing.items:
            marks = {find_mark(text) for text in texts_in(item)} & set(own)
            if marks and not marks & set(unsure) and str(self._api.id_of(item)) not in ids:
                raise TraceLeft(
                    "only accepted creations create users, each of them one",
                    f"the list holds {clip(item, 120)}, whom no answer has told of",
                    evidence=[listing.operation],
                )

    def _pages_fit(self, listing: Listing) -> None:
        size = listing.size
        for operation in listing.operations:
            page = self._api.page_of(operation)
            if size and page is not None and len(page.items) > size and self._target.lists.has_sizes:
                raise UnexpectedContent(
                    f"a page has at most {size} users", f"it has {len(page.items)}", evidence=[operation]
                )

    def _is_in_order(
        self, everyone: Sequence[Known], listing: Listing, order: str, raw: Mapping[str, Any]
    ) -> None:
        """Require the order that was asked for, among those whom every collation puts in one order."""
        if not all(self._is_conclusive(known, listing.operations[0], "list") for known in everyone):
            return
        ids = {str(known.person.id) for known in everyone}
        values: list[str] = []
        for user_id, item in raw.items():
            user = self._validator.item(listing.operation, item)
            if user_id not in ids:
                continue
            if order == "createdAt" and self._target.promise("timestamps"):
                moment = self._normalizer.instant(user.created_at)
                values.append(f"{moment.timestamp():020.6f}")
            elif order.lstrip("-") == "name" and user.name in SORTABLE:
                values.append(str(user.name))
        if values != sorted(values, reverse=order.startswith("-")):
            raise UnexpectedContent(
                f"users are listed in the order that was asked for ({order})",
                f"they come as {', '.join(values)}",
                evidence=[listing.operation],
            )

    def _keeps_order(self, everyone: Sequence[Known], listing: Listing) -> None:
        """Require that a second walk shows our users in the order of the first; equal keys keep one."""
        again = walk(self._api, Listing(listing.query, listing.size), strong=True)
        if not self.answered(again.operation):
            return
        ours = {str(known.person.id) for known in everyone}
        shown = [
            dict.fromkeys(user_id for item in seen.items if (user_id := str(self._api.id_of(item))) in ours)
            for seen in (listing, again)
        ]
        # Pages that move may lack somebody; whom both walks show must stand in one order.
        first, second = ([each for each in seen if all(each in other for other in shown)] for seen in shown)
        if first != second:
            raise UnexpectedContent(
                "equal keys keep one order",
                f"a second look showed {clip(second)} after {clip(first)}",
                evidence=[listing.operation, again.operation],
            )

    def _key(self, email: str) -> str:
        return key_of(email, composes=self._target.promise("unicode-email"))
