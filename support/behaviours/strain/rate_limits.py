"""Rate limits: a client that asks more often than it may, and what the service must tell it then.

Single attempts only, so that the retry layer waits no refusal away; passing faults are none of its findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from support.errors import Inconclusive, UnexpectedAnswer, UnexpectedContent
from support.http import Call, Outcome
from support.http.retry import is_fault, parse_retry_after, plausible_attempts
from support.users.forms.packing import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.behaviours.access.callers import Callers
    from support.cast import People
    from support.convergence import Observer
    from support.http import Operation
    from support.users import Person, UsersApi

HURRIED = "a client over its rate limit"
LIMITED_DEEDS = ("lists users", "creates users", "replaces user {Person}")
TOO_OFTEN = 429
MOST_ASKED = 400
MOST_TIME_S = 20.0
REFUSALS = 3  # how many refused requests a story wants to see
ROUNDS = 3
GRACE_S = 1.0  # what a clock that counts whole seconds may be off


@dataclass(slots=True)
class Turns:
    """What somebody else was answered before and just after the hurried client was refused, by rounds."""

    before: list[Operation] = field(default_factory=list)
    after: list[Operation] = field(default_factory=list)


@dataclass(slots=True)
class Limited:
    """What was refused over a rate limit: the last operation, and the people of refused creations."""

    operation: Operation
    people: list[Person] = field(default_factory=list)


class RateLimits:
    """Sends more than a client over its rate limit may, and judges what it is told."""

    def __init__(self, observer: Observer, people: People, callers: Callers) -> None:
        self._api = observer.api
        self._target = observer.api.target
        self._clock = observer.clock
        self._people = people
        self._callers = callers

    def exceed(self, deed: str) -> Limited:
        """List users, create users or replace one until the rate limit refuses that."""
        if deed == "lists users":
            return Limited(self.ask_until_refused())
        if deed == "creates users":
            refused = self.create_until_refused()
            return Limited(refused[-1].writes[0].operation, refused)
        person = self._people[deed.removeprefix("replaces user ")]
        self.change_until_refused(person)
        return Limited(person.writes[-1].operation)

    def ask_until_refused(self) -> Operation:
        """Ask for a list until that is refused over its rate limit; return the refused request.

        Raises UnexpectedAnswer where the profile says how much is allowed and far more was, and Inconclusive
        where it does not say and the limit was not met.
        """
        began = self._clock.monotonic()
        answered = 0
        for _ in range(MOST_ASKED):
            operation = self._ask(self._hurried)
            if is_refused(operation):
                return operation
            answered += operation.response is not None and not is_fault(operation.last, self._target.faults)
            seconds = self._clock.monotonic() - began
            self._require_limit(operation, answered, seconds)
            if seconds > MOST_TIME_S:
                break
        raise Inconclusive(
            f"{answered} requests within {seconds:.0f} s were not enough to be refused over its rate limit"
        )

    def _require_limit(self, operation: Operation, answered: int, seconds: float) -> None:
        throttle = self._target.throttle
        if throttle.burst is None or throttle.per_s is None:
            return
        allowed = throttle.burst + throttle.per_s * seconds
        if answered > 3 * allowed + 10:
            raise UnexpectedAnswer(
                f"the client is refused when it asks more often than {throttle.burst:g} times at once "
                f"and {throttle.per_s:g} times a second",
                f"{answered} requests within {seconds:.1f} s were all answered",
                evidence=[operation],
            )

    def says_when_to_come_back(self, operation: Operation) -> None:
        """Require a Retry-After that can be read and does not send the client away for ever."""
        response = operation.response
        assert response is not None
        promised = "a client over its rate limit is told when to come back"
        asked_s = parse_retry_after(response)
        if asked_s is None:
            said = response.headers.get("retry-after")
            seen = (
                f"Retry-After is {said!r}, which is neither seconds nor a date" if said else "no Retry-After"
            )
            raise UnexpectedContent(promised, seen, evidence=[operation])
        longest_s = self._target.throttle.longest_wait_s
        if asked_s > longest_s + GRACE_S:
            raise UnexpectedContent(
                f"{promised}, within {longest_s:g} s", f"it is {asked_s:g} s", evidence=[operation]
            )

    def come_back(self, refusal: Operation) -> Operation:
        """Let the time pass that a refusal named, and ask again, or create again what was refused."""
        assert refusal.response is not None
        asked_s = parse_retry_after(refusal.response)
        if asked_s is None or asked_s > self._target.throttle.longest_wait_s + GRACE_S:
            raise Inconclusive("the refusal does not say when to come back", evidence=[refusal])
        due = refusal.answered_at + asked_s + GRACE_S
        self._clock.sleep(due - self._clock.monotonic())
        if refusal.verb == "create":
            return self._create_again(refusal)
        return self._ask_through_faults(self._hurried)

    def _create_again(self, refusal: Operation) -> Operation:
        """Send a refused creation again, under the key that it had if any; delete who comes of it."""
        person = next(each for each in self._people if each.writes and each.writes[0].operation is refusal)
        request, settings = refusal.last.request, self._target.idempotency
        key = str(request.headers.get(settings.header, "")).strip('"' if settings.quoted else "") or None
        operation = self._hurried.submit(request.body, person.subject, key=key, of=person)
        for _ in range(plausible_attempts(self._target.faults)):
            if is_refused(operation) or not is_fault(operation.last, self._target.faults):
                break
            operation = self._hurried.submit(request.body, person.subject, key=key, of=person)
        if person.id is not None:
            self._api.delete(person)
        return operation

    def served_again(self, operation: Operation) -> None:
        """Require that a client that came back when told to was served."""
        if is_refused(operation):
            raise UnexpectedAnswer(
                "a client that comes back after the time that it was told is served",
                "it was refused over its rate limit again",
                evidence=[operation],
            )
        if is_fault(operation.last, self._target.faults):
            raise Inconclusive("nobody answered the client that came back", evidence=[operation])
        if operation.verb == "create" and operation.outcome is not Outcome.OK:
            assert operation.response is not None
            raise UnexpectedAnswer(
                "a creation that was refused over the rate limit is carried out when it comes again",
                f"it was answered {operation.response.status}",
                evidence=[operation],
            )

    def create_until_refused(self) -> list[Person]:
        """Create users until the rate limit refuses some; return the people of those."""
        refused: list[Person] = []

        def create(number: int) -> Operation:
            person = self._people.introduce(f"Newcomer{number}")
            key = str(uuid4()) if self._target.promise("idempotency-key") else None
            operation = self._hurried.create(person, key=key)
            refused.extend([person] if is_refused(operation) else [])
            return operation

        self._write_until_refused(create, "creation")
        return refused

    def change_until_refused(self, person: Person) -> None:
        """Replace a person until some requests were refused over its rate limit."""
        self._write_until_refused(lambda _: self._hurried.replace(person, person.next_version()), "change")

    def _write_until_refused(self, write: Callable[[int], Operation], what: str) -> None:
        """Write until some were refused; raises Inconclusive where that takes too many or too long."""
        began, refused = self._clock.monotonic(), 0
        for number in range(1, MOST_ASKED):
            refused += is_refused(write(number))
            if refused >= REFUSALS:
                return
            # A service that is slow enough meets no limit, and each attempt stays there until the sweep.
            if not refused and self._clock.monotonic() - began > MOST_TIME_S:
                break
        seconds = self._clock.monotonic() - began
        raise Inconclusive(
            f"{refused} of {number} {what}s within {seconds:.0f} s were refused over its rate limit: too few"
        )

    def ask_while_refused(self) -> Turns:
        """Have the client of the stories ask just before and just after the hurried one is refused."""
        turns = Turns()
        for number in range(ROUNDS):
            if number:
                self._clock.sleep(GRACE_S)
            before = self._ask_through_faults(self._api)
            self.ask_until_refused()
            turns.before.append(before)
            turns.after.append(self._ask_through_faults(self._api))
        return turns

    def not_slowed(self, turns: Turns) -> None:
        """Require that the other client was not refused only because the hurried one was."""
        pairs = list(zip(turns.before, turns.after, strict=True))
        held = [after for before, after in pairs if is_refused(after) and not is_refused(before)]
        if len(held) > 1 or len(held) == len(pairs):
            raise UnexpectedAnswer(
                "a client over its rate limit slows no other client down",
                f"another client was refused in {len(held)} of {len(pairs)} rounds, each time just "
                f"after the hurried one",
                evidence=held,
            )

    @property
    def _hurried(self) -> UsersApi:
        api = self._callers.api_of(HURRIED)
        api.client.is_patient = False
        return api

    def _ask_through_faults(self, api: UsersApi) -> Operation:
        """Ask again at once while something other than the rate limit stands in the way."""
        operation = self._ask(api)
        for _ in range(plausible_attempts(self._target.faults)):
            if is_refused(operation) or not is_fault(operation.last, self._target.faults):
                break
            operation = self._ask(api)
        return operation

    def _ask(self, api: UsersApi) -> Operation:
        lists = self._target.lists
        query = ask(lists, lists.sized(1))
        return api.client.send(Call("GET", self._target.landmark, query=query), "list", "users", once=True)


def is_refused(operation: Operation) -> bool:
    """Return whether a request was refused over its rate limit."""
    return operation.response is not None and operation.response.status == TOO_OFTEN
