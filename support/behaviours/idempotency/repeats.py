"""What requests that were sent more than once must have led to, in answers and in users.

How a repeat looks is the profile's affair: where that is silent, only what every provider keeps is asked for:
one effect, the same identity, never a fault of the service because of a key. An ignored key hides behind
unique emails, so that a repeat has to succeed and to show the first user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from support.behaviours.idempotency.declared_keys import comes_in_time
from support.errors import (
    DuplicateEffect,
    ForeignValue,
    Inconclusive,
    PersistentFault,
    UnexpectedAnswer,
    UnexpectedContent,
)
from support.http import Outcome
from support.http.retry import is_fault
from support.http.strict_json import parse_json
from support.users.forms.paths import texts_in
from support.users.markers import find_mark
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from support.behaviours.idempotency.keys import Keys
    from support.cast import People
    from support.convergence import Observer
    from support.http import Operation, Response
    from support.users import Person

CONTROLS = 3
EXISTENCES = ("exists exactly once", "exist at most once", "never existed")
ONCE_MORE = "a request sent again under its key gets the first answer again"
FORGOTTEN = "a passing fault is not remembered under an idempotency key"


class Repeats:
    """Judges repeated requests."""

    def __init__(self, observer: Observer, people: People, keys: Keys) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._target = observer.api.target
        self._people = people
        self._keys = keys
        self._created = tuple(sorted({*self._target.accepted.create, 200, 201}))

    # What repeats were answered

    def repeat(self, first: Operation, later: Sequence[Operation]) -> None:
        """Require that each later answer is the first one, as far as the profile says so."""
        self._validator.done(first, self._created)
        for operation in later:
            self._repeats(first, operation)

    def completed(self, operation: Operation, person: Person) -> None:
        """Require that a creation that had been broken off was answered for good, with the person."""
        self.require_final(operation)
        self._validator.done(operation, self._created)
        self._validator.details(operation, self._validator.user(operation), person.details)

    def refused_alike(self, operations: Sequence[Operation], reason: str) -> None:
        """Require that a refused creation, sent again under its key, is refused again and not held up."""
        for operation in operations:
            self.require_final(operation)
            self._validator.refused(operation, reason)

    def refuses_key(self, operation: Operation) -> None:
        """Require that a key out of range is refused; where no range is declared, any clean answer does."""
        if self._target.idempotency.key_max is not None:
            self._validator.refused(operation, "the key is not valid")
        elif self._validator.answered(operation).status >= 300:
            self._validator.refused_cleanly(operation)

    def own_effect(self, first: Operation, operation: Operation) -> None:
        """Require that another tenant's use of a key had its own effect and showed nobody else's user."""
        theirs = self._validator.user(first)
        self._validator.done(operation, self._target.accepted.create)
        mine = self._validator.user(operation)
        if mine.id == theirs.id:
            raise ForeignValue(
                "an idempotency key means nothing to another tenant",
                f"they were answered with the user {clip(theirs.id)}, who belongs to the first",
                evidence=[first, operation],
            )

    def all_succeed(self, operations: Sequence[Operation]) -> None:
        """Require that each creation under a key of its own succeeded in the end, and made somebody.

        A key that keeps failing while others succeed in between is no weather: its trouble was remembered.
        """
        for operation in operations:
            self._not_remembered(operation)
            if is_fault(operation.last, self._target.faults, has_key=True):
                self._outlasts_others(operation)
            else:
                self._validator.done(operation, self._created)
        self.exist_once([self._keys.find(operation)[0] for operation in operations])

    # Whom they led to

    def exist(self, people: Sequence[Person], existence: str) -> None:
        """Require that the settled list has each of the people as often as a story says."""
        if existence == "exists exactly once":
            self.exist_once(people)
        elif existence == "exist at most once":
            self.exist_at_most_once(people)
        else:
            self.never_existed(people)

    def exist_once(self, people: Sequence[Person]) -> None:
        """Require that the settled list has each of the people once, under the id that was answered."""
        for person, ids, operation in self._find(people):
            if ids != [person.id]:
                raise (DuplicateEffect if len(ids) > 1 else UnexpectedContent)(
                    f"{person.subject} exists exactly once",
                    f"the list has them {len(ids)} times: ids {clip(ids)}; answered was {clip(person.id)}",
                    evidence=[person.writes[0].operation, operation],
                )

    def exist_at_most_once(self, people: Sequence[Person]) -> None:
        """Require that nobody whose creation was broken off exists twice, neither soon nor after a while."""
        since = max(person.acknowledged_at for person in people)
        for bounds in (1, 2):
            self._observer.settle(since, bounds * self._target.bounds.list_s, wait=bounds > 1)
            for person, ids, operation in self._find(people):
                if len(ids) > 1:
                    raise DuplicateEffect(
                        f"a creation that was broken off makes one user or none, here {person.subject}",
                        f"the list has them {len(ids)} times: ids {clip(ids)}",
                        evidence=[person.writes[0].operation, operation],
                    )

    def never_existed(self, people: Sequence[Person]) -> None:
        """Require that the settled list has nobody of those whose creations were refused."""
        for person, ids, operation in self._find(people):
            if ids:
                raise DuplicateEffect(
                    f"{person.subject}, whose creation was refused, does not exist",
                    f"the list has them: ids {clip(ids)}",
                    evidence=[person.writes[0].operation, operation],
                )

    def _find(self, people: Sequence[Person]) -> Iterable[tuple[Person, list[object], Operation]]:
        """Walk through the settled list and return for each person the ids of the users with their mark."""
        self._observer.settle(
            max(write.operation.answered_at for person in people for write in person.writes),
            self._target.bounds.list_s,
        )
        items, operation = self._observer.whole_list()
        bearers: dict[str, list[object]] = {person.mark: [] for person in people}
        for item in items:
            for mark in {find_mark(text) for text in texts_in(item)} & set(bearers):
                bearers[str(mark)].append(self._validator.item(operation, item).id)
        if all(len(ids) <= 1 for ids in bearers.values()):
            self._observer.saw_all(operation, items)
        for person in people:
            yield person, bearers[person.mark], operation

    def _repeats(self, first: Operation, operation: Operation) -> None:
        comes_in_time(first, operation, self._target.idempotency)
        self.require_final(operation)
        self._not_remembered(operation)
        stored = self._target.idempotency.replay_body == "stored"
        if not stored and self._validator.answered(operation).status in self._target.accepted.gone:
            return  # a repeat that shows the user as they are now, after their deletion
        response = self.require_accepted(operation, ONCE_MORE)
        if not response.body:
            raise UnexpectedContent(ONCE_MORE, "the repeat came without a body", evidence=[first, operation])
        was, now = self._validator.user(first), self._validator.user(operation)
        if was.id != now.id:
            raise DuplicateEffect(
                ONCE_MORE,
                f"the first answer shows the user {clip(was.id)}, the repeat {clip(now.id)}",
                evidence=[first, operation],
            )
        original = first.response
        assert original is not None
        if stored and parse_json(original.body) != parse_json(response.body):
            ours, theirs = was.model_dump(), now.model_dump()
            names = (name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name))
            name = next(names, None)
            seen = f"the {name} was {clip(ours.get(name))} and is {clip(theirs.get(name))}" if name else ""
            raise UnexpectedContent(
                ONCE_MORE,
                seen or "it has other members than the first answer, or others around the user",
                evidence=[first, operation],
            )
        self._same_headers(first, original, operation, response)

    def _same_headers(
        self, first: Operation, original: Response, operation: Operation, response: Response
    ) -> None:
        was, now = original.headers.get("location"), response.headers.get("location")
        if self._target.promise("location") and was != now:
            raise UnexpectedContent(
                "a repeat leads to the user as the first answer did",
                f"that led to {clip(was)}, this leads to {clip(now)}",
                evidence=[first, operation],
            )
        marker, value = self._target.idempotency.marker, self._target.idempotency.marker_value
        if marker and response.headers.get(marker.lower(), "").lower() != value.lower():
            raise UnexpectedContent(
                f"a repeat is marked as one ({marker}: {value})",
                f"the mark is {clip(response.headers.get(marker.lower()))}",
                evidence=[first, operation],
            )

    def require_accepted(self, operation: Operation, promised: str) -> Response:
        """Require that a repeat was not refused, as if it were a request of its own."""
        response = self._validator.answered(operation)
        if 400 <= response.status < 500:
            seen = f"{operation.subject} was refused with {response.status}"
            raise UnexpectedAnswer(promised, seen, evidence=[operation])
        return self._validator.done(operation, self._created)

    def require_final(self, operation: Operation) -> None:
        """Require that a key is not in progress for as long as an operation may take."""
        response = operation.response
        if response is None or response.status not in {409, 425}:
            return
        if is_fault(operation.last, self._target.faults, has_key=True):
            seconds = operation.answered_at - operation.sent_at
            raise UnexpectedAnswer(
                "no idempotency key stays in progress: asking again leads to a final answer",
                f"{len(operation.exchanges)} attempts in {seconds:.0f} s were all told to wait",
                evidence=[operation],
            )

    def _not_remembered(self, operation: Operation) -> None:
        """Require that no fault of the service is marked as a repeated answer."""
        idempotency = self._target.idempotency
        if not idempotency.marker or idempotency.replay_errors == "all":
            return
        for exchange in operation.exchanges:
            response = exchange.response
            if response is None or response.status not in self._target.faults.statuses:
                continue
            if idempotency.marker.lower() in response.headers:
                seen = f"attempt {exchange.attempt} got {response.status} as a repeated answer"
                raise PersistentFault(FORGOTTEN, seen, evidence=[operation])

    def _outlasts_others(self, operation: Operation) -> None:
        """Alternate a failing key with others: if only that one fails, its fault was remembered."""
        person, key = self._keys.find(operation)
        for _ in range(CONTROLS):
            control = self._keys.create(self._people.stranger("Other"), str(uuid4()))
            if control.outcome is not Outcome.OK:
                raise Inconclusive("creations under other keys fail as well", evidence=[operation, control])
            again = self._keys.create(person, key)
            if not is_fault(again.last, self._target.faults, has_key=True):
                self._validator.done(again, self._created)
                return
        if self._target.idempotency.replay_errors == "all":
            return
        raise PersistentFault(
            FORGOTTEN,
            f"one key keeps failing ({operation.last.describe()}), while creations under others succeed",
            evidence=[operation],
        )
