"""What crosses: changes of different details, changes and deletions, creations of one email, or simply many.

`Races` sends in bursts and judges by the state that has settled. A loser of a race may be refused; what
counts is who is there in the end, and what was acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.errors import CameBack, Disagreement, DuplicateEffect, TraceLeft, UnexpectedAnswer
from support.http import Outcome
from support.http.retry import is_fault
from support.users.forms.paths import texts_in
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from support.behaviours.concurrency.bursts import Bursts, Deed
    from support.behaviours.users.expectations import Expectations
    from support.cast import People
    from support.convergence import Observer
    from support.http import Exchange, Operation
    from support.users import Person


@dataclass(frozen=True, slots=True)
class Race:
    """Operations that crossed, and the users that they were about."""

    people: Sequence[Person]
    operations: Sequence[Operation]
    email: str = ""  # what all of them wanted to have


class Races:
    """Lets operations cross, and judges what came of it."""

    def __init__(
        self, observer: Observer, people: People, bursts: Bursts, expectations: Expectations
    ) -> None:
        self._observer = observer
        self._api = observer.api
        self._validator = observer.validator
        self._target = observer.api.target
        self._people = people
        self._bursts = bursts
        self._expectations = expectations

    # Sending

    def create_at_once(self, count: int) -> Race:
        """Create so many users at once."""
        people = [self._people.introduce(f"User{i + 1}") for i in range(self._bursts.fit(count))]
        return Race(people, self._bursts.at_once([_creation(person) for person in people]))

    def create_with_one_email(self, count: int, rounds: int) -> list[Race]:
        """Create so many users with one email at once, in each round another; stop when two succeed."""
        groups = []
        for number in range(rounds):
            email = self._people.next_email("Ada")
            labels = [f"User{number + 1}x{i + 1}" for i in range(self._bursts.fit(count))]
            groups.append([self._people.introduce(label, email=email) for label in labels])
        deeds = [[_creation(person) for person in group] for group in groups]
        bursts = self._bursts.rounds(deeds, _two_succeed)
        return [Race(group, burst) for group, burst in zip(groups, bursts, strict=False)]

    def move_to_one_email(self, people: Sequence[Person], rounds: int, *, whole: bool) -> list[Race]:
        """Return all the people one email at once, in each round another; stop when two succeed."""
        races: list[Race] = []
        for _ in range(rounds):
            email = self._people.next_email("Ada")
            movers = people[: self._bursts.fit(len(people))]
            moves = [_replacement(person, {**person.shown, "email": email}) for person in movers]
            if not whole:
                moves = [_change(person, {"email": email}) for person in movers]
            races.append(Race(movers, self._bursts.at_once(moves), email))
            if sum(op.outcome is Outcome.OK for op in races[-1].operations) > 1:
                break
        return races

    def change_at_once(self, people: Sequence[Person]) -> list[Race]:
        """Change the name and another detail of each of the people at once, by two clients."""
        other = "nickname" if self._target.fields.nickname else "email"
        races = []
        for person in people:
            changes = [self._people.another(person, detail) for detail in ("name", other)]
            operations = self._bursts.at_once([_change(person, change) for change in changes])
            # Both are to be kept: what the story ends with is both of them.
            whole = {**person.writes[0].details, **changes[0], **changes[1]}
            if all(operation.outcome is Outcome.OK for operation in operations):
                person.wrote(whole, max(operations, key=lambda operation: operation.answered_at))
            races.append(Race([person], operations))
        return races

    def delete_while_changing(self, people: Sequence[Person], detail: str) -> list[Race]:
        """Delete each of the people while two other clients change one of their details."""
        races = []
        for person in people:
            values = [self._people.another(person, detail) for _ in range(2)]
            email = values[0].get("email", "")
            if email:
                values = values[:1] * 2  # one that can be asked for afterwards
            changes = [_change(person, value) for value in values]
            deeds = [changes[0], _deletion(person), changes[1]]
            races.append(Race([person], self._bursts.at_once(deeds), email))
        return races

    def delete_at_once(self, people: Sequence[Person], clients: int) -> list[Race]:
        """Delete each of the people by so many clients at once."""
        return [
            Race([person], self._bursts.at_once([_deletion(person)] * self._bursts.fit(clients)))
            for person in people
        ]

    def look_up_at_once(self, people: Sequence[Person], clients: int, rounds: int) -> list[Operation]:
        """Have so many clients look the people up by turns, all at once, again and again.

        A look that meets nothing but faults shows nothing; it is left out as long as most are answered.
        """
        turns = [people[i % len(people)] for i in range(self._bursts.fit(clients))]
        bursts = self._bursts.rounds([[_look(person) for person in turns]] * rounds)
        looks = [operation for burst in bursts for operation in burst]
        answered = [look for look in looks if not is_fault(look.last, self._target.faults)]
        return answered if 2 * len(answered) > len(looks) else looks

    # Judging

    def all_created(self, crossing: Race) -> None:
        """Require that each of the users was created with their own details and an id of their own."""
        for person in crossing.people:
            self._expectations.created(person)
        for person in crossing.people:
            self._expectations.distinct(person)

    def all_visible(self, crossing: Race) -> None:
        """Require that each of the users can be looked up within the bound."""
        for person in crossing.people:
            self._observer.sees(person)

    def one_takes_the_email(self, races: Sequence[Race]) -> None:
        """Require that exactly one of each group has the email, as the answers say and as the list has it."""
        promised = "of many creations with one email at once exactly one succeeds"
        self._one_succeeds(races, promised, lambda operation: self._validator.user(operation).id)
        self._list_has_one_each(races, promised)

    def one_moves_to_the_email(self, races: Sequence[Race]) -> None:
        """Require that exactly one of each group has moved to the email, as the answers and the list say."""
        promised = "of many who move to one email at once exactly one succeeds"
        self._one_succeeds(races, promised, lambda operation: operation.subject)
        self._list_has_one_each(races[-1:], promised)

    def _one_succeeds(self, races: Sequence[Race], promised: str, who: Callable[[Operation], object]) -> None:
        for crossing in races:
            won = [op for op in crossing.operations if op.outcome is Outcome.OK]
            if len({who(operation) for operation in won}) > 1:
                seen = f"{len(won)} of {len(crossing.operations)} succeeded"
                raise DuplicateEffect(promised, seen, evidence=won)
            for operation in crossing.operations:
                # A loser is refused, or meets what passes by itself; any other fault is the service's own.
                if operation.response is not None and not is_fault(operation.last, self._target.faults):
                    self._validator.answered(operation)
            refused = [op for op in crossing.operations if op.outcome is Outcome.REFUSED]
            for operation in refused:
                self._validator.refused(operation, "the email is already in use")
            if len(refused) == len(crossing.operations) and not any(map(_was_lost, refused)):
                raise UnexpectedAnswer(promised, "all were refused", evidence=refused)

    def both_kept(self, races: Sequence[Race]) -> None:
        """Require that changes of different details which crossed were both accepted and both stand."""
        for crossing in races:
            for operation in crossing.operations:
                self._validator.done(operation, self._target.accepted.change)
        self._settle(races, self._target.bounds.single_s)
        for crossing in races:
            (person,) = crossing.people
            look = self._api.look_up(person.id, person.subject, strong=self._observer.has_strong_reads)
            self._validator.done(look, self._target.accepted.look_up)
            shown = self._observer.normalizer.readable(self._validator.user(look))
            for name, value in self._observer.normalizer.stored(person.current).items():
                if shown.get(name) != value:
                    raise Disagreement(
                        "changes of different details at the same time are both kept",
                        f"the {name} of {person.subject} is {clip(shown.get(name))}, not {clip(value)}",
                        evidence=[*crossing.operations, look],
                    )

    def deleted_stay_gone(self, races: Sequence[Race]) -> None:
        """Require that whose deletion was acknowledged is gone, whatever crossed it."""
        gone = [crossing for crossing in races if crossing.people[0].is_deleted]
        for crossing in races:
            for each in crossing.operations:
                self._validator.answered(each)
            self._expectations.deleted(crossing.people[0])
        self._settle(gone, max(self._target.bounds.single_s, self._target.bounds.list_s))
        listed: list[Mapping[str, Any]] = []
        operation: Operation | None = None
        if self._target.has_list:
            listed, operation = self._walk()
        for crossing in gone:
            (person,) = crossing.people
            look = self._api.look_up(person.id, person.subject, strong=self._observer.has_strong_reads)
            is_there = self._validator.answered(look).status in self._target.accepted.look_up
            if is_there or any(self._api.id_of(item) == person.id for item in listed):
                raise CameBack(
                    f"a change that crosses the deletion of {person.subject} does not bring them back",
                    "a look-up shows them" if is_there else "the list has them",
                    evidence=[*crossing.operations, look if is_there or operation is None else operation],
                )

    def emails_are_free(self, races: Sequence[Race]) -> None:
        """Require that no deleted user holds the email that changes during the deletion asked for."""
        for crossing in races:
            (person,) = crossing.people
            self._expectations.deleted(person)
            heir = self._people.introduce(f"Heir of {person.label}", email=crossing.email)
            creation = self._api.create(heir)
            if creation.outcome is Outcome.REFUSED and not _was_lost(creation):
                raise TraceLeft(
                    f"a change that crosses the deletion of {person.subject} reserves no email",
                    f"the email that it asked for is refused: {self._validator.answered(creation).status}",
                    evidence=[*crossing.operations, creation],
                )
            self._expectations.created(heir)

    def _list_has_one_each(self, races: Sequence[Race], promised: str) -> None:
        if not self._target.has_list:
            return
        self._settle(races, self._target.bounds.list_s)
        listed, operation = self._walk()
        for crossing in races:
            wanted = {"email": crossing.email} if crossing.email else {}
            details = {**crossing.people[0].details, **wanted}
            email = self._observer.normalizer.stored(details)["email"].strip().lower()
            holders = [item for item in listed if email in map(_comparable, texts_in(item))]
            won = any(op.outcome is Outcome.OK for op in crossing.operations)
            if len(holders) > 1 or (won and not holders):
                raise DuplicateEffect(
                    promised,
                    f"the list has {len(holders)} users with the email",
                    evidence=[*crossing.operations, operation],
                )

    def _walk(self) -> tuple[list[Mapping[str, Any]], Operation]:
        items, operation = self._observer.whole_list()
        self._observer.saw_all(operation, items)
        return [item for item in items if isinstance(item, dict)], operation

    def _settle(self, races: Iterable[Race], bound_s: float) -> None:
        ends = (operation.answered_at for crossing in races for operation in crossing.operations)
        self._observer.settle(max(ends, default=0.0), bound_s)


def _creation(person: Person) -> Deed:
    return lambda api: api.create(person)


def _change(person: Person, changes: Mapping[str, Any]) -> Deed:
    return lambda api: api.change(person, changes)


def _replacement(person: Person, details: Mapping[str, Any]) -> Deed:
    return lambda api: api.replace(person, details)


def _deletion(person: Person) -> Deed:
    return lambda api: api.delete(person)


def _look(person: Person) -> Deed:
    return lambda api: api.look_up(person.id, person.subject)


def _two_succeed(exchanges: Sequence[Exchange]) -> bool:
    return sum(exchange.outcome is Outcome.OK for exchange in exchanges) > 1


def _was_lost(operation: Operation) -> bool:
    return operation.may_have_happened_before


def _comparable(value: Any) -> str:
    return str(value).strip().lower()
