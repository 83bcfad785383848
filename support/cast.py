"""The named users of a story: who they are, what was written of them, and what may be seen of them.

Run, worker and a counter are in every email and in every version of every text, so that whatever is read
can be traced to the write that made it; Faker only decorates. A person remembers every write with its
outcome; nothing here sends or judges.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.errors import StoryError
from support.exchange import Outcome
from support.marks import ALPHABET
from support.redaction import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from support.exchange import Operation

DOMAINS = ("example.com", "example.org", "example.net")
# Each password of the cast has every character that an encoding may change, so that no run goes by
# without proving the redaction.
NASTY = "\"&%é\\'<+ "


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was sent: the whole state it asked for, and the operation that asked."""

    details: Mapping[str, Any]
    operation: Operation

    @property
    def is_acknowledged(self) -> bool:
        """Whether the service said that it was done."""
        return self.operation.outcome is Outcome.OK

    @property
    def may_stand(self) -> bool:
        """Whether it was done or may have been, by any of its attempts."""
        return any(exchange.outcome in {Outcome.OK, Outcome.UNKNOWN} for exchange in self.operation.exchanges)

    def ends_at(self, late_s: float) -> float:
        """Give from when on it has no effect any more; a lost attempt may take `late_s` to arrive [s]."""
        if self.operation.verb == "create" and self.is_acknowledged:
            return self.operation.answered_at  # a lost attempt was somebody else, or had the same key
        lost = (
            exchange.answered_at + late_s
            for exchange in self.operation.exchanges
            if exchange.outcome is Outcome.UNKNOWN
        )
        return max(self.operation.answered_at, *lost, 0.0)


@dataclass(slots=True, eq=False)
class Person:
    """A named user of a story.

    `details` are what the next creation sends; `id` is what the service called them; `caller` names the
    token that made them; for `late_s` [s] after a lost attempt it may still take effect.
    """

    label: str
    mark: str
    details: dict[str, Any]
    caller: str = ""
    id: int | str | None = None
    writes: list[Write] = field(default_factory=list)
    deletion: Operation | None = None
    version: int = 1
    late_s: float = 0.0

    @property
    def subject(self) -> str:
        """How reports call them."""
        return f"user {self.label}"

    @property
    def email(self) -> str:
        """The email of the last acknowledged write, or the one that the next creation sends."""
        return str(self.current.get("email", ""))

    @property
    def current(self) -> Mapping[str, Any]:
        """What the last acknowledged write asked for."""
        for write in reversed(self.writes):
            if write.is_acknowledged:
                return write.details
        return self.details

    @property
    def shown(self) -> dict[str, Any]:
        """What the service shows of the last acknowledged write: everything but the password."""
        return {name: value for name, value in self.current.items() if name != "password"}

    @property
    def possible(self) -> list[Mapping[str, Any]]:
        """What may stand in the end: the last acknowledged write, or one that may have come after it.

        Of replacements that crossed, each may have been the last; a lost attempt may still arrive for
        `late_s` [s]. Merge patches that crossed are all kept, so that of them only the last one counts.
        """
        standing = self.standing
        if any(write.operation.verb == "change" for write in standing[:-1]):
            last = max((i for i, write in enumerate(self.writes) if write.is_acknowledged), default=-1)
            standing = [write for write in self.writes[last + 1 :] if write.may_stand]
        return [self.current, *(write.details for write in standing)]

    @property
    def standing(self) -> list[Write]:
        """The writes that may have taken effect last: no acknowledged one began after they had ended."""
        done = [write for write in self.writes if write.is_acknowledged]
        return [
            write
            for write in self.writes
            if write.may_stand
            and not any(
                other.operation.sent_at >= write.ends_at(self.late_s) for other in done if other is not write
            )
        ]

    @property
    def acknowledged_at(self) -> float:
        """When the last write or deletion that may stand was answered, monotonic [s]."""
        operations = [write.operation for write in self.writes if write.may_stand]
        if self.deletion is not None:
            operations.append(self.deletion)
        return max((operation.answered_at for operation in operations), default=0.0)

    @property
    def created_at(self) -> float:
        """When the creation was acknowledged, monotonic [s]."""
        return self.writes[0].operation.answered_at if self.writes else 0.0

    @property
    def is_deleted(self) -> bool:
        """Whether the service has acknowledged a deletion."""
        return self.deletion is not None and (self.deletion.outcome is Outcome.OK or self.deletion.adopted)

    def wrote(self, details: Mapping[str, Any], operation: Operation) -> None:
        """Remember a write; what a replace or change left unsaid is to be in `details` already."""
        self.writes.append(Write(dict(details), operation))

    @property
    def last_change(self) -> dict[str, Any]:
        """What the last write asked to be different from the one before."""
        before, last = self.writes[-2].details, self.writes[-1].details
        return {name: value for name, value in last.items() if before.get(name) != value}

    def next_version(self) -> dict[str, Any]:
        """Give the details of a further version; name and nickname both carry its number."""
        self.version += 1
        base = re.sub(r"\.v\d+$", "", str(self.current.get("name", self.label)))
        changed = {**self.current, "name": f"{base}.v{self.version}"}
        if "nickname" in changed:
            changed["nickname"] = f"{self.label.lower()} {self.mark}.v{self.version}"
        return changed


class Cast:
    """Makes the people of one process: unique by run, worker and counter, the rest from the seed.

    The same seed gives a story the same names in whatever order or worker it runs.
    """

    def __init__(self, run: str, worker: str, seed: int, *, with_password: bool, late_s: float = 0.0) -> None:
        from faker import Faker  # noqa: PLC0415 - a tenth of a second that only stories need

        self._run = run
        self._worker = worker
        self._seed = seed
        self._with_password = with_password
        self._late_s = late_s
        self._counter = itertools.count(1)
        # All last names alike: to weigh them by how common they are costs more than a request.
        self._faker = Faker("en_US", use_weighting=False)
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

    def group(self, labels: Sequence[str]) -> list[Person]:
        """Give the people of these names; everybody whom the story has mentioned when there is no name."""
        return [self[label] for label in labels] if labels else list(self)

    def introduce(self, label: str, **details: Any) -> Person:
        """Make a person of this name with details of their own; the ones given here take precedence."""
        person = self.stranger(label, **details)
        self._people[label] = person
        return person

    def stranger(self, label: str, **details: Any) -> Person:
        """Make a person whom the story does not name."""
        mark = self.next_mark()
        person = Person(label, mark, {**self._details(label, mark), **details}, late_s=self._late_s)
        self.everyone.append(person)
        return person

    def another(self, person: Person, detail: str) -> dict[str, Any]:
        """Give another value for one detail of a person."""
        if detail == "email":
            return {"email": self.next_email(person.label)}
        return {detail: person.next_version()[detail]}

    def renew(self, person: Person) -> dict[str, Any]:
        """Give a person a new mark and the same details under it, for a creation whose answer was lost."""
        old, person.mark = person.mark, self.next_mark()
        person.details = {
            name: value.replace(old, person.mark) if isinstance(value, str) else value
            for name, value in person.details.items()
        }
        if "password" in person.details and person.mark in str(person.details["password"]):
            person.details["password"] = self.password(person.mark)
        return person.details

    def next_mark(self) -> str:
        """Give a mark that nobody else has: run, worker, counter; each as long as the last, for renewals."""
        return f"{self._run}.{self._worker}-{next(self._counter):05d}"

    def next_email(self, label: str) -> str:
        """Give an email that nobody else has."""
        return f"{_local(label)}.{self.next_mark()}@{self._chance.choice(DOMAINS)}"

    @property
    def passwords_begin(self) -> str:
        """What every password of the run begins with, whichever process makes it."""
        return f"Pw-{self._run}."

    def password(self, mark: str) -> str:
        """Make a password, unlike any other, and have it hidden from now on."""
        tail = "".join(self._chance.choices(ALPHABET, k=8))
        password = f"Pw-{mark}-{NASTY}{tail}"
        REDACTOR.register(password, "password")
        return password

    def _details(self, label: str, mark: str) -> dict[str, Any]:
        details = {
            "name": f"{label} {self._faker.last_name()} {mark}.v1",
            "email": f"{_local(label)}.{mark}@{self._chance.choice(DOMAINS)}",
            "nickname": f"{label.lower()} {mark}.v1",
        }
        if self._with_password:
            details["password"] = self.password(mark)
        return details


def _local(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.lower()) or "user"
