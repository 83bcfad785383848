"""What is true of a user, found out by reading: seen, gone, unchanged, never there.

The `Witness` has `support.polling` look until the promised time is over. Reads that are to be conclusive at
once ask for the newest state where the target promises such reads, and otherwise wait out the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.errors import (
    Disagreement,
    DuplicateEffect,
    ForeignValue,
    Inconclusive,
    TraceLeft,
    UnexpectedContent,
)
from support.normalizers import USER_MEMBERS
from support.probes import PersonProbe
from support.timelines import Timeline
from support.validators import clip

if TYPE_CHECKING:
    from support.cast import Person
    from support.clock import Clock
    from support.contract import User
    from support.exchange import Operation
    from support.normalizers import Normalizer
    from support.pages import Listing
    from support.polling import Convergence, Probe
    from support.users import UsersApi
    from support.validators import Judge


class Witness:
    """Finds out what is true of users, as one caller sees them."""

    def __init__(
        self, api: UsersApi, judge: Judge, normalizer: Normalizer, convergence: Convergence, clock: Clock
    ) -> None:
        self.api = api
        self.judge = judge
        self.normalizer = normalizer
        self._convergence = convergence
        self._clock = clock

    def as_seen_by(self, api: UsersApi) -> Witness:
        """Give the same witness with another caller's eyes."""
        return Witness(api, self.judge, self.normalizer, self._convergence, self._clock)

    def sees(self, person: Person, view: str = "single", *, thorough: bool = False) -> User:
        """Require that a view shows the person as last written, within its bound; give what was shown."""
        probe = PersonProbe(self, person, view, expects_absence=False)
        self._watch(probe, person, thorough=thorough)
        assert probe.user is not None
        return probe.user

    def misses(self, person: Person, view: str = "single", *, thorough: bool = False) -> None:
        """Require that a view no longer shows the person, within its bound.

        A reader who has not heard of them yet misses them, too: so the newest state has to, if one can ask.
        """
        self._watch(PersonProbe(self, person, view, expects_absence=True), person, thorough=thorough)
        if self.has_strong_reads:
            self.misses_now(person, view)

    def sees_now(self, person: Person, view: str = "single") -> User:
        """Require that the settled state shows the person as last written: nothing older is excused."""
        probe = PersonProbe(self, person, view, expects_absence=False, strong=self.has_strong_reads)
        self._watch_settled(probe, person)
        assert probe.user is not None
        return probe.user

    def misses_now(self, person: Person, view: str = "single") -> None:
        """Require that the settled state does not show the person."""
        probe = PersonProbe(self, person, view, expects_absence=True, strong=self.has_strong_reads)
        self._watch_settled(probe, person)

    def sees_unchanged(self, person: Person, before: User) -> None:
        """Require that the settled state of a person is what it was, the service's own dates included."""
        now = self.sees_now(person)
        for name in ("id", "role", "created_at", "updated_at"):
            if getattr(now, name) != getattr(before, name):
                raise TraceLeft(
                    f"{person.subject} is unchanged",
                    f"{name} was {clip(getattr(before, name))} and is {clip(getattr(now, name))}",
                    evidence=[self.api.client.history.since(-1)[0]],
                )

    def misses_by_first_email(self, person: Person) -> None:
        """Require that a search for the email that a person was created with no longer finds them."""
        self.settle(person.acknowledged_at, self.api.target.bounds.of("filter"))
        email = str(person.writes[0].details["email"])
        operation, items = self.api.find(email, person.subject, strong=self.has_strong_reads)
        if self.pick(operation, items, person) is not None:
            raise ForeignValue(
                f"a search for an email that {person.subject} has given up finds nobody",
                f"it finds {person.subject}",
                evidence=[operation],
            )

    def agree(self, person: Person) -> None:
        """Require that the settled list shows of a person what their own page shows, in the same form.

        What the contract does not know may come and go (clause 1.7).
        """
        page, listed = self.sees_now(person), self.sees_now(person, "list")
        ours, theirs = (user.model_dump(include=set(USER_MEMBERS)) for user in (page, listed))
        if ours != theirs:
            name = next(name for name in ours if ours[name] != theirs[name])
            raise Disagreement(
                f"the list and the look-up of {person.subject} agree",
                f"{name} is {clip(theirs.get(name))} in the list, {clip(ours.get(name))} on the user's page",
                evidence=[self.api.client.history.since(-1)[0]],
            )

    def pick(self, operation: Operation, items: list[Any] | None, person: Person) -> User | None:
        """Find a person in the items of a list; raises DuplicateEffect when they stand there twice."""
        response = self.judge.done(operation, self.api.target.accepted.list)
        self.judge.json(operation, response)
        if items is None:
            raise UnexpectedContent(
                "a list of users is an array of users",
                f"the answer holds {clip(response.body[:80])}",
                evidence=[operation],
            )
        key = self.api.target.fields.id
        mine = [item for item in items if isinstance(item, dict) and item.get(key) == person.id]
        if len(mine) > 1:
            raise DuplicateEffect(
                "a list shows everybody once",
                f"{person.subject} stands there {len(mine)} times",
                evidence=[operation],
            )
        return self.judge.item(operation, mine[0]) if mine else None

    def list_all(self) -> tuple[list[Any], Operation]:
        """List everybody, as the newest state has them where one can ask for it, and give the last operation.

        Raises Inconclusive when the list cannot be read to its end.
        """
        operations, items, is_complete = self.api.list_all(strong=self.has_strong_reads)
        self.judge.done(operations[-1], self.api.target.accepted.list)
        if not is_complete:
            raise Inconclusive("the list could not be read to its end", evidence=operations[-1:])
        return items, operations[-1]

    @property
    def has_strong_reads(self) -> bool:
        """Whether reads that show the newest state are promised."""
        return self.api.target.promise("strong-read")

    def _watch(self, probe: PersonProbe, person: Person, *, thorough: bool) -> None:
        timeline = self.timeline(probe, person, self.api.target.bounds.of(probe.view))
        if thorough:
            self._convergence.observe(probe, timeline)
        else:
            self._convergence.expect(probe, timeline)

    def _watch_settled(self, probe: PersonProbe, person: Person) -> None:
        since = max([person.acknowledged_at, *(write.operation.answered_at for write in person.writes)])
        self.settle(since, self.api.target.bounds.of(probe.view))
        timeline = self.timeline(probe, person, 0.0)
        self._convergence.expect(probe, timeline)

    def expect(self, probe: Probe, timeline: Timeline) -> None:
        """Have a probe of one's own look until it sees what it waits for, within the bound."""
        self._convergence.expect(probe, timeline)

    def pause(self, seconds: float) -> None:
        """Let time pass [s], where it is the service's clock that must move on."""
        self._clock.sleep(seconds)

    def finds_exactly(self, person: Person, listing: Listing) -> None:
        """Require that a search by the person's email showed nobody else, and shows them in time."""
        self.only_of(person, listing.operation, listing.items)
        self.sees(person, "filter")

    def only_of(self, person: Person, operation: Operation, items: list[Any] | None) -> None:
        """Require that everybody found has the email that was searched for."""
        email = self.normalizer.stored(person.current)["email"].strip().lower()
        for item in items or ():
            found = self.judge.item(operation, item)
            if found.email.strip().lower() != email:
                raise ForeignValue(
                    f"a search for the email of {person.subject} finds that email and no other",
                    f"it finds {clip(found.email)}",
                    evidence=[operation],
                )

    def settle(self, since: float, bound_s: float, *, wait: bool = False) -> None:
        """Wait until a read must be conclusive: not at all where strong reads are promised."""
        if wait or not self.has_strong_reads:
            self._clock.sleep(since + bound_s * 1.01 + 0.05 - self._clock.monotonic())

    def timeline(self, probe: Probe, person: Person, bound_s: float) -> Timeline:
        """Begin the timeline of what a probe sees of a person, for a bound [s]."""
        writes = [write.operation for write in person.writes if write.may_stand]
        last = person.deletion if person.is_deleted or not writes else writes[-1]
        if last is None:
            last = person.writes[-1].operation
        return Timeline(
            subject=person.subject,
            expected=probe.expected,
            view=probe.view,
            written_at=last.sent_at,
            acknowledged_at=person.acknowledged_at,
            bound_s=bound_s,
            verb=last.verb,
        )
