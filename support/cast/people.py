"""The named users of a story: who they are, what was written of them, and what may be seen of them.

Run, worker and a counter are in every email and in every version of every text, so that whatever is read
can be traced to the write that made it; Faker only decorates. A person remembers every write with its
outcome; nothing here sends or judges.
"""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Any

from support.errors import StoryError
from support.secrets import REDACTOR
from support.target.fields import Limits
from support.target.sending import DOMAINS
from support.users import Person
from support.users.markers import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Each password of the cast has every character that an encoding may change, so that no run goes by
# without proving the redaction.
NASTY = "\"&%é\\'<+ "
PASSWORD_LETTERS = 12  # at the end of each; fewer could be met by chance
LIMITS = Limits()
ROOM = 6  # characters: an initial, and versions up to the hundredth
# The users that a story may speak of together: by their names, or as a part of all that it has mentioned.
WORDED_GROUPS: dict[str, Callable[[list[Person]], list[Person]]] = {
    "all of them": list,
    "each of them": list,
    "any of them": list,
    "every second of them": lambda people: people[::2],
    "the first and the last of them": lambda people: [people[0], people[-1]],
    "all of them who stayed": lambda people: [person for person in people if person.deletion is None],
}
GROUPS = ("user {Person}", "users {Names}", *WORDED_GROUPS)


class People:
    """Makes the people of one process: unique by run, worker and counter, the rest from the seed.

    The same seed gives a story the same names in whatever order or worker it runs.
    """

    def __init__(
        self,
        run: str,
        worker: str,
        seed: int,
        *,
        with_password: bool,
        late_s: float = 0.0,
        limits: Limits = LIMITS,
        domains: Sequence[str] = DOMAINS,
    ) -> None:
        from faker import Faker  # noqa: PLC0415 - a tenth of a second that only stories need

        self._run = run
        self._worker = worker
        self._seed = seed
        self._with_password = with_password
        if with_password:  # those that other processes of the run make are not known here but by their ends
            for part in (self.passwords_begin, self._passwords_end):
                REDACTOR.register(part, "password")
        self._late_s = late_s
        self._limits = limits
        self.domains = domains
        self._counter = itertools.count(1)
        # All last names alike: to weigh them by how common they are costs more than a request.
        self._faker = Faker("en_US", providers=["faker.providers.person"], use_weighting=False)
        self._chance = random.Random(seed)
        self._people: dict[str, Person] = {}
        self.everyone: list[Person] = []  # of all stories of this process

    def start_story(self, story: str) -> None:
        """Dismiss the people of the story before and seed what decorates the next ones."""
        self._people = {}
        self._faker.seed_instance(f"{self._seed}:{story}")
        self._chance = random.Random(f"{self._seed}:{story}")

    def __iter__(self) -> Iterator[Person]:
        return iter(list(self._people.values()))

    def __getitem__(self, label: str) -> Person:
        try:
            return self._people[label]
        except KeyError:
            raise StoryError(f"user {label} has not been mentioned before in this story") from None

    def __contains__(self, label: str) -> bool:
        return label in self._people

    def group(self, wording: str) -> list[Person]:
        """Return the people that a story speaks of together; raises StoryError for an unknown wording."""
        if wording.startswith("user"):
            return [self[label] for label in re.split(", | and ", wording.partition(" ")[2])]
        if wording not in WORDED_GROUPS:
            raise StoryError(f"no story may speak of {wording!r}; it may speak of: {'; '.join(GROUPS)}")
        return WORDED_GROUPS[wording](list(self))

    def introduce(self, label: str, **details: Any) -> Person:
        """Make a person of this name with details of their own; the ones given here take precedence."""
        person = self.stranger(label, **details)
        self._people[label] = person
        return person

    def stranger(self, label: str, **details: Any) -> Person:
        """Make a person that the story does not name."""
        person = self.unknown(label, **details)
        self.everyone.append(person)
        return person

    def unknown(self, label: str, **details: Any) -> Person:
        """Make a person of whom no story says what becomes; they are deleted, and not looked at before."""
        mark = self.next_mark()
        return Person(label, mark, {**self._details(label, mark), **details}, late_s=self._late_s)

    def another(self, person: Person, detail: str) -> dict[str, Any]:
        """Return another value for one detail of a person."""
        if detail == "email":
            return {"email": self.next_email(person.label)}
        return {detail: person.next_version()[detail]}

    def renew(self, person: Person) -> dict[str, Any]:
        """Return a person a new mark and the same details under it, for a creation whose answer was lost."""
        old, person.mark = person.mark, self.next_mark()
        person.details = {
            name: value.replace(old, person.mark) if isinstance(value, str) else value
            for name, value in person.details.items()
        }
        if "password" in person.details and person.mark in str(person.details["password"]):
            person.details["password"] = self.password(person.mark)
        return person.details

    def next_mark(self) -> str:
        """Return a mark that nobody else has: run, worker, counter; all of one length, for renewals."""
        return f"{self._run}.{self._worker}-{next(self._counter):05d}"

    def next_email(self, label: str) -> str:
        """Return an email that nobody else has."""
        return f"{_local(label)}.{self.next_mark()}@{self._chance.choice(self.domains)}"

    @property
    def passwords_begin(self) -> str:
        """What every password of the run begins with, whichever process makes it."""
        return f"Pw-{self._run}."

    @property
    def _passwords_end(self) -> str:
        """What every password of the run ends with: signs that encodings change, and letters of this run."""
        chance = random.Random(f"{self._run} passwords")
        return NASTY + "".join(chance.choices(ALPHABET, k=PASSWORD_LETTERS))

    def password(self, mark: str) -> str:
        """Make a password, unlike any other, and have it hidden from now on."""
        password = f"Pw-{mark}-{self._passwords_end}"
        REDACTOR.register(password, "password")
        return password

    def password_of_length(self, length: int) -> str:
        """Make a password of so many characters, of those whose parts every process of the run hides."""
        made = self.password(self.next_mark())
        password = (made * (length // len(made) + 1))[:length]
        REDACTOR.register(password, "password")
        return password

    def _details(self, label: str, mark: str) -> dict[str, Any]:
        details = {
            "name": _fit(f"{label} {self._faker.last_name()} {mark}.v1", mark, self._limits.name),
            "email": f"{_local(label)}.{mark}@{self._chance.choice(self.domains)}",
            "nickname": _fit(f"{label.lower()} {mark}.v1", mark, self._limits.nickname),
        }
        if self._with_password:
            details["password"] = self.password(mark)
        return details


def _fit(text: str, mark: str, longest: int) -> str:
    """Return a text that bears a mark within the longest length, with room for what stories add to it.

    Where not even the mark fits, what is left of its end tells the users of one worker apart.
    """
    if len(text) + ROOM <= longest:
        return text
    return f"{mark[-max(1, longest - ROOM) :]}.v1"


def _local(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.lower()) or "user"
