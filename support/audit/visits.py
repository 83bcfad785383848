"""One caller's visit to the people of a run, for the end-of-run audit: looking in bulk, then judging each.

Whole lists are walked several times over fresh connections; of each story some people are looked up one by
one, and searched for where that tells something new. A look counts only after the bound of what it looks at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from support.audit.facts import Fact, State
from support.audit.sightings import Sighting, compare, of_this_person
from support.convergence.timelines import Seen
from support.errors import (
    CameBack,
    Disagreement,
    DivergedAgain,
    DuplicateEffect,
    Failure,
    ForeignValue,
    NeverConverged,
    TornRead,
    TraceLeft,
)
from support.http.retry import is_fault
from support.http.strict_json import MalformedAnswer
from support.users.forms.paths import texts_in
from support.users.markers import find_mark, find_run
from support.users.validators import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from support.clock import Clock
    from support.http import Operation, Response
    from support.users import Normalizer, UsersApi

WALKS = 4
CLOCKS_APART = timedelta(hours=1)
AT_ONCE = 32  # most of the time goes in waiting for the service
# So many of one story's people are looked at one by one; the rest of a group is seen in the lists, if any.
MOST_LOOK_UPS = 8


class Visit:
    """What one caller sees of the people of that caller's stories."""

    def __init__(self, api: UsersApi, facts: Sequence[Fact], normalizer: Normalizer, clock: Clock) -> None:
        self._api = api
        self._target = api.target
        self.facts = sorted(facts, key=self._ready_at)
        self._normalizer = normalizer
        self._clock = clock
        self._by_id: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            self._by_id[repr(fact.id)].append(fact)
        self._sightings: dict[str, list[Sighting]] = defaultdict(list)
        self._walks: list[tuple[Any, dict[str, Any], Counter[str], dict[str, Any]]] = []

    def look(self) -> None:
        """Look at everyone: one by one as soon as their bound is over, and at whole lists once all are."""
        apis = [self._api.with_client(self._api.client.twin()) for _ in range(AT_ONCE + WALKS)]
        # Whoever is told to come back later holds up nobody else.
        free: SimpleQueue[UsersApi] = SimpleQueue()
        for api in apis:
            free.put(api)

        def lend(look: Callable[[UsersApi], None]) -> None:
            api = free.get()
            try:
                look(api)
            finally:
                free.put(api)

        looks: list[Callable[[UsersApi], None]] = [
            partial(self._walk, whole=number == 0) for number in range(WALKS)
        ]
        looks += [partial(self._look_at, fact=fact) for fact in self._choose()]
        with ThreadPoolExecutor(len(apis)) as pool:
            list(pool.map(lend, looks))
        for api in apis:
            api.client.close()

    def judge(self, fact: Fact) -> bool:
        """Return whether a person could be looked at; raises the Failure that fits what was seen."""
        if fact.state is State.NOBODY:
            self._nobody(fact)
            return bool(self._walks)
        if fact.id is None:
            return True
        found = self._sightings[fact.mark] + self._listed(fact)
        others = [
            one for one in self._by_id[repr(fact.id)] if one is not fact and one.state is not State.GONE
        ]
        sightings = [of_this_person(sighting, fact, others) for sighting in found]
        seen = [(sighting, *compare(sighting, fact)) for sighting in sightings]
        for sighting, kind, words in seen:
            if kind in {Seen.FOREIGN, Seen.TORN}:
                self._accuse(fact, sighting, kind, words)
        if fact.state is State.OPEN:
            self._stable(fact, sightings)
            return bool(sightings)
        old = [(sighting, words) for sighting, kind, words in seen if kind is Seen.OLD]
        if old:
            self._fail(fact, old, [sighting for sighting, kind, _ in seen if kind is Seen.NEW])
        return bool(sightings)

    def can_find(self, fact: Fact) -> bool:
        """Return whether a person can be looked for: without an id only a list or a search finds them."""
        return fact.id is not None or self._target.can_search

    @staticmethod
    def _accuse(fact: Fact, sighting: Sighting, kind: Seen, words: str) -> None:
        """Raise the Failure for what is no state of a person."""
        promised = f"{fact.subject} is shown as written"
        error: type[Failure] = TornRead if kind is Seen.TORN else ForeignValue
        if sighting.shown in fact.refused:
            promised, error = f"a refused change of {fact.subject} has no effect", TraceLeft
        raise error(promised, f"{sighting.place}: {words}", evidence=[sighting.operation])

    def _ready_at(self, fact: Fact) -> float:
        """Return from when on a look at a person is evidence, monotonic [s]."""
        bounds = self._target.bounds
        return max(fact.acknowledged_at + max(bounds.single_s, bounds.list_s) * 1.01 + 0.05, fact.settled_at)

    def _wait_for(self, moment: float) -> None:
        self._clock.sleep(moment - self._clock.monotonic())

    def _choose(self) -> list[Fact]:
        """Choose the users to look at one by one: those of each story of which most was asked.

        Where there is no list, it is everyone: nothing else would show them.
        """
        by_story: dict[str, list[Fact]] = defaultdict(list)
        for fact in sorted(self.facts, key=lambda fact: (fact.state is not State.GONE, -len(fact.written))):
            if fact.id is not None:
                by_story[fact.story].append(fact)
        most = MOST_LOOK_UPS if self._target.has_list else None
        chosen = [fact for facts in by_story.values() for fact in facts[:most]]
        return sorted(chosen, key=self._ready_at)

    def _look_at(self, api: UsersApi, fact: Fact) -> None:
        self._wait_for(self._ready_at(fact))
        sightings = self._sightings[fact.mark]
        operation = api.look_up(fact.id, fact.subject)
        if not is_fault(operation.last, self._target.faults) and operation.response is not None:
            if self._normalizer.shows_gone(operation.response):
                sightings.append(Sighting("a look-up", "single", operation, None))
            elif operation.response.status in self._target.accepted.look_up:
                shown = self._page(operation.response)
                sightings.append(Sighting("a look-up", "single", operation, shown))
        emails = {str(state["email"]) for state in fact.possible}
        tells = fact.state is State.GONE or len({str(state["email"]) for state in fact.written}) > 1
        if not self._target.promise("filter-by-email") or len(emails) != 1 or not tells:
            return
        operation, items = api.find(self._as_shown(emails.pop(), operation), fact.subject)
        if items is not None:
            mine = [item for item in items if self._id(item) == fact.id]
            sightings.append(
                Sighting("the search", "filter", operation, self._details(mine[0]) if mine else None)
            )

    def _run_began_at(self) -> datetime | None:
        """Return from when on users may be of the run, by any clock that is not an hour slow."""
        runs = [found[1] for fact in self.facts if (found := find_run(fact.mark))]
        return min(runs) - CLOCKS_APART if runs and self._api.horizon.is_offered else None

    def _walk(self, api: UsersApi, *, whole: bool) -> None:
        """Walk through the list: in its own order, or where that can be asked for to before the run."""
        if not self._target.has_list:
            return
        self._wait_for(max(map(self._ready_at, self.facts)))
        since = self._run_began_at()
        # Without a moment it is the whole list, too: a look may begin late, and would lack most people.
        operations, items, is_complete = api.walk_list(whole=whole or since is None, since=since, fresh=True)
        if not is_complete or api.goes_on(operations[-1], items):
            return
        by_id: dict[str, Any] = {}
        counts: Counter[str] = Counter()
        by_mark: dict[str, Any] = {}
        for item in items:
            key = repr(self._id(item))
            by_id[key] = item
            counts[key] += 1
            for value in texts_in(item):
                if mark := find_mark(value):
                    by_mark[mark] = item
        self._walks.append((operations[-1], by_id, counts, by_mark))

    def _listed(self, fact: Fact) -> list[Sighting]:
        """Return what the walks showed of a person; raises DuplicateEffect for one who stands there twice."""
        key = repr(fact.id)
        sightings = []
        for operation, by_id, counts, _ in self._walks:
            if counts[key] > 1:
                raise DuplicateEffect(
                    "the list shows everyone once",
                    f"{fact.subject} stands there {counts[key]} times",
                    evidence=[operation],
                )
            item = by_id.get(key)
            shown = None if item is None else self._details(item)
            sightings.append(Sighting("the list", "list", operation, shown))
        absent = [sighting for sighting in sightings if sighting.shown is None]
        # While other users come and go, pages without a stable mark may skip somebody in passing.
        may_skip = not (self._target.promise("stable-cursor") or self._target.exclusive)
        if may_skip and len(absent) < len(sightings):
            return [sighting for sighting in sightings if sighting.shown is not None]
        return sightings

    def _nobody(self, fact: Fact) -> None:
        for operation, _, _, by_mark in self._walks:
            if fact.mark in by_mark:
                raise TraceLeft(
                    f"the refused creation of {fact.subject} leaves nobody behind",
                    f"the list holds {clip(by_mark[fact.mark])}",
                    evidence=[operation],
                )

    @staticmethod
    def _stable(fact: Fact, sightings: Sequence[Sighting]) -> None:
        present = [sighting for sighting in sightings if sighting.shown is not None]
        absent = [sighting for sighting in sightings if sighting.shown is None]
        if present and absent:
            raise Disagreement(
                f"whatever became of {fact.subject}, everyone sees the same",
                f"there in {present[0].place}, gone in {absent[0].place}",
                evidence=[present[0].operation, absent[0].operation],
            )

    @staticmethod
    def _fail(fact: Fact, old: Sequence[tuple[Sighting, str]], new: Sequence[Sighting]) -> None:
        places = ", ".join(f"{place} ({n} looks)" for place, n in Counter(s.place for s, _ in old).items())
        words = f"{places} still showed {old[-1][1]}"
        had_arrived = bool(new) or any(sighting.view in fact.seen for sighting, _ in old)
        evidence = [sighting.operation for sighting, _ in old[-1:]]
        is_gone = fact.state is State.GONE
        if new:
            words += f", {len(new)} other looks did not"
        elif had_arrived:
            words += ", although it had been otherwise before"
        error: type[Failure] = NeverConverged
        if had_arrived:
            error = CameBack if is_gone else DivergedAgain
        raise error(
            f"{fact.subject} is {'gone' if is_gone else 'there as last written'}", words, evidence=evidence
        )

    def _as_shown(self, email: str, look_up: Operation) -> str:
        """Return an email letter by letter as a look-up shows it: some searches find it in no other.

        Returned as it is where the look-up shows nobody, or somebody with another email.
        """
        response = look_up.response
        if response is None or response.status not in self._target.accepted.look_up:
            return email
        try:
            user = self._normalizer.one(response)
        except MalformedAnswer:
            return email
        return user.email if self._normalizer.readable(user)["email"] == email else email

    def _page(self, response: Response) -> Mapping[str, Any]:
        """Return the details on a user's own page; what cannot be read is nobody's state."""
        try:
            return self._normalizer.readable(self._normalizer.one(response))
        except MalformedAnswer as error:
            return {"unreadable": str(error)}

    def _details(self, item: Any) -> Mapping[str, Any]:
        """Return the details of an item of a list; what cannot be read is nobody's state."""
        try:
            return self._normalizer.readable(self._normalizer.user(item))
        except MalformedAnswer as error:
            return {"unreadable": str(error)}

    def _id(self, item: Any) -> Any:
        return self._normalizer.id_of(item)
