"""What stories expect of the dates that a service keeps: of the creation and of the last change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import UnexpectedContent
from support.http import Outcome
from support.users.validators import clip

if TYPE_CHECKING:
    from datetime import datetime

    from support.behaviours.users.expectations import Expectations
    from support.cast import People
    from support.convergence import Observer
    from support.users import Person, User

MEMBERS = {"creation date": "created_at", "change date": "updated_at"}
COARSEST_CLOCK_S = 1.0
FINE_CLOCK_S = 0.01  # of dates whose parts of a second are rounded in one place, cut in another


class Dates:
    """Judges the dates of users."""

    def __init__(self, observer: Observer, people: People, expectations: Expectations) -> None:
        self._observer = observer
        self._api = observer.api
        self._target = observer.api.target
        self._validator = observer.validator
        self._people = people
        self._expectations = expectations

    def is_moment_of_creation(self, person: Person) -> None:
        """Require that the person was created at the moment of the answer."""
        self._validator.created_now(person.writes[0].operation, self._expectations.created(person))

    def stands(self, person: Person, before: User, date: str, *, forward: bool) -> None:
        """Require that a date has moved forward, or has stayed, since the person was first seen.

        Only what was answered for good moves one forward: raises Inconclusive where the last write was not.
        """
        if forward:
            self._validator.answered(person.writes[-1].operation)
        member = MEMBERS[date]
        now = self._observer.sees_now(person)
        evidence = self._api.client.history.since(-1)
        if getattr(self._target.fields, member) is None:
            return
        if member == "updated_at" and getattr(before, member) is None:
            # Until the first change there may be no date of one; then the change gives it.
            if forward or getattr(now, member) is not None:
                self._validator.instant(evidence[0], getattr(now, member), f"the {date}")
            if forward or getattr(now, member) is None:
                return
            raise UnexpectedContent(
                f"the {date} of {person.subject} has stayed",
                f"there was none, and it is {clip(getattr(now, member))}",
                evidence=evidence,
            )
        then = self._validator.instant(evidence[0], getattr(before, member), f"the {date}")
        moment = self._validator.instant(evidence[0], getattr(now, member), f"the {date}")
        if forward and then == moment and not moment.microsecond:
            # A clock that counts whole seconds needs one to pass.
            self._observer.pause(COARSEST_CLOCK_S)
            again = self._api.change_somehow(person, self._people.another(person, "name"))
            self._validator.answered(again)
            moment = self._validator.instant(
                evidence[0], getattr(self._observer.sees_now(person), member), f"the {date}"
            )
        if moment > then if forward else moment == then:
            if forward:
                self._told_newest(person, then, member)
            elif member == "created_at":
                self._told_same(person, then, member)
            return
        raise UnexpectedContent(
            f"the {date} of {person.subject} has {'moved forward' if forward else 'stayed'}",
            f"it was {then.isoformat()} and is {moment.isoformat()}",
            evidence=evidence,
        )

    def _told_newest(self, person: Person, then: datetime, member: str) -> None:
        """Require that the last change was answered with its own date, where it was answered with one."""
        told = self._told(person, member)
        if told is not None and told <= then and then.microsecond:
            raise UnexpectedContent(
                f"a change is answered with its newest state ({person.subject})",
                f"its date of change is {told.isoformat()}, as before",
                evidence=[person.writes[-1].operation],
            )

    def _told_same(self, person: Person, then: datetime, member: str) -> None:
        """Require that the last change was answered with a date that stays, as exactly as both tell."""
        told = self._told(person, member)
        if told is None:
            return
        exactly_s = FINE_CLOCK_S if told.microsecond and then.microsecond else COARSEST_CLOCK_S
        if abs((told - then).total_seconds()) > exactly_s:
            raise UnexpectedContent(
                f"a change of {person.subject} is answered with the creation date that look-ups show",
                f"it was {then.isoformat()} and the answer says {told.isoformat()}",
                evidence=[person.writes[-1].operation],
            )

    def _told(self, person: Person, member: str) -> datetime | None:
        """Return a date as the answer to the last change tells it, if it was answered with one."""
        operation = person.writes[-1].operation
        if operation.outcome is not Outcome.OK or not (operation.response and operation.response.body):
            return None
        if not self._api.target.shows_user(operation.verb):
            return None
        value = getattr(self._validator.user(operation), member)
        return None if value is None else self._validator.instant(operation, value, f"the {member}")
