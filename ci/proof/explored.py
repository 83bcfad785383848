"""What exploration catches alone: planted deterministic defects of its clauses, without any example."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ci.proof.catalogue import DETERMINISTIC, Case, Defect, defect_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The clauses that exploration is about: users and their data, lists, keys, the newest state, versions.
CLAUSES = re.compile(r"[126]\.\d+|4\.[1-7]|5\.[3-8]")
STORIES = ("exploration",)


@dataclass(frozen=True, slots=True)
class Explored:
    """Which defects exploration has caught alone: in every run, only in some, or in none."""

    caught: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def row(self) -> str:
        """The row of the summary; empty where nothing was explored."""
        total = len(self.caught) + len(self.sometimes) + len(self.missed)
        figure = (
            f"{len(self.caught)} of {total} in every run, {len(self.sometimes)} more in some, "
            f"within {self.seconds:g} s each"
        )
        return f"| deterministic ones caught by exploration alone | {figure} |" if total else ""


def explored_cases(defects: Iterable[Defect], seconds: float, seeds: int) -> Iterator[Case]:
    """Return the cases in which clients act by chance for so long [s], and no example is tried.

    Where replicas must lag for a defect to act, they do here as well. Each defect has its turn before any
    has a second one.
    """
    for seed in range(1, seeds + 1):
        for defect in defects:
            if seconds > 0 and defect.kind in DETERMINISTIC and CLAUSES.fullmatch(defect.clause):
                yield alone(defect_case(defect, seed, "calm"), seconds)


def alone(case: Case, seconds: float) -> Case:
    """Return a case with nothing in it but exploration, for so long [s]."""
    return replace(case, stories=STORIES, explore_s=seconds)


def weigh_explored(results: Iterable[Mapping[str, Any]]) -> Explored:
    """Sum up the runs in which nothing but exploration was tried, and something was to be found."""
    verdicts: dict[str, list[bool]] = {}
    seconds = 0.0
    for result in results:
        case = result["case"]
        if not (case.get("explore_s") and case["defect"]):
            continue
        seconds = max(seconds, case["explore_s"])
        is_broken = any(story["verdict"] == "broken" for story in result.get("told", ()))
        verdicts.setdefault(case["defect"], []).append(is_broken and bool(result.get("hits")))
    return Explored(
        tuple(name for name, caught in verdicts.items() if all(caught)),
        tuple(name for name, caught in verdicts.items() if any(caught) and not all(caught)),
        tuple(name for name, caught in verdicts.items() if not any(caught)),
        seconds,
    )
