"""What stories expect of answers: the rules of `support.users.validators`, combined as sentences need them.

One method for each sentence about an answer. What is true over time, or for other readers, is the part of
`support.convergence.observer` and `support.behaviours.users.listing`; dates are that of `dates`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from support.cast.variations import FIELDS
from support.errors import (
    DuplicateEffect,
    ForeignValue,
    Inconclusive,
    SecretShown,
    TraceLeft,
    UnexpectedContent,
)
from support.http import Outcome
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.behaviours.users.positive_controls import PositiveControls
    from support.cast import People
    from support.convergence import Observer
    from support.http import Operation
    from support.target.sending.operations import OperationName
    from support.users import Person, User, Write

# Operations, by the promise to have them where there is one.
OFFERED: dict[OperationName, str] = {
    "create": "", "list": "", "look_up": "", "delete": "", "replace": "put-writes", "change": "patch",
}  # fmt: skip


class Expectations:
    """Judges what the client was answered, sentence by sentence."""

    def __init__(self, observer: Observer, people: People, controls: PositiveControls) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._target = observer.api.target
        self._people = people
        self._controls = controls

    def created(self, person: Person) -> User:
        """Require that the creation was answered with the new user, as they were sent."""
        write = person.writes[0]
        self._validator.done(write.operation, self._target.accepted.create)
        user = self._shows(write.operation, write)
        if user.role is not None and user.role == write.details.get("role"):
            raise UnexpectedContent(
                "nobody chooses their own role",
                f"the answer shows {clip(user.role)}",
                evidence=[write.operation],
            )
        return user

    def created_or_refused(self, person: Person, reason: str = "") -> None:
        """Require that a creation was answered with the user as sent, or refused, for the reason if given."""
        operation = person.writes[0].operation
        if self._validator.answered(operation).status < 400:
            self.created(person)
            self._observer.sees(person)
            return
        if reason:
            self._validator.refused(operation, reason)
        self._validator.refused_cleanly(operation)
        self._validator.reveals_nothing(operation)
        self._controls.require(operation)

    def shown(self, operation: Operation, person: Person) -> None:
        """Require that a look-up showed the person; within the bound it may still know nobody."""
        if self._is_too_early(operation, person):
            self._observer.sees(person)
            return
        self._validator.done(operation, self._target.accepted.look_up)
        user = self._validator.user(operation)
        self._same_person(operation, user, person)
        self._validator.details(operation, user, person.current)

    def all_shown(
        self, operations: Sequence[Operation], people: Sequence[Person], before: Mapping[str, User]
    ) -> None:
        """Require that every look-up showed the person who was asked for, and changed nothing by it."""
        for operation in operations:
            person = next(person for person in people if person.subject == operation.subject)
            if self._is_too_early(operation, person):
                continue
            self._validator.done(operation, self._target.accepted.look_up)
            user = self._validator.user(operation)
            self._same_person(operation, user, person)
            self._validator.details(operation, user, person.current)
            self._same_facts(operation, before[person.label], user)
        for person in people:
            self._observer.sees_unchanged(person, before[person.label])

    def there_without_body(self, operation: Operation, person: Person) -> None:
        """Require that a check (HEAD) said that the person is there, without showing anything."""
        if self._is_too_early(operation, person):
            self._observer.settle(person.acknowledged_at, self._target.bounds.single_s, wait=True)
            operation = self._api.check(person.id, person.subject)
        response = self._validator.done(operation, self._target.accepted.look_up)
        if response.body:
            raise UnexpectedContent(
                "a check is answered without a body",
                f"it came with {clip(response.body)}",
                evidence=[operation],
            )
        # Whatever length is announced is that of the body which is left out (RFC 9110 §8.6).
        if response.headers.get("content-length") == "0":
            raise UnexpectedContent(
                "a check is answered as a look-up is",
                "it announces a body of 0 bytes, and a look-up shows the user",
                evidence=[operation],
            )
        look = self._api.look_up(person.id, person.subject, strong=self._observer.has_strong_reads)
        shown = self._validator.answered(look)
        if look.outcome is Outcome.OK and response.media_type and response.media_type != shown.media_type:
            raise UnexpectedContent(
                "a check is answered as a look-up is",
                f"it promises {clip(response.written_type)}, and a look-up shows {clip(shown.written_type)}",
                evidence=[operation, look],
            )

    def located(self, person: Person) -> None:
        """Require that the creation's answer leads to the person (RFC 9110 §10.2.2).

        A host or scheme of its own, as services behind a gateway give, is not followed.
        """
        operation = person.writes[0].operation
        response = self._validator.done(operation, self._target.accepted.create)
        promised = f"the answer leads to {person.subject}"
        if "location" not in response.headers:
            raise UnexpectedContent(promised, "it has no Location", evidence=[operation])
        try:
            url = urljoin(operation.last.request.url, response.headers["location"])
            last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
        except ValueError:
            raise UnexpectedContent(
                promised,
                f"its Location is no URL: {clip(response.headers['location'])}",
                evidence=[operation],
            ) from None
        if last != str(person.id):
            raise UnexpectedContent(promised, f"it leads to {clip(url)}", evidence=[operation])
        self._observer.sees(person)
        if url.startswith(self._api.client.base_url):
            path = url.removeprefix(self._api.client.base_url)
            self._observer.settle(person.acknowledged_at, self._target.bounds.single_s)
            found = self._api.follow(path, person.subject, strong=self._observer.has_strong_reads)
            self._validator.done(found, self._target.accepted.look_up)
            self._same_person(found, self._validator.user(found), person)

    def distinct(self, person: Person) -> None:
        """Require that no other user of this process ever had the person's id."""
        for other in self._people.everyone:
            if other is not person and other.id == person.id and other.id is not None:
                raise DuplicateEffect(
                    f"{person.subject} has an id that nobody else ever had",
                    f"{other.subject} ({other.mark}) was given the id {clip(other.id)} too",
                    evidence=[other.writes[0].operation, person.writes[0].operation],
                )

    def not_taken_over(self, person: Person, field: str) -> None:
        """Require that a value which only the service may decide was ignored or refused."""
        write = person.writes[-1]
        self._validator.answered(write.operation)
        if write.operation.outcome is not Outcome.OK:
            self._validator.refused_cleanly(write.operation)
            return
        member = FIELDS[field]
        # An answer may come without a body (204), and then shows nothing.
        response = write.operation.response
        has_body = response is not None and bool(response.body)
        has_body = has_body and self._target.shows_user(write.operation.verb)
        shown = [(write.operation, self._validator.user(write.operation))] if has_body else []
        now = self._observer.sees_now(person)
        shown.append((self._api.client.history.since(-1)[0], now))
        for operation, user in shown:
            value = getattr(user, member)
            if value is not None and self._same_value(operation, value, write.details[member]):
                raise UnexpectedContent(
                    f"only the service decides the {field}",
                    f"it took over {clip(value)} from the caller",
                    evidence=[write.operation, operation],
                )

    def changed(self, person: Person, writes: Sequence[Write]) -> None:
        """Require that writes were accepted, and that an answer with a body shows their result."""
        for write in writes:
            accepted = self._target.accepted
            is_whole = write.operation.verb == "replace"
            response = self._validator.done(
                write.operation, accepted.replace if is_whole else accepted.change
            )
            is_empty = response.status == 204 or (response.status == 202 and not response.body)
            if self._target.shows_user(write.operation.verb) and not is_empty:
                self._same_person(write.operation, self._shows(write.operation, write), person)

    def deleted(self, person: Person) -> None:
        """Require that the deletion was accepted."""
        if person.deletion is None:
            raise Inconclusive(f"{person.subject} was not deleted")
        self._validator.done(person.deletion, self._target.accepted.delete)

    def deleted_harmlessly(self, operation: Operation) -> None:
        """Require one of the answers that a deletion of nobody may have."""
        accepted = self._target.accepted
        also = (*accepted.delete, *self._target.without_version, 400, 404, 410)
        self._validator.done(operation, accepted.delete_again, also=also)

    def accepted_or_refused(self, operation: Operation) -> None:
        """Require an answer that is no fault: done, or refused cleanly."""
        if self._validator.answered(operation).status >= 300:
            self._validator.refused_cleanly(operation)

    def refused(self, operation: Operation, reasons: Sequence[str]) -> None:
        """Require a refusal for one of the reasons, or for whatever reason where none is given."""
        if reasons:
            self._validator.refused(operation, *reasons)
        else:
            self._validator.refused_cleanly(operation)
        self._controls.require(operation)

    def turned_away(self, operation: Operation) -> None:
        """Require that a form was too large: said so, or the connection closed on it (RFC 9110 §15.5.14)."""
        hung_up = operation.response is None and "connection" in (operation.last.fault or "")
        if hung_up and self._api.client.control and self._api.client.control(operation):
            return
        self._validator.refused(operation, "the form is too large")

    def names_allowed(self, operation: Operation) -> None:
        """Require that a refused action comes with those that are offered (RFC 9110 §15.5.6)."""
        response = self._validator.answered(operation)
        if response.status != 405:
            return
        allowed = {method.strip().upper() for method in response.headers.get("allow", "").split(",")}
        request, target = operation.last.request, self._target
        names = [name for name, promise in OFFERED.items() if not promise or target.promise(promise)]
        path = request.url.removeprefix(self._api.client.base_url).partition("?")[0]
        offered = target.operations.methods_at(path, target.collection, names)
        if "allow" not in response.headers or request.method in allowed or offered - allowed:
            raise UnexpectedContent(
                "a refusal names the actions that are offered, and not the refused one",
                f"it names {response.headers.get('allow', 'none')}",
                evidence=[operation],
            )

    def _shows(self, operation: Operation, write: Write) -> User:
        user = self._validator.user(operation)
        self._validator.details(operation, user, write.details)
        self.no_password(operation, user)
        return user

    def no_password(self, operation: Operation, user: User) -> None:
        """Require that an answer about a user does not show a password; a mask is none."""
        if self._observer.normalizer.shows_password(user):
            raise SecretShown(
                "a password is never shown again",
                f"the answer has a {self._target.fields.password}",
                evidence=[operation],
            )

    def _same_person(self, operation: Operation, user: User, person: Person) -> None:
        if person.id is not None and user.id != person.id:
            raise ForeignValue(
                f"{operation.verb} {person.subject} shows {person.subject}",
                f"the answer shows id {clip(user.id)} instead of {clip(person.id)}",
                evidence=[operation],
            )

    def _same_facts(self, operation: Operation, before: User, now: User) -> None:
        for name in self._target.own_members:
            if getattr(before, name) != getattr(now, name):
                raise TraceLeft(
                    "looking changes nothing",
                    f"{name} was {clip(getattr(before, name))} and is {clip(getattr(now, name))}",
                    evidence=[operation],
                )

    def _same_value(self, operation: Operation, shown: object, chosen: object) -> bool:
        if shown == chosen:
            return True
        if not str(chosen).startswith("2001-"):
            return False
        if not self._target.promise("timestamps"):
            return str(shown).startswith(str(chosen)[:10])
        when = self._validator.instant(operation, shown, "a date of the service")
        return when.year == 2001

    def _is_too_early(self, operation: Operation, person: Person) -> bool:
        """Return whether a look-up that found nobody was sent before everyone had to know the person."""
        response = operation.response
        limit = person.created_at + self._target.bounds.single_s * 1.01 + 0.05
        return response is not None and self._api.is_gone(operation) and operation.last.sent_at <= limit
