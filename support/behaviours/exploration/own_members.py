"""What only the service writes of a user: id, role, dates and version (ETag), from one look to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.exploration.model import Glance
from support.errors import CameBack, Disagreement, TraceLeft, UnexpectedContent
from support.http import Outcome
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.behaviours.exploration.model import Known
    from support.convergence import Observer
    from support.http import Operation
    from support.users import User


class OwnMembers:
    """Judges what only the service writes, as far as the target promises it."""

    def __init__(self, observer: Observer, is_answered: Callable[[Operation], bool]) -> None:
        self._api = observer.api
        self._target = observer.api.target
        self._validator = observer.validator
        self._normalizer = observer.normalizer
        self._is_answered = is_answered
        self._turn = 0

    def unless_changed(self, known: Known) -> None:
        """Look a user up unless they are as they were at an earlier look (If-None-Match), by turns.

        As they are now they are not shown again; as they were before they are.
        """
        current, person = known.current, known.person
        if known.is_gone:
            self._not_unchanged(known)
            return
        if current is None or not current.tag:
            return
        tags = dict.fromkeys(glance.tag for glance in known.glances)
        self._turn += 1
        tag = list(tags)[self._turn % len(tags)]
        headers = {"If-None-Match": tag}
        operation = self._api.look_up(person.id, person.subject, strong=True, headers=headers)
        if self._is_answered(operation):
            is_same = tag == current.tag
            self._validator.done(operation, (304,) if is_same else self._target.accepted.look_up)

    def _not_unchanged(self, known: Known) -> None:
        """Require that somebody who was deleted is not told to be as they were at the last look."""
        tag = known.glances[-1].tag if known.glances else ""
        if not tag or self._target.gone.member:
            return
        person = known.person
        operation = self._api.look_up(person.id, person.subject, strong=True, headers={"If-None-Match": tag})
        if self._is_answered(operation) and known.is_settled_by(operation.sent_at):
            self._validator.done(operation, self._target.accepted.gone)

    def without_body(self, known: Known) -> None:
        """Check for a user (HEAD): it is answered as a look-up is, with the version, and shows nothing."""
        operation = self._api.check(known.person.id, known.person.subject, strong=True)
        if not self._is_answered(operation) or not known.is_settled_by(operation.sent_at):
            return
        response = self._validator.answered(operation)
        if known.is_gone and response.status not in self._target.accepted.look_up:
            self._validator.done(operation, self._target.accepted.gone)
        elif known.is_there:
            self._validator.done(operation, self._target.accepted.look_up)
            # Whatever length is announced is that of the body which is left out (RFC 9110 §8.6).
            if response.headers.get("content-length") == "0":
                raise Disagreement(
                    f"a check for {known.person.subject} is answered as a look-up is",
                    "it announces a body of 0 bytes, and a look-up shows the user",
                    evidence=[operation],
                )
            current, tag = known.current, response.headers.get("etag", "")
            if current is not None and tag and _is_plain(current.operation) and current.tag not in {"", tag}:
                raise Disagreement(
                    f"a check for {known.person.subject} tells the version that a look-up tells",
                    f"it tells {clip(tag)}, the look-up {clip(current.tag)}",
                    evidence=[current.operation, operation],
                )
        elif known.is_gone and not self._target.gone.member:
            raise CameBack(
                f"{known.person.subject}, who was deleted, is not there for a check",
                f"it was answered {response.status}",
                evidence=[operation],
            )

    def note(self, known: Known, user: User, operation: Operation) -> None:
        """Judge what only the service writes of a user, by what it was before, and remember it."""
        response = operation.response
        assert response is not None
        tag = response.headers.get("etag", "") if self._target.promise("etag") else ""
        if self._target.promise("etag") and not tag:
            raise UnexpectedContent(
                "a look-up tells the version of the user (ETag)", "it has none", evidence=[operation]
            )
        settled = known.is_settled_by(operation.sent_at)
        shown = self._normalizer.readable(user)
        glance = Glance(operation, user, shown, tag, len(known.moments), settled)
        for before in known.glances[-1:] + known.glances[:1]:
            self._same_origin(known, before, glance)
            self._changed_as_it_should(known, before, glance)
        self._one_state(known, glance)
        if known.told is not None:
            self._as_told(known, known.told, glance)
        known.glances.append(glance)

    def tell(self, known: Known, operation: Operation) -> None:
        """Remember what the answer to a write, the last one so far, says of the user it shows."""
        known.told = None
        response = operation.response
        if operation.outcome is not Outcome.OK or operation.adopted or operation.may_have_happened_before:
            return
        if response is None or not response.body or not self._target.shows_user(operation.verb):
            return
        user = self._validator.user(operation)
        known.told = Glance(
            operation, user, self._normalizer.readable(user), "", len(known.moments), is_settled=True
        )

    def _as_told(self, known: Known, told: Glance, now: Glance) -> None:
        """Require that the answer to the last write told id, role and dates as a look-up shows them.

        Of dates that are written less exactly in one place than in the other only that much is compared.
        """
        if told.changes != now.changes or not now.is_settled:
            return
        for name in self._target.own_members:
            was, seen = getattr(told.user, name), getattr(now.user, name)
            if was is None or was == seen:
                continue
            if name.endswith("_at"):
                then = self._validator.instant(told.operation, was, f"the {name}")
                moment = self._validator.instant(now.operation, seen, f"the {name}")
                if abs((then - moment).total_seconds()) <= max(_resolution_s(was), _resolution_s(seen)):
                    continue
            raise Disagreement(
                f"the answer to {told.operation.verb} {known.person.subject} shows what a look-up shows",
                f"{name} is {clip(was)} in the answer, {clip(seen)} on the user's page",
                evidence=[told.operation, now.operation],
            )

    def agree(self, known: Known, user: User, operation: Operation) -> None:
        """Require that a list or search shows of a user what looking them up has shown, dates included."""
        glance, view = known.current, "search" if operation.verb == "find" else "list"
        if glance is None:
            return
        for name in self._target.own_members:
            was, seen = getattr(glance.user, name), getattr(user, name)
            if was != seen:
                raise Disagreement(
                    f"the {view} and the look-up of {known.person.subject} agree",
                    f"{name} is {clip(seen)} in the {view}, {clip(was)} on the user's page",
                    evidence=[glance.operation, operation],
                )

    @staticmethod
    def _one_state(known: Known, now: Glance) -> None:
        """Require that the version stood for no other state before: who knows that one would overwrite it."""
        same = next((each for each in known.glances if now.tag and each.tag == now.tag), None)
        if same is not None and same.shown != now.shown:
            raise UnexpectedContent(
                f"a version of {known.person.subject} stands for one state",
                f"{clip(now.tag)} stood for another one before",
                evidence=[same.operation, now.operation],
            )

    def _same_origin(self, known: Known, before: Glance, now: Glance) -> None:
        for name in self._target.own_members:
            was, seen = getattr(before.user, name), getattr(now.user, name)
            if name != "updated_at" and was != seen:
                raise TraceLeft(
                    f"the {name} of {known.person.subject} never changes",
                    f"it was {clip(was)} and is {clip(seen)}",
                    evidence=[before.operation, now.operation],
                )

    def _changed_as_it_should(self, known: Known, before: Glance, now: Glance) -> None:
        """Require that version and date of change moved if the user did, and stayed if nothing happened."""
        subject, evidence = known.person.subject, [before.operation, now.operation]
        was, seen = before.user.updated_at, now.user.updated_at
        dated = self._target.promise("timestamps") and was is not None and seen is not None
        if before.changes == now.changes:
            if before.is_settled and (before.tag != now.tag or (dated and was != seen)):
                raise TraceLeft(
                    f"looking and refused requests change nothing of {subject}",
                    f"version and date of change were {clip(before.tag)}, {clip(was)} "
                    f"and are {clip(now.tag)}, {clip(seen)}",
                    evidence=evidence,
                )
            return
        moved = before.shown != now.shown
        is_next = before is known.glances[-1]
        if moved and is_next and before.tag and before.tag == now.tag:
            raise UnexpectedContent(
                f"the version of {subject} changes with every change",
                f"it is still {clip(now.tag)}",
                evidence=evidence,
            )
        if dated:
            then = self._validator.instant(before.operation, was, "the date of change")
            moment = self._validator.instant(now.operation, seen, "the date of change")
            passed_s = known.moments[before.changes][0] - known.moments[before.changes - 1][1]
            if moment < then or (moved and moment == then and passed_s > 2 * _resolution_s(seen)):
                raise UnexpectedContent(
                    f"every change of {subject} moves the date of change forward",
                    f"it was {clip(was)} and is {clip(seen)}",
                    evidence=evidence,
                )


def _is_plain(operation: Operation) -> bool:
    """Return whether an answer came as it is: one that was compressed may have a tag of its own."""
    return operation.response is not None and not operation.response.headers.get("content-encoding")


def _resolution_s(value: object) -> float:
    """Return how coarse the clock behind a date is [s], by how it is written; never finer than 10 ms."""
    text = str(value)
    digits = len(text.partition(".")[2].rstrip("Z").partition("+")[0]) if "." in text else 0
    return max(10.0**-digits, 0.01)
