"""One caller's view of the users: the API as that caller uses it, and how its answers are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.errors import DuplicateEffect, ForeignValue, Inconclusive, UnexpectedContent
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.http import Operation
    from support.users import Normalizer, Person, User, UsersApi, Validator


class Viewpoint:
    """What one caller sees of users in single answers; nothing is asked for again."""

    def __init__(self, api: UsersApi, validator: Validator, normalizer: Normalizer) -> None:
        self.api = api
        self.validator = validator
        self.normalizer = normalizer

    @property
    def has_strong_reads(self) -> bool:
        """Whether reads that show the newest state are promised."""
        return self.api.target.promise("strong-read")

    def pick(self, operation: Operation, items: list[Any] | None, person: Person) -> User | None:
        """Find a person in the items of a list; raises DuplicateEffect when they stand there twice."""
        response = self.validator.done(operation, self.api.target.listed)
        if response.status in self.api.target.accepted.list:
            self.validator.json(operation, response)
        if items is None:
            raise UnexpectedContent(
                "a list of users is an array of users",
                f"the answer holds {clip(response.body)}",
                evidence=[operation],
            )
        mine = [item for item in items if self.api.id_of(item) == person.id]
        if len(mine) > 1:
            raise DuplicateEffect(
                "a list shows everyone once",
                f"{person.subject} stands there {len(mine)} times",
                evidence=[operation],
            )
        if not mine and operation.verb == "list":
            self.saw_all(operation, items)
        return self.validator.item(operation, mine[0]) if mine else None

    def saw_all(self, operation: Operation, items: Sequence[Any]) -> None:
        """Raise Inconclusive where a walk stopped before the end, so that who is missing proves nothing."""
        if self.api.goes_on(operation, items):
            raise Inconclusive(
                f"the list goes on beyond the {len(items)} users that were walked through; who is not among "
                f"them may still be in it",
                evidence=[operation],
            )

    def only_of(self, person: Person, operation: Operation, items: list[Any] | None) -> None:
        """Require that everyone found has the email that was searched for."""
        email = self.normalizer.stored(person.current)["email"].strip().lower()
        for item in items or ():
            found = self.validator.item(operation, item)
            if found.email.strip().lower() != email:
                raise ForeignValue(
                    f"a search for the email of {person.subject} finds that email and no other",
                    f"it finds {clip(found.email)}",
                    evidence=[operation],
                )
