"""Writes that meet trouble: each has happened wholly or not at all, whatever the client was told.

Single attempts, and after each that failed one look at what it left. Every version of a person carries its
number in name and nickname, so that half of one is seen at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.errors import Inconclusive, TornRead, TraceLeft
from support.http import Outcome
from support.http.retry import is_fault
from support.users.validators import clip

if TYPE_CHECKING:
    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person, User

VERSION = re.compile(r"\.v(\d+)$")
# Without reads of the newest state each look costs the bound; then only so many are made.
MOST_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """A write that failed, and what was there afterwards; `version` is the one that it asked for."""

    write: Operation
    look: Operation
    user: User
    version: int


class PartialWrites:
    """Makes many writes and looks at what each failed one left."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator

    def write_often(self, person: Person, count: int, *, whole: bool) -> list[Trouble]:
        """Replace (`whole`) or change a person so often, each time once; return what failed."""
        troubles: list[Trouble] = []
        looks = count if self._observer.has_strong_reads else MOST_LOOKS
        hasty = self._api.with_client(self._api.client.twin())
        hasty.client.is_patient = False
        for _ in range(count):
            details = person.next_version()
            if whole:
                operation = hasty.replace(person, details)
            else:
                operation = hasty.change(person, {name: details[name] for name in ("name", "nickname")})
            if is_fault(operation.last, self._api.target.faults) and len(troubles) < looks:
                troubles.append(self._look(person, operation))
        hasty.client.close()
        return troubles

    def are_whole(self, person: Person, troubles: list[Trouble]) -> None:
        """Require that no failed write left a half, and none that was promised not to be done was done."""
        for trouble in troubles:
            name, nickname = (_version(value) for value in (trouble.user.name, trouble.user.nickname))
            if name != nickname:
                raise TornRead(
                    f"a change of {person.subject} that ends in trouble happened wholly or not at all",
                    f"the name is {clip(trouble.user.name)} and the nickname {clip(trouble.user.nickname)}",
                    evidence=[trouble.write, trouble.look],
                )
            if trouble.write.outcome is Outcome.FAILED and name == trouble.version:
                raise TraceLeft(
                    "a change that was turned away as not done has no effect",
                    f"{person.subject} shows it",
                    evidence=[trouble.write, trouble.look],
                )

    def _look(self, person: Person, operation: Operation) -> Trouble:
        self._observer.settle(operation.answered_at, self._api.target.bounds.single_s)
        look = self._api.look_up(person.id, person.subject, strong=self._observer.has_strong_reads)
        if is_fault(look.last, self._api.target.faults):
            raise Inconclusive("nobody could look at what a failed change left", evidence=[look])
        self._validator.done(look, self._api.target.accepted.look_up)
        return Trouble(operation, look, self._validator.user(look), person.version)


def _version(text: str | None) -> int | None:
    found = VERSION.search(text or "")
    return int(found[1]) if found else None
