"""The end-of-run audit: everyone of the whole run, looked at once more after their bound.

It reads the facts that all processes handed over (`support.audit.facts`), looks in bulk (whole lists, several
times; a look-up of each person; searches where they tell something new) over fresh connections, and names the
story that made each fact. It changes nothing, and what it cannot decide it does not guess.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from support.audit.facts import Fact, read_facts
from support.audit.visits import Visit
from support.errors import Failure, Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from support.clock import Clock
    from support.users import Normalizer, UsersApi

SHOWN_STORIES = 12


class Audit:
    """Judges all facts of a run at once.

    `viewpoint` names the caller who sees what a caller has made, `eyes` gives the API as one sees it.
    """

    def __init__(
        self,
        folder: Path,
        viewpoint: Callable[[str], str],
        eyes: Callable[[str], UsersApi],
        normalizer: Normalizer,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._viewpoint = viewpoint
        self._eyes = eyes
        self._normalizer = normalizer
        self._clock = clock
        self.facts: list[Fact] = []

    def gather(self) -> None:
        """Read the facts that all stories of the run have left."""
        self.facts = read_facts(self._folder)

    def judge(self) -> None:
        """Require that everyone is as their story left them.

        Raises the first Failure, which counts and names all the others; Inconclusive when there is none but
        somebody could not be looked at.
        """
        by_caller: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            by_caller[self._viewpoint(fact.caller)].append(fact)
        visits = [
            Visit(self._eyes(caller), facts, self._normalizer, self._clock)
            for caller, facts in by_caller.items()
        ]
        with ThreadPoolExecutor(max(len(visits), 1)) as pool:
            list(pool.map(Visit.look, visits))
        found: list[tuple[Fact, Failure]] = []
        undecided: list[Fact] = []
        for visit in visits:
            for fact in visit.facts:
                try:
                    if not visit.judge(fact) and visit.can_find(fact):
                        undecided.append(fact)
                except Failure as failure:
                    found.append((fact, failure))
        if found:
            raise _sum_up(found, len(self.facts))
        if undecided:
            raise Inconclusive(
                f"{len(undecided)} of {len(self.facts)} people could not be looked at, "
                f"{undecided[0].subject} among them"
            )


def _sum_up(found: Sequence[tuple[Fact, Failure]], total: int) -> Failure:
    """Return the first failure, with the count and a list of all of them by story."""
    first = found[0][1]
    stories: dict[str, list[str]] = defaultdict(list)
    for fact, failure in found:
        stories[fact.story.rpartition("::")[2]].append(f"{fact.label} ({type(failure).__name__})")
    named = [f"{story}: {', '.join(people[:5])}" for story, people in stories.items()]
    more = f"; and {len(named) - SHOWN_STORIES} more" if len(named) > SHOWN_STORIES else ""
    return type(first)(
        first.promised,
        f"{first.seen}. In all {len(found)} of {total} people, of {len(stories)} stories: "
        f"{'; '.join(named[:SHOWN_STORIES])}{more}",
        evidence=[operation for _, failure in found[1:] for operation in failure.evidence][:20]
        + list(first.evidence),
    )
