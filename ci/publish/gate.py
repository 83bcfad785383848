"""The quality gate on a run: what in its summary speaks against publishing it as a good one.

A broken promise does, unless it is a known deviation; so do known deviations that have to leave the profile,
too few decided stories, and stories left out for a reason that the profile does not declare.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_bdd.feature import get_features

from support.report.known import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.target import Target

# One story in ten may be inconclusive or not have run at all, where no number is asked for.
LEAST_SHARE = 0.9
DECIDED = ("kept", "broken", "known")
MOST_NAMED = 5
_UNPROMISED = re.compile(r"target .* does not promise ([a-z-]+)")
# The promise is made, and could not be looked at (`support.runner.applicability`).
_UNASKED = re.compile(r"(\S+) is not set, and (\S+) takes a token of its own")


def count_stories(features: Path) -> int:
    """Return how many stories there are below a folder, each row of an outline counted."""
    return sum(
        sum(len(table.examples) for table in scenario.examples) if scenario.examples else 1
        for feature in get_features([str(features)])
        for scenario in feature.scenarios.values()
    )


def object_to(summary: dict[str, Any], target: Target, least: int) -> Iterator[str]:
    """Return what speaks against a run, a line each; `least` is how many stories have to be decided."""
    scenarios, counts = summary["scenarios"], summary["counts"]
    if counts["broken"]:
        yield f"broken promises: {_name(s for s in scenarios if s['verdict'] == 'broken')}"
    wrong = [entry for entry in summary["known"] if entry["state"] in {State.EXPIRED, State.HOLDS}]
    if summary.get("verdict") == "broken" and not (counts["broken"] or wrong):
        yield "a promise was seen to be broken when all stories had ended: see the problems of the run"
    for entry in wrong:
        why = "has expired" if entry["state"] == State.EXPIRED else "no longer deviates"
        yield f"the known deviation {entry['name']} {why}: the profile has to be changed"
    decided = sum(counts[verdict] for verdict in DECIDED)
    if decided < least:
        yield f"{decided} stories were decided, at least {least} are wanted"
    left_out = (story["reason"] for story in scenarios if story["verdict"] == "not_applicable")
    for reason, count in Counter(left_out).items():
        if problem := _undeclared(reason, target):
            yield f"{count} {'story was' if count == 1 else 'stories were'} not asked: {problem}"


def least_of(summary: dict[str, Any], stories: int) -> int:
    """Return how many of so many stories have to be decided where nobody says."""
    not_applicable: int = summary["counts"]["not_applicable"]
    return round(LEAST_SHARE * (stories - not_applicable))


def _undeclared(reason: str, target: Target) -> str:
    """Return why a reason to leave a story out is not one that the profile declares; empty when it is."""
    if match := _UNPROMISED.fullmatch(reason):
        return f"{match[1]} is promised after all" if target.promise(match[1]) else ""
    if match := _UNASKED.fullmatch(reason):
        return f"{match[2]} is promised, but {match[1]} was not set"
    # What the runner finds in the profile speaks of the target by its name; no other skip does.
    return "" if f"target {target.name} " in reason else reason or "nobody says why"


def _name(stories: Iterator[dict[str, Any]]) -> str:
    names = [f"{' '.join(story['ids'])} {story['title']}".strip() for story in stories]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{'; '.join(names[:MOST_NAMED])}{more}"
