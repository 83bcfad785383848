"""The idempotency keys of a story, and everything that is sent under them, once or again.

A repeat goes over a connection of its own, so that a store of keys in one process cannot hide behind one. Who
was created under which key is remembered here; what the answers amount to is
`support.behaviours.idempotency.repeats`' part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from support.errors import StoryError
from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.behaviours.concurrency.bursts import Bursts, Deed
    from support.cast import People
    from support.http import Exchange, Operation
    from support.users import Person, UsersApi

AT_ONCE = 8  # clients that create a group between them
LONGEST = 255
NO_KEY = "no idempotency key"
SAVES = ("replaces", "changes", "deletes")
AS_LONG = "is as long as promised"
# Keys that differ from K1 in one way, and keys by their length, made from the longest one.
SIMILAR_KEYS: dict[str, Callable[[str], str]] = {
    "differs from K1 in its last character": lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
    "differs from K1 by capitals": str.upper,
    "differs from K1 by one more character": lambda key: f"{key}0",
    "differs from K1 by missing hyphens": lambda key: key.replace("-", ""),
    # As in a URL: a header is not decoded.
    "differs from K1 by an escaped hyphen": lambda key: key.replace("-", "%2D", 1),
}
KEY_FLAWS: dict[str, Callable[[int], str]] = {
    "is empty": lambda _: "",
    "has a letter beyond ASCII": lambda _: f"{uuid4()}\u00e9",
    "is too long": lambda longest: "k" * (longest + 1),
    # They differ at their ends: a service that files only the beginning takes them for one.
    AS_LONG: lambda longest: str(uuid4()).rjust(longest, "k")[-longest:],
}
ONE_USER = "one user"
CREATED_AT_ONCE = (ONE_USER, "different users")


class Keys:
    """Sends creations under keys, which stories call K1, K2 and so on; one for a process."""

    def __init__(self, api: UsersApi, people: People, bursts: Bursts) -> None:
        self._api = api
        self._people = people
        self._bursts = bursts
        self._keys: dict[str, str] = {}
        self._sent: list[tuple[Operation, Person, str | None]] = []

    def begin(self) -> None:
        """Forget the keys of the story before."""
        self._keys.clear()
        self._sent.clear()

    def __getitem__(self, name: str) -> str:
        return self._keys.setdefault(name, str(uuid4()))

    def create(self, person: Person, key: str | None, api: UsersApi | None = None) -> Operation:
        """Create a person under a key, given as it is; with None under none."""
        operation = (api or self._api).create(person, key=key, without_key=key is None)
        self._sent.append((operation, person, key))
        return operation

    def write(self, verb: str, person: Person, key: str) -> Operation:
        """Replace, change or delete a person with a key, which counts for creations only."""
        headers = self._api.key_headers(key)
        if verb == "replaces":
            return self._api.replace(person, person.next_version(), headers=headers)
        if verb == "changes":
            return self._api.change(person, self._people.another(person, "name"), headers=headers)
        return self._api.delete(person, headers=headers)

    def worded(self, wording: str) -> str | None:
        """Return the key that a story words, by its name or by what is odd about it; None for none."""
        if wording == NO_KEY:
            return None
        if wording.startswith("idempotency key "):
            return self[wording.removeprefix("idempotency key ")]
        flaw = wording.removeprefix("an idempotency key that ")
        if flaw in KEY_FLAWS:
            longest = self._api.target.idempotency.key_max or LONGEST
            return KEY_FLAWS[flaw](longest)
        if flaw in SIMILAR_KEYS:
            return SIMILAR_KEYS[flaw](self["K1"])
        raise StoryError(f"no key may be one that {flaw}; it may: {'; '.join((*KEY_FLAWS, *SIMILAR_KEYS))}")

    def send_once_more(self, operation: Operation, caller: UsersApi) -> Operation:
        """Send a request of the story once more: again as the client, or as another caller, key and all."""
        return self.send_again(operation) if caller is self._api else self.send_as(operation, caller)

    def send_again(self, operation: Operation) -> Operation:
        """Send a request of the story again as it was, over a connection of its own."""
        client = self._api.client.twin()
        try:
            return self._again(operation, self._api.with_client(client))
        finally:
            client.close()

    def send_as(self, operation: Operation, caller: UsersApi) -> Operation:
        """Send a creation of the story, key and all, as another caller, for whom it makes another user."""
        first, key = self.find(operation)
        other = self._people.stranger(first.label)
        other.details = dict(first.details)
        return self.create(other, key, caller)

    def create_others(self, count: int) -> list[Operation]:
        """Create so many other users, each under a key of its own; fewer where there is no room for all."""
        people = [self._people.stranger("Other") for _ in range(self._api.fit(count))]
        clients = self._bursts.fit(AT_ONCE)

        def create_some(start: int) -> Callable[[UsersApi], list[Operation]]:
            return lambda api: [self.create(p, str(uuid4()), api) for p in people[start::clients]]

        made = self._bursts.side_by_side([create_some(start) for start in range(clients)])
        return [operation for some in made for operation in some]

    def create_in_rounds(self, whom: str, count: int, rounds: int) -> list[list[Operation]]:
        """Send so many creations under one key at once, of one user or of different ones.

        In each round they are others. Stops when the first answers of a round show two users.
        """
        people = 1 if whom == ONE_USER else count
        deeds = [self._deeds(people, count, number + 1) for number in range(rounds)]
        return self._bursts.rounds(deeds, _shows_two)

    def find(self, operation: Operation) -> tuple[Person, str | None]:
        """Return whom an operation created under which key; raises StoryError when it did not."""
        for sent, person, key in self._sent:
            if sent is operation:
                return person, key
        raise StoryError(f"{operation.verb} {operation.subject} had no idempotency key")

    def _deeds(self, people: int, count: int, turn: int) -> list[Deed]:
        key = str(uuid4())
        made = [self._people.introduce(f"User{turn}x{number + 1}") for number in range(people)]

        def creation(person: Person) -> Deed:
            return lambda api: self.create(person, key, api)

        return [creation(made[number % people]) for number in range(self._bursts.fit(count))]

    def _again(self, operation: Operation, api: UsersApi) -> Operation:
        if operation.verb == "create":
            return self._create_again(*self.find(operation), api)
        person = self._people[operation.subject.removeprefix("user ")]
        if operation.verb == "replace":
            return api.replace(person, person.writes[-1].details)
        if operation.verb == "change":
            return api.change(person, person.last_change)
        if operation.verb == "delete":
            return api.delete(person)
        raise StoryError(f"nobody knows how to {operation.verb} again")

    def _create_again(self, person: Person, key: str | None, api: UsersApi) -> Operation:
        was_done = any(write.is_acknowledged for write in person.writes)
        operation = self.create(person, key, api)
        if was_done:
            person.writes.pop()  # a repeat writes nothing: what was written since then stands
        return operation


def _shows_two(exchanges: Sequence[Exchange]) -> bool:
    return len({e.response.body for e in exchanges if e.response and e.outcome is Outcome.OK}) > 1
