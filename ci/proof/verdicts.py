"""What the results of cases amount to: which defects are caught, and how often a correct service is accused.

A defect is caught by a run when a story about its clause is *broken* and the defect has acted. Inconclusive
is no catch, and red without the defect having acted is a false alarm.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ci.proof.catalogue import DETERMINISTIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ci.proof.catalogue import Defect

SHARE_OF_UNCERTAIN = 0.9


@dataclass(slots=True)
class Catch:
    """How one defect fared: runs, those that caught it, those in which it never acted, and the stories."""

    defect: Defect
    runs: int = 0
    caught: int = 0
    idle: int = 0
    failed: int = 0
    seconds: float = 0.0
    stories: Counter[str] = field(default_factory=Counter)
    reason: str = ""

    @property
    def is_caught(self) -> bool:
        """Whether it is caught as often as its class demands."""
        share = 1.0 if self.defect.kind in DETERMINISTIC else SHARE_OF_UNCERTAIN
        return self.runs > 0 and self.caught >= math.ceil(share * self.runs - 1e-9)


@dataclass(frozen=True, slots=True)
class Alarms:
    """False alarms among the runs against correct services."""

    runs: int
    false: Sequence[Mapping[str, Any]]
    inconclusive: int
    failed: Sequence[Mapping[str, Any]]

    @property
    def upper_bound(self) -> float:
        """The rate of false alarms that is not exceeded with 95 % confidence (Clopper and Pearson, 1934)."""
        return upper_bound(len(self.false), self.runs)


def weigh_defects(results: Iterable[Mapping[str, Any]], defects: Mapping[str, Defect]) -> list[Catch]:
    """Sum up the runs of each defect."""
    catches = {name: Catch(defect) for name, defect in defects.items()}
    for result in results:
        name = result["case"]["defect"]
        if not name or name not in catches:
            continue
        catch = catches[name]
        catch.runs += 1
        catch.seconds += result["seconds"]
        catch.failed += "error" in result
        catch.idle += not result.get("hits")
        broken = about(result.get("told", ()), catch.defect)
        if broken and result.get("hits"):
            catch.caught += 1
            catch.stories.update({story_id for story in broken for story_id in story["ids"]})
            catch.reason = catch.reason or broken[0]["reason"]
    return [catch for catch in catches.values() if catch.runs]


def about(told: Iterable[Mapping[str, Any]], defect: Defect) -> list[Mapping[str, Any]]:
    """Return the broken stories that are about a defect's clause, or were named for it."""
    return [
        story
        for story in told
        if story["verdict"] == "broken"
        and (defect.clause in story["clauses"] or set(story["ids"]) & set(defect.stories))
    ]


def weigh_alarms(results: Iterable[Mapping[str, Any]]) -> Alarms:
    """Sum up the runs against correct services. One whose defect did not act may not be accused either."""
    results = list(results)
    healthy = [r for r in results if not r["case"]["defect"]]
    idle = [r for r in results if r["case"]["defect"] and "error" not in r and not r.get("hits")]
    false = [r for r in healthy + idle if any(story["verdict"] == "broken" for story in r.get("told", ()))]
    unsure = sum(any(story["verdict"] == "inconclusive" for story in r.get("told", ())) for r in healthy)
    return Alarms(len(healthy), false, unsure, [r for r in healthy if "error" in r])


def rates(catches: Iterable[Catch], by: str) -> dict[str, tuple[int, int]]:
    """Return how many defects are caught of how many, by `kind` or `clause`."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for catch in catches:
        groups[getattr(catch.defect, by)].append(catch.is_caught)
    return {name: (sum(caught), len(caught)) for name, caught in sorted(groups.items(), key=_in_order)}


def upper_bound(events: int, runs: int, confidence: float = 0.95) -> float:
    """Return the one-sided upper bound of a rate from so many events in so many runs, found by bisection."""
    if not runs:
        return 1.0
    low, high = events / runs, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        chance = sum(math.comb(runs, k) * middle**k * (1 - middle) ** (runs - k) for k in range(events + 1))
        low, high = (middle, high) if chance > 1 - confidence else (low, middle)
    return high


def _in_order(group: tuple[str, Any]) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 0, part) for part in group[0].split(".")]
