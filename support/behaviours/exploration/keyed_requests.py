"""Requests under idempotency keys: sent again, used for something else, or like another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from support.behaviours.exploration.manners import KEYS
from support.behaviours.exploration.verdicts import INVALID, OTHER_REQUEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.behaviours.exploration.manners import Address, Keyed
    from support.behaviours.exploration.model import Known
    from support.behaviours.exploration.newcomers import Newcomers
    from support.behaviours.exploration.verdicts import Expected, Verdicts
    from support.behaviours.idempotency.repeats import Repeats
    from support.cast import People
    from support.http import Operation
    from support.users import Person, UsersApi
    from support.users.pages import Listing


class KeyedRequests:
    """What a sequence does under keys; the rest is `support.behaviours.exploration.sequence`'s."""

    keyed: list[Keyed]
    api: UsersApi
    cast: Newcomers
    people: People
    repeats: Repeats
    verdicts: Verdicts
    _has_repeated_refusal = False

    def send_again(self, keyed: Keyed) -> None:
        """Send an accepted creation again under its key: the first answer, and no other effect."""
        first, person = keyed.operation, keyed.known.person
        body = first.last.request.body
        operation = self.api.submit(body, person.subject, key=keyed.key, of=person)
        self.tell(f"sends the creation of {person.subject} again under its key", operation)
        self.verdicts.answered(operation, lambda: self.repeats.repeat(first, [operation]))
        self.look_at(keyed.known)

    def reuse_key(self, keyed: Keyed, details: Mapping[str, Any]) -> None:
        """Use the key of an accepted creation for another one, which is refused and does nothing."""
        person = self.cast.introduce()
        texts, _ = self._weigh(details, None, person, None)
        person.details = {**texts, "email": f"other.{person.mark}@{self.people.domains[0]}"}
        person.details.update(self.secret(person))
        operation = self.api.submit(person.details, person.subject, key=keyed.key, of=person)
        self.tell(f"creates {person.subject} under the key of {keyed.operation.subject}", operation)
        self.verdicts.refused(operation, OTHER_REQUEST)
        self.look_at(keyed.known)

    def new_key(self, like: Keyed | None, how: str) -> str:
        """Return a key that nobody has used: unlike any other, or like one of them but for one thing."""
        key = str(uuid4()) if like is None else KEYS[how](like.key)
        return str(uuid4()) if any(key == each.key for each in self.keyed) else key

    def repeat_refusal(self) -> None:
        """Send what must be refused twice under one key: no key of a refused request stays in progress."""
        if self._has_repeated_refusal:
            return
        self._has_repeated_refusal = True  # once in a sequence tells as much as often
        person, key = self.cast.introduce(), str(uuid4())
        person.details = {"name": "", "email": f"refused.{person.mark}@{self.people.domains[0]}"}
        person.details.update(self.secret(person))
        for turn in ("creates", "creates once more"):
            operation = self.api.submit(person.details, person.subject, key=key, of=person)
            self.tell(f"{turn} {person.subject} without a name, under one key", operation)
            self.verdicts.refused(operation, INVALID)
        self.look_around()

    def look_at(self, known: Known) -> None:
        """Look at a user in every view."""
        raise NotImplementedError

    def look_around(self, size: int | None = None, order: str = "") -> Listing | None:
        """Walk through the list."""
        raise NotImplementedError

    def secret(self, person: Person) -> dict[str, str]:
        """Return the password that is sent with a user's details, if any."""
        raise NotImplementedError

    def tell(self, words: str, operation: Operation) -> None:
        """Tell of a step."""
        raise NotImplementedError

    def _weigh(
        self, details: Mapping[str, Any], address: Address | None, person: Person, known: Known | None
    ) -> tuple[dict[str, Any], Expected]:
        raise NotImplementedError
