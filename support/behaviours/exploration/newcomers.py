"""Where sequences take place, and who is made in them: users of the run, owners of shared addresses.

Marks come from the cast's counter and never from Hypothesis, which repeats itself from sequence to sequence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.behaviours.exploration.manners import OWNERS
from support.errors import SecretShown, UnexpectedContent
from support.users import Person
from support.users.markers import PERSON_MARK

if TYPE_CHECKING:
    from support.behaviours.access import AnswerWatch, PasswordWatch
    from support.behaviours.idempotency.repeats import Repeats
    from support.cast import People
    from support.convergence import Observer
    from support.http import Operation
    from support.users import UsersApi

LABELS = ("Ada", "Grace", "Alan", "Barbara", "Edsger", "Radia", "Donald", "Frances")


@dataclass(slots=True)
class Setting:
    """What all sequences of an exploration share; for `late_s` [s] a lost attempt may still arrive.

    `other` is the API as another tenant sees it, where there is one. `passwords` and `rules` watch every
    answer. `ids` are all that were ever given, and `ids_return` says whether they may be given again: what
    the profile says, however careful a run is with a target that was seen to do so. `seconds` [s] are there;
    `is_alone` says that no other process of the run has stories under way.
    """

    observer: Observer
    people: People
    repeats: Repeats
    late_s: float
    other: UsersApi | None = None
    passwords: PasswordWatch | None = None
    rules: AnswerWatch | None = None
    seconds: float = 0.0
    ids_return: bool = False
    is_alone: bool = True
    ids: set[str] = field(default_factory=set)
    has_created_many: bool = False

    @property
    def heard(self) -> tuple[int, int]:
        """How many answers have shown a password, and how many have broken a rule for all of them."""
        return (
            len(self.passwords.shown) if self.passwords else 0,
            len(self.rules.broken) if self.rules else 0,
        )

    def require_nothing_since(self, heard: tuple[int, int]) -> None:
        """Require that no answer since then has shown a password or broken a rule."""
        shown, broken = heard
        for fact in self.passwords.shown[shown:] if self.passwords else ():
            raise SecretShown(
                "a password is never shown again",
                f"the answer to {fact['verb']} {fact['subject']} shows {fact['what']}",
                evidence=[fact["operation"]],
            )
        for rule, operation, seen in self.rules.broken[broken:] if self.rules else ():
            raise UnexpectedContent(
                rule.promised,
                f"the answer to {operation.verb} {operation.subject}: {seen}",
                evidence=[operation],
            )


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
