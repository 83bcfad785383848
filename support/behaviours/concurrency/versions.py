"""The version marks of users (RFC 9110 entity tags): noted by looking, and saved on top of.

A mark always comes from a look-up of the newest state, never from the answer to a write, which may go
without. A conditional write that had to be sent again may have been the reason for its own refusal: then the
state is read and compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import (
    Disagreement,
    Inconclusive,
    StoryError,
    TraceLeft,
    UnexpectedAnswer,
    UnexpectedContent,
)
from support.http import Call, Outcome
from support.users.forms.versions import IF_MATCH, NO_VERSION
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person, User, UsersApi

OUTDATED = "the version is outdated"
KNOWN = "the known version"
UNNAMED = "no version"
NEVER_GIVEN: dict[str, Callable[[str], str]] = {
    "is cut short": lambda text: f'"{text[:-1]}"',
    "has one character more": lambda text: f'"{text}0"',
    "has one character more and no quotes": lambda text: f"{text}0",
}


class Versions:
    """Notes the versions of the people of a story and sends what depends on them."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._known: dict[str, list[str]] = {}
        self._left: dict[str, tuple[User, str]] = {}

    def begin(self) -> None:
        """Forget the versions of the story before."""
        self._known.clear()
        self._left.clear()

    def look(self, person: Person) -> tuple[Operation, User, str]:
        """Look at the newest state of a person; return what was shown, and its mark."""
        self._observer.settle(person.acknowledged_at, self._api.target.bounds.single_s)
        return self.glance(person, self._api)

    def glance(self, person: Person, api: UsersApi) -> tuple[Operation, User, str]:
        """Look at a person at once: at the newest state only where a target promises such reads."""
        operation = api.look_up(person.id, person.subject, strong=self._observer.has_strong_reads)
        response = self._validator.done(operation, api.target.accepted.look_up)
        tag = response.headers.get("etag", "")
        if not tag:
            raise UnexpectedContent(
                "a look-up tells the version of the user (ETag)", "it has none", evidence=[operation]
            )
        return operation, self._validator.user(operation), tag

    def note(self, person: Person) -> None:
        """Note the version that a person has now."""
        self._known.setdefault(person.label, []).append(self.look(person)[2])

    def outdate(self, person: Person, changes: Mapping[str, object]) -> Operation:
        """Have another client change a person, so that the version which was noted is outdated."""
        client = self._api.client.twin()
        operation = self._api.with_client(client).change_somehow(person, changes)
        client.close()
        self._validator.done(operation, self._changed)
        if not operation.may_have_happened_before:
            self._left[person.label] = self.look(person)[1:]
        return operation

    def is_as_left(self, person: Person) -> None:
        """Require that a person is as the other client left them, date of change and version included."""
        self._observer.sees_now(person)
        if person.label not in self._left:
            return  # a lost attempt of the other client may have come later
        (left, tag), (look, now, now_tag) = self._left[person.label], self.look(person)
        for name, was, seen in (
            ("date of change", left.updated_at, now.updated_at),
            ("version", tag, now_tag),
        ):
            if was != seen:
                raise TraceLeft(
                    f"a refused save leaves {person.subject} as the other client left them",
                    f"the {name} was {clip(was)} and is {clip(seen)}",
                    evidence=[look],
                )

    def change_and_note(self, person: Person, changes: Mapping[str, object]) -> Operation:
        """Change a person and note the version that comes of it."""
        operation = self._api.change_somehow(person, changes)
        self._validator.done(operation, self._changed)
        self.note(person)
        return operation

    def write(self, verb: str, person: Person, wording: str, changes: Mapping[str, object]) -> Operation:
        """Replace or change a person as told, or delete them, based on a version that a story words."""
        headers = self.condition(person, wording)
        if verb == "replaces":
            return self._api.replace(person, {**person.next_version(), **changes}, headers=headers)
        if verb == "changes":
            return self._api.change(person, changes, headers=headers)
        return self._api.delete(person, headers=headers)

    def condition(self, person: Person, wording: str) -> Mapping[str, str]:
        """Return the header by which a write is based on a version that a story words."""
        return NO_VERSION if wording == UNNAMED else {IF_MATCH: self._worded(person, wording)}

    def look_up_if_changed(self, person: Person) -> Operation:
        """Look up the newest state of a person unless it is the version that was noted last."""
        headers = self._api.target.headers
        asked = {"If-None-Match": self._last(person)}
        if self._observer.has_strong_reads:
            asked[headers.strong_read] = headers.strong_value
        self._observer.settle(person.acknowledged_at, self._api.target.bounds.single_s)
        return self._api.send(
            Call(*self._api.route("look_up", person.id), headers=asked), "look up", person.subject
        )

    def saved(self, person: Person, operation: Operation) -> None:
        """Require that what was saved on top of the newest version is there.

        After an attempt without an answer a refusal proves nothing: then what was saved must be there.
        """
        accepted = self._api.target.accepted
        statuses = {"replace": accepted.replace, "change": accepted.change, "delete": accepted.delete}
        response = operation.response
        outdated = self._api.target.refusal(OUTDATED)
        if response is None or response.status not in outdated or not operation.may_have_happened_before:
            self._validator.done(operation, statuses[operation.verb])
            self._tells_new_version(person, operation)
            return
        look, user, tag = self.look(person)
        wanted = self._observer.normalizer.stored(person.writes[-1].details)
        if self._observer.normalizer.readable(user) == wanted:
            operation.adopted = True
        elif tag == self._last(person):
            raise UnexpectedAnswer(
                f"saving {person.subject} on top of the newest version succeeds",
                "it was refused as outdated, and the version is still the same",
                evidence=[look, operation],
            )
        else:
            raise Inconclusive("a lost attempt may have come in between", evidence=[look, operation])

    def _tells_new_version(self, person: Person, operation: Operation) -> None:
        """Require that a version in the answer to a save is the one that the save has made (RFC 9110 §9.3.4).

        A tag of the answer itself, as some frameworks add it, says nothing of the user where it shows another
        body than a look-up does, and one that was compressed may have a tag of its own.
        """
        response = self._validator.answered(operation)
        told = response.headers.get("etag", "")
        if not told or operation.verb == "delete":
            return
        look, _, tag = self.look(person)
        shown = self._validator.answered(look)
        is_packed = "content-encoding" in {*response.headers, *shown.headers}
        if response.body in {b"", shown.body} and not is_packed and told != tag:
            raise Disagreement(
                f"the answer to {operation.verb} {person.subject} tells the version that it has made",
                f"it tells {clip(told)}, the look-up {clip(tag)}",
                evidence=[operation, look],
            )

    def refused(self, operation: Operation) -> None:
        """Require that saving on top of an outdated version was refused for that reason."""
        self._validator.refused(operation, OUTDATED)

    def not_sent_again(self, operation: Operation) -> None:
        """Require an answer that nothing has changed, without a body (RFC 9110 §15.4.5)."""
        response = self._validator.done(operation, (304,))
        if response.body:
            raise UnexpectedContent(
                "what has not changed is not sent again",
                f"the answer came with {clip(response.body)}",
                evidence=[operation],
            )

    def sent_anew(self, operation: Operation, person: Person) -> None:
        """Require an answer that shows a person who has changed, whole."""
        self._validator.done(person.writes[-1].operation, self._changed)
        if operation.response is not None and operation.response.status == 304:
            raise UnexpectedAnswer(
                f"{person.subject}, who has changed, is shown anew",
                "the answer says that nothing has changed",
                evidence=[person.writes[-1].operation, operation],
            )
        self._validator.done(operation, self._api.target.accepted.look_up)
        self._validator.details(operation, self._validator.user(operation), person.current)

    def renewed(self, person: Person) -> None:
        """Require that every change gave the person another version; one not noted yet is looked at now."""
        if len(self._known[person.label]) < len(person.writes):
            self.moved(person)
        self.differ(person)

    def moved(self, person: Person) -> None:
        """Require that the person, who was changed, has another version than any that was noted; note it."""
        self._validator.done(person.writes[-1].operation, self._changed)
        operation, user, tag = self.look(person)
        self._validator.details(operation, user, person.current)
        if tag in self._known[person.label]:
            raise UnexpectedContent(
                f"every change gives {person.subject} another version",
                f"the version is {clip(tag)} as it was before",
                evidence=[person.writes[-1].operation, operation],
            )
        self._known[person.label].append(tag)

    def differ(self, person: Person) -> None:
        """Require that all versions of a person that were noted are different."""
        known = self._known.get(person.label, [])
        if len(set(known)) < len(known):
            raise UnexpectedContent(
                f"every change gives {person.subject} another version",
                f"{len(known)} versions were noted, {len(set(known))} of them different: {clip(known)}",
                evidence=[write.operation for write in person.writes],
            )

    def stayed(self, person: Person, looks: Sequence[Operation]) -> None:
        """Require that looks at a person who was not changed all showed the version that was noted."""
        for operation in looks:
            if operation.outcome is not Outcome.OK:
                continue  # a reader that does not know them yet shows no version
            response = self._validator.done(operation, self._api.target.accepted.look_up)
            if response.headers.get("etag") != self._last(person):
                raise UnexpectedContent(
                    f"{person.subject} keeps the same version while it is not changed",
                    f"it was {clip(self._last(person))} and is {clip(response.headers.get('etag'))}",
                    evidence=[operation],
                )

    @property
    def _changed(self) -> tuple[int, ...]:
        accepted = self._api.target.accepted
        return (*accepted.change, *accepted.replace)

    def _last(self, person: Person) -> str:
        if person.label not in self._known:
            raise StoryError(f"the version of {person.subject} has not been noted in this story")
        return self._known[person.label][-1]

    def _worded(self, person: Person, wording: str) -> str:
        """Return the tag of the version that was noted last, or one that was never given."""
        known = self._last(person)
        return known if wording == KNOWN else spoil(known, wording.removeprefix("a version that "))


def spoil(tag: str, kind: str) -> str:
    """Make a tag of no version from one; raises StoryError for an unknown kind."""
    if kind not in NEVER_GIVEN:
        raise StoryError(f"no version {kind!r}; a version may be one that: {'; '.join(NEVER_GIVEN)}")
    weak, text = ("W/" if tag.startswith("W/") else ""), tag.removeprefix("W/").strip('"')
    return weak + NEVER_GIVEN[kind](text)
