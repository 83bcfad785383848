"""The users of a first look: marked as those of stories are, so that cleanup finds them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from support.errors import SuiteError
from support.secrets import REDACTOR
from support.users import Person
from support.users.forms.versions import IF_MATCH, read_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.target import Target
    from support.users import UsersApi

WANTS_VERSION = frozenset({403, 409, 412, 428})


class Guests:
    """Makes the users of the walk: marked as those of stories are, so that cleanup finds them."""

    def __init__(self, run: str, target: Target) -> None:
        self._run = run
        self._target = target
        self._count = 0

    def introduce(self, label: str) -> Person:
        """Make a person of this name."""
        mark = self._next_mark()
        return Person(label, mark, self._details(label, mark))

    def renew(self, person: Person) -> dict[str, Any]:
        """Return a person's details under a new mark."""
        person.mark = self._next_mark()
        person.details = self._details(person.label, person.mark)
        return person.details

    def _next_mark(self) -> str:
        self._count += 1
        return f"{self._run}.look-{self._count:05d}"

    def _details(self, label: str, mark: str) -> dict[str, Any]:
        limits = self._target.limits
        details = {
            "name": f"{label} {mark}"[-limits.name :],
            "email": f"{label.lower()}.{mark}@{self._target.sending.email_domains[0]}",
            "nickname": f"{label.lower()} {mark}"[-limits.nickname :],
        }
        if self._target.promise("password"):
            details["password"] = f"Pw-{mark}-{'x' * self._target.limits.password_min}"
            REDACTOR.register(details["password"], "password")
        return details


def take_away(api: UsersApi, people: Iterable[Person]) -> None:
    """Delete people who were seen to be there, by their version where a deletion without one is refused.

    The run's sweep keeps to the profile, which has just been found wrong; whom this leaves is its part.
    """
    with contextlib.suppress(SuiteError):
        for person in people:
            if person.is_deleted:
                continue
            response = api.delete(person).response
            if response is None or response.status not in WANTS_VERSION:
                continue
            version = read_version(api.target, api.look_up(person.id, person.subject).response)
            if version is not None:
                api.delete(person, headers={IF_MATCH: version})
