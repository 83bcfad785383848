"""Which story belongs to which shard: stable, and balanced by how long stories took the last time.

Every shard collects all stories and cuts them in the same way, so that none is run twice and none by nobody.
Who hands out the durations is not decided here.
"""

from __future__ import annotations

import json
import math
from statistics import median
from typing import TYPE_CHECKING

from support.command_line.files import write_whole
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

PLACE = ".acceptance/durations"
UNKNOWN_S = 1.0  # of a story where nothing at all is known
SHORTEST_S = 0.05


def durations_of(target: str, folder: Path = ROOT) -> Path:
    """Return the file that remembers how long the stories took against a target."""
    name = "".join(char if char.isalnum() or char in "-_" else "-" for char in target)
    return folder / PLACE / f"{name}.json"


def read_durations(file: Path) -> dict[str, float]:
    """Return how long each story took the last time, by its id [s]; nothing where nothing can be read."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        return {str(story): float(seconds) for story, seconds in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def note_durations(file: Path, seconds: Mapping[str, float]) -> None:
    """Remember how long stories took [s], beside those that did not run this time; raises OSError."""
    if not seconds:
        return
    known = {**read_durations(file), **seconds}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(known, indent=0, sort_keys=True))


def cut(stories: Iterable[Sequence[str]], durations: Mapping[str, float], of: int) -> dict[str, int]:
    """Return the number of the shard of each story, from 1 on.

    `stories` are groups of ids that are balanced one by one, as those that share the target and those that do
    not. The longest story goes first, to the shard that has the least to do so far.
    """
    usual = median(durations.values()) if durations else UNKNOWN_S
    shards: dict[str, int] = {}
    for group in stories:
        loads = [0.0] * of
        weights = {story: _weigh(durations.get(story, usual)) for story in group}
        for story in sorted(weights, key=lambda story: (-weights[story], story)):
            least = loads.index(min(loads))
            loads[least] += weights[story]
            shards[story] = least + 1
    return shards


def _weigh(seconds: float) -> float:
    """Return a duration in steps of the half: a story that took a little longer stays where it was."""
    return float(1.5 ** round(math.log(max(seconds, SHORTEST_S), 1.5)))
