"""What only the service writes of a user: id, role, dates and version (ETag), from one look to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.exploration.model import Glance
from support.errors import Disagreement, TraceLeft, UnexpectedContent
from support.users.validators import clip

if TYPE_CHECKING:
    from support.behaviours.exploration.model import Known
    from support.convergence import Observer
    from support.http import Operation
    from support.users import User


class OwnMembers:
    """Judges what only the service writes, as far as the target promises it."""

    def __init__(self, observer: Observer) -> None:
        self._target = observer.api.target
        self._validator = observer.validator
        self._normalizer = observer.normalizer

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
        known.glances.append(glance)

    def agree(self, known: Known, user: User, operation: Operation) -> None:
        """Require that the list shows of a user what looking them up has shown, dates included."""
        glance = known.current
        if glance is None:
            return
        for name in self._target.own_members:
            was, seen = getattr(glance.user, name), getattr(user, name)
            if was != seen:
                raise Disagreement(
                    f"the list and the look-up of {known.person.subject} agree",
                    f"{name} is {clip(seen)} in the list, {clip(was)} on the user's page",
                    evidence=[glance.operation, operation],
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


def _resolution_s(value: object) -> float:
    """Return how coarse the clock behind a date is [s], by how it is written; never finer than 10 ms."""
    text = str(value)
    digits = len(text.partition(".")[2].rstrip("Z").partition("+")[0]) if "." in text else 0
    return max(10.0**-digits, 0.01)
