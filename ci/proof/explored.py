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
    """Which defects exploration has caught alone in every run, and which it has not."""

    caught: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def row(self) -> str:
        """The row of the summary; empty where nothing was explored."""
        total = len(self.caught) + len(self.missed)
        figure = f"{len(self.caught)} of {total}, within {self.seconds:g} s each"
        return f"| deterministic ones caught by exploration alone | {figure} |" if total else ""


def explored_cases(defects: Iterable[Defect], seconds: float, seeds: int) -> Iterator[Case]:
    """Return the cases in which clients act by chance for so long [s], and no example is tried.

    Where replicas must lag for a defect to act, they do here as well.
    """
    for defect in defects:
        if seconds > 0 and defect.kind in DETERMINISTIC and CLAUSES.fullmatch(defect.clause):
            for seed in range(1, seeds + 1):
                yield replace(defect_case(defect, seed, "calm"), stories=STORIES, explore_s=seconds)


def weigh_explored(results: Iterable[Mapping[str, Any]]) -> Explored:
    """Sum up the runs in which nothing but exploration was tried."""
    verdicts: dict[str, bool] = {}
    seconds = 0.0
    for result in results:
        case = result["case"]
        if not case.get("explore_s"):
            continue
        seconds = max(seconds, case["explore_s"])
        is_caught = any(story["verdict"] == "broken" for story in result.get("told", ()))
        verdicts[case["defect"]] = verdicts.get(case["defect"], True) and is_caught
    return Explored(
        tuple(name for name, is_caught in verdicts.items() if is_caught),
        tuple(name for name, is_caught in verdicts.items() if not is_caught),
        seconds,
    )
