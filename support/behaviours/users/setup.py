"""How the Givens of the stories come about: people who exist, are listed, or have left.

An arrangement is made once and seen to hold before the story goes on; what cannot be arranged because of
weather makes the story inconclusive, and what the service does wrong meanwhile is a finding like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from support.users.pages import FULL_PAGES, Listing, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.behaviours.users.listing import ListObserver
    from support.cast import People, Variations
    from support.convergence import Observer
    from support.users import Person, User

SHUFFLED = "GCXALVBRKT"


class Setup:
    """Brings people into the state that a story begins with."""

    def __init__(
        self, observer: Observer, people: People, lists: ListObserver, variations: Variations
    ) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._people = people
        self._lists = lists
        self._variations = variations
        self.before: dict[str, User] = {}

    def exists(self, label: str, phrase: str = "") -> Person:
        """Have a person created, as the phrase varies their details, and seen."""
        person = self._people.introduce(label)
        if phrase:
            person.details = self._variations.apply(phrase, person, person.details)
        return self._register([person])[0]

    def all_exist(self, labels: Iterable[str]) -> list[Person]:
        """Have several people created, and seen when all of them are there: the wait is theirs together."""
        return self._register([self._people.introduce(label) for label in labels])

    def many(self, count: int, naming: str = "", *, is_looked_up: bool = True) -> list[Person]:
        """Have so many people created and listed, named as a story words it.

        Their own names, and emails, begin with letters in two orders that differ from that of their creation.
        """
        people, names = [], self._variations.names(naming)
        for number in range(self._api.fit(count)):
            person = self._people.introduce(f"User{number + 1}")
            initial, other = SHUFFLED[number % len(SHUFFLED)], SHUFFLED[-1 - number % len(SHUFFLED)]
            person.details["name"] = names[number % len(names)] or f"{initial} {person.details['name']}"
            person.details["email"] = f"{other.lower()}.{person.details['email']}"
            people.append(person)
        self._register(people, is_looked_up=False)
        if self._api.target.has_list:
            self._lists.lists_once(people, walk(self._api, Listing()))
        for person in people if is_looked_up else ():
            # Whatever keeps what was looked up first keeps this.
            self._api.look_up(person.id, person.subject)
        return people

    def more_than(self, page: str) -> list[Person]:
        """Have one user more created and listed than a page of `FULL_PAGES` holds; no story changes them."""
        return self.many(FULL_PAGES[page](self._api.target) + 1, is_looked_up=False)

    def deleted(self, label: str) -> Person:
        """Have a person created, seen, deleted and seen to be gone."""
        person = self.exists(label)
        self._validator.done(self._api.delete(person), self._api.target.accepted.delete)
        self._observer.misses(person)
        return person

    def _register(self, people: list[Person], *, is_looked_up: bool = True) -> list[Person]:
        for person in people:
            # A key, where keys are promised, makes the creation safe to repeat without a new identity.
            key = str(uuid4()) if self._api.target.promise("idempotency-key") else None
            operation = self._api.create(person, key=key)
            self._validator.done(operation, self._api.target.accepted.create)
            user = self._validator.user(operation)
            person.id = user.id
            self._validator.details(operation, user, person.current)
        for person in people if is_looked_up else ():
            self.before[person.label] = self._observer.sees(person)
        return people
