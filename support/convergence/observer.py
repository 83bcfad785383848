"""What is true of a user, found out by reading: seen, gone, unchanged, never there.

The `Observer` has `support.convergence.polling` look until the promised time is over. Reads that are to be
conclusive at once ask for the newest state where the target promises such reads, and otherwise wait out the
bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.convergence.probes import PersonProbe
from support.convergence.timelines import Timeline
from support.convergence.viewpoint import Viewpoint
from support.errors import (
    Disagreement,
    ForeignValue,
    Inconclusive,
    TraceLeft,
)
from support.users.validators import clip

if TYPE_CHECKING:
    from support.clock import Clock
    from support.convergence.polling import Convergence, Probe
    from support.http import Operation
    from support.users import Normalizer, Person, User, UsersApi, Validator
    from support.users.pages import Listing


class Observer(Viewpoint):
    """Finds out what is true of users, as one caller sees them."""

    def __init__(
        self,
        api: UsersApi,
        validator: Validator,
        normalizer: Normalizer,
        convergence: Convergence,
        clock: Clock,
    ) -> None:
        super().__init__(api, validator, normalizer)
        self.convergence = convergence
        self.clock = clock

    def as_seen_by(self, api: UsersApi) -> Observer:
        """Return the observer of another caller."""
        return Observer(api, self.validator, self.normalizer, self.convergence, self.clock)

    def sees(self, person: Person, view: str = "single", *, thorough: bool = False) -> User:
        """Require that a view shows the person as last written, within its bound; return what was shown.

        Raises Inconclusive where weather kept the person from being created at all.
        """
        self._require_created(person)
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
        self._require_created(person)
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
        for name in self.api.target.own_members:
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
        judged = {"name", "email", "nickname", *self.api.target.own_members}
        ours, theirs = (user.model_dump(include=judged) for user in (page, listed))
        if ours != theirs:
            name = next(name for name in ours if ours[name] != theirs[name])
            raise Disagreement(
                f"the list and the look-up of {person.subject} agree",
                f"{name} is {clip(theirs.get(name))} in the list, {clip(ours.get(name))} on the user's page",
                evidence=[self.api.client.history.since(-1)[0]],
            )

    def whole_list(self) -> tuple[list[Any], Operation]:
        """List everyone, in the newest state where that can be asked for; return items and last operation.

        Raises Inconclusive when the list cannot be read to its end.
        """
        operations, items, is_complete = self.api.walk_list(strong=self.has_strong_reads)
        self.validator.done(operations[-1], self.api.target.listed)
        if not is_complete:
            raise Inconclusive("the list could not be read to its end", evidence=operations[-1:])
        return items, operations[-1]

    def _watch(self, probe: PersonProbe, person: Person, *, thorough: bool) -> None:
        timeline = self.timeline(probe, person, self.api.target.bounds.of(probe.view))
        if thorough:
            self.convergence.observe(probe, timeline)
        else:
            self.convergence.expect(probe, timeline)

    def _require_created(self, person: Person) -> None:
        """Require that the person may be there: whom nobody created, because of a fault, no view can show."""
        if person.writes and not any(write.may_stand for write in person.writes):
            self.validator.done(person.writes[0].operation, self.api.target.accepted.create)

    def _watch_settled(self, probe: PersonProbe, person: Person) -> None:
        since = max([person.acknowledged_at, *(write.operation.answered_at for write in person.writes)])
        self.settle(since, self.api.target.bounds.of(probe.view))
        timeline = self.timeline(probe, person, 0.0)
        self.convergence.expect(probe, timeline)

    def expect(self, probe: Probe, timeline: Timeline) -> None:
        """Have a probe of one's own look until it sees what it waits for, within the bound."""
        self.convergence.expect(probe, timeline)

    def pause(self, seconds: float) -> None:
        """Let time pass [s], where it is the service's clock that must move on."""
        self.clock.sleep(seconds)

    def finds_exactly(self, person: Person, listing: Listing) -> None:
        """Require that a search by the person's email showed nobody else, and shows them in time."""
        # The client sees them in time; another caller, who may be turned away, has asked this once.
        self.validator.done(listing.operation, self.api.target.listed)
        self.only_of(person, listing.operation, listing.items)
        self.sees(person, "filter")

    def settle(self, since: float, bound_s: float, *, wait: bool = False) -> None:
        """Wait until a read must be conclusive: not at all where strong reads are promised."""
        if wait or not self.has_strong_reads:
            self.clock.sleep(since + bound_s * 1.01 + 0.05 - self.clock.monotonic())

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
