"""Who is made in a sequence: users with marks of the run, and the owners of the addresses that they share.

Marks come from the cast's counter and never from Hypothesis, which repeats itself from sequence to sequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.exploration.manners import OWNERS
from support.users import Person
from support.users.markers import PERSON_MARK

if TYPE_CHECKING:
    from support.cast import People
    from support.http import Operation

LABELS = ("Ada", "Grace", "Alan", "Barbara", "Edsger", "Radia", "Donald", "Frances")


class Newcomers:
    """Introduces the users of one sequence.

    `marks` are all that its requests carry, `unsure` those of creations of which nobody knows what came, and
    `owners` those of shared addresses.
    """

    def __init__(self, people: People, late_s: float) -> None:
        self._people = people
        self._late_s = late_s
        self.count = 0
        self.owners = [people.next_mark() for _ in range(OWNERS)]
        self.marks: set[str] = set(self.owners)
        self.unsure: set[str] = set()

    def introduce(self) -> Person:
        """Return a user who is to be created, without details."""
        label, round_ = LABELS[self.count % len(LABELS)], self.count // len(LABELS)
        self.count += 1
        person = Person(f"{label}{round_ or ''}", self._people.next_mark(), {}, late_s=self._late_s)
        self.marks.add(person.mark)
        return person

    def doubt(self, operation: Operation) -> None:
        """Note that any of the users whom a creation has asked for may have been made."""
        for exchange in operation.exchanges:
            self.unsure.update(PERSON_MARK.findall(exchange.request.body.decode("utf-8", "replace")))
