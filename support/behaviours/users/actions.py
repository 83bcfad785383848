"""What the client does to users, by the verb that stories use: look up, check for, replace, change, delete.

When records, Then judges: every operation is given back, however it ended.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from support.errors import StoryError

if TYPE_CHECKING:
    from support.cast import People, Variations
    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person

VERBS = ("looks up", "checks for", "replaces", "changes", "deletes")
VALUES = ("that of user {Person}", "nothing")
AT_ONCE = 4
QUICK_PAUSE_S = 0.02


class Actions:
    """Sends what the client does to one user or to many."""

    def __init__(self, observer: Observer, people: People, variations: Variations) -> None:
        self._api = observer.api
        self._clock = observer.clock
        self._people = people
        self._variations = variations

    def do(self, verb: str, group: str, times: int = 1) -> list[Operation]:
        """Do something to a group so many times: to named users by turns, to groups side by side."""
        people = self._people.group(group)
        if "them" not in group:
            return [self._do(verb, person) for person in people * times]

        def repeat(person: Person) -> list[Operation]:
            operations = []
            for number in range(times):
                self._clock.sleep(QUICK_PAUSE_S if number else 0.0)
                operations.append(self._do(verb, person))
            return operations

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [operation for operations in pool.map(repeat, people) for operation in operations]

    def give_another(self, group: str, detail: str) -> list[Operation]:
        """Give each of a group another value of a detail, by a change or a replacement, as offered."""

        def give(person: Person) -> Operation:
            return self._api.change_somehow(person, self._people.another(person, detail))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(give, self._people.group(group)))

    def create(self, label: str, wording: str = "") -> Person:
        """Introduce a person whose details vary as worded, for a creation that is to be sent."""
        person = self._people.introduce(label)
        if wording:
            person.details = self._variations.apply(wording, person, person.details)
        return person

    def write(self, verb: str, person: Person, wording: str) -> Operation:
        """Replace a person with details that vary as worded, or change what the wording names."""
        if verb == "replaces":
            details = self._variations.apply(wording, person, person.next_version())
            return self._api.replace(person, details)
        return self._api.change(person, self._variations.with_good_ones(wording, person))

    def change_detail(self, person: Person, detail: str, value: str = "") -> Operation:
        """Change one detail: to another value, to `nothing`, or to `that of user X`."""
        changes: dict[str, Any] = self._people.another(person, detail)
        if value == "nothing":
            changes = {detail: None}
        elif value:
            changes = {detail: self._people[value.removeprefix("that of user ")].current[detail]}
        return self._api.change(person, changes)

    def _do(self, verb: str, person: Person) -> Operation:
        if verb == "looks up":
            return self._api.look_up(person.id, person.subject)
        if verb == "checks for":
            return self._api.check(person.id, person.subject)
        if verb == "replaces":
            return self._api.replace(person, person.next_version())
        if verb == "changes":
            return self._api.change(person, person.next_version())
        if verb == "deletes":
            return self._api.delete(person)
        raise StoryError(f"no client {verb} users; it may be one that {'; '.join(VERBS)} them")
