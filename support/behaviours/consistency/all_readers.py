"""What everyone sees: many people and all readers, judged against one wait for the bound.

The observer looks until it sees what it waits for; here every reader counts, so that the looks go on past the
bound, over fresh connections, and after that for as long as a story asks. What is judged is a timeline; what
it amounts to is decided by `support.convergence.timelines`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.convergence import PersonProbe
from support.convergence.polling import Reading
from support.convergence.timelines import SETTLED_READS, Seen
from support.errors import Disagreement, ForeignValue, Inconclusive, TornRead
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.convergence import Observer, Timeline
    from support.convergence.polling import Probe
    from support.convergence.probes import Look
    from support.http import Operation
    from support.users import Person

WALKS = 4
MIX, UNWRITTEN = "a mix of two versions", "a value that was never written"
ANOMALIES = (MIX, UNWRITTEN)
WORST_FIRST = (Seen.FOREIGN, Seen.TORN, Seen.NOTHING, Seen.OLD, Seen.NEW)


class CrowdProbe:
    """Several people in one list: each walk is judged for all of them, and the worst counts."""

    view = "list"
    is_dear = True

    def __init__(self, observer: Observer, people: Sequence[Person], *, expects_absence: bool) -> None:
        self.expects_absence = expects_absence
        self._probes = [PersonProbe(observer, p, "list", expects_absence=expects_absence) for p in people]
        self._subjects = [person.subject for person in people]
        self.expected = self._probes[0].expected

    def read(self, *, fresh: bool) -> Reading:
        """Walk once; return how the person looked for whom it shows the worst state."""
        look = self._probes[0].look(fresh=fresh)
        seen = [(*probe.judge(look), who) for probe, who in zip(self._probes, self._subjects, strict=True)]
        worst, words, subject = min(seen, key=lambda each: WORST_FIRST.index(each[0]))
        return Reading(worst, f"{subject}: {words}", look.operation, look.begun_at)


class AllReaders:
    """Finds out what all readers see, as one story asks for it."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._convergence = observer.convergence
        self._clock = observer.clock
        self._watched: list[tuple[Probe, Timeline]] = []

    def begin(self) -> None:
        """Forget what the story before has watched."""
        self._watched = []

    def sees(self, people: Sequence[Person], view: str = "single") -> None:
        """Require that from the bound on every reader sees each of the people as last written."""
        self._accepted(people)
        self._observe(people, view, expects_absence=False)

    def misses(self, people: Sequence[Person], view: str = "single") -> None:
        """Require that from the bound on no reader sees any of the people."""
        for person in people:
            if person.deletion is None:
                raise Inconclusive(f"{person.subject} was not deleted")
            self._observer.validator.done(person.deletion, self._observer.api.target.accepted.delete)
        self._observe(people, view, expects_absence=True)

    def still_does(self) -> None:
        """Require that what this story has seen so is still so for every reader after twice the bound."""
        latest = max(timeline.limit + timeline.bound_s for _, timeline in self._watched)
        self._clock.sleep(latest - self._clock.monotonic())
        self._convergence.keep_watching_all(self._watched)

    def agrees(self, people: Sequence[Person]) -> None:
        """Require that from the bound on all readers and views show one version of each of the people."""
        self._accepted(people)
        self._observe(people, "single", expects_absence=False)
        target = self._observer.api.target
        agreed = {person: self._agreed(person) for person in people}
        settled_at = max(person.acknowledged_at for person in people) + target.bounds.list_s * 1.01 + 0.05
        self._clock.sleep(settled_at - self._clock.monotonic())
        for _ in range(WALKS):
            walk = PersonProbe(self._observer, people[0], "list", expects_absence=False).look(fresh=True)
            for person, (shown, operation) in agreed.items():
                probe = PersonProbe(self._observer, person, "list", expects_absence=False)
                seen, words = probe.judge(walk)
                if seen is not Seen.NOTHING and words != shown:
                    words = f"the list shows {words}, a look-up {shown}"
                    self._disagree(person, words, [operation, walk.operation])

    def _agreed(self, person: Person) -> tuple[str, Operation]:
        """Return the one version that all reads after the bound showed of a person."""
        timeline = next(line for _, line in self._watched if line.subject == person.subject)
        first, *others = timeline.after_limit
        for other in others:
            if other.shown != first.shown:
                words = f"one reader sees {first.shown}, another {other.shown}"
                self._disagree(person, words, [first.operation, other.operation])
        return first.shown, first.operation

    @staticmethod
    def _disagree(person: Person, words: str, evidence: list[Operation]) -> None:
        raise Disagreement(
            f"after changes at once everyone agrees on one version of {person.subject}",
            words,
            evidence=evidence,
        )

    def never_saw(self, anomaly: str, looks: Sequence[tuple[PersonProbe, Look]]) -> None:
        """Require that no look showed a mix of versions, or anything that was never written."""
        if anomaly == MIX:
            self.never_saw_half(looks)
        else:
            self.never_saw_anything_else(looks)

    def never_saw_half(self, looks: Sequence[tuple[PersonProbe, Look]]) -> None:
        """Require that no look showed half of one version and half of another."""
        for probe, look in looks:
            seen, words = probe.judge(look)
            if seen is Seen.TORN:
                raise TornRead(
                    "nobody sees half of one version and half of another", words, evidence=[look.operation]
                )
        self._enough(looks)

    def never_saw_anything_else(self, looks: Sequence[tuple[PersonProbe, Look]]) -> None:
        """Require that every look showed nobody, or a version that somebody wrote."""
        for probe, look in looks:
            seen, words = probe.judge(look)
            if seen in {Seen.FOREIGN, Seen.TORN}:
                raise ForeignValue(
                    "only what somebody wrote is ever seen", clip(words, 200), evidence=[look.operation]
                )
        self._enough(looks)

    def _enough(self, looks: Sequence[tuple[PersonProbe, Look]]) -> None:
        if not any(probe.judge(look)[0] is not Seen.NOTHING for probe, look in looks):
            raise Inconclusive(
                "none of the looks was answered", evidence=[look.operation for _, look in looks]
            )

    def _accepted(self, people: Sequence[Person]) -> None:
        accepted = self._observer.api.target.accepted
        statuses = {"create": accepted.create, "replace": accepted.replace, "change": accepted.change}
        for person in people:
            for write in person.writes:
                self._observer.validator.done(write.operation, statuses[write.operation.verb])

    def _observe(self, people: Sequence[Person], view: str, *, expects_absence: bool) -> None:
        bound_s = self._observer.api.target.bounds.of(view)
        watched: list[tuple[Probe, Timeline]] = []
        if view == "list" and len(people) > 1:
            probe = CrowdProbe(self._observer, people, expects_absence=expects_absence)
            last = max(people, key=lambda person: person.acknowledged_at)
            timeline = self._observer.timeline(probe, last, bound_s)
            timeline.subject = f"each of {len(people)} users"
            watched.append((probe, timeline))
        else:
            for person in people:
                single = PersonProbe(self._observer, person, view, expects_absence=expects_absence)
                watched.append((single, self._observer.timeline(single, person, bound_s)))
        self._watched += watched
        self._convergence.observe_all(watched, reads=SETTLED_READS)
