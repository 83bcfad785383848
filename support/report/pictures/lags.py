"""How long changes took to be seen: counted, and drawn against what was promised.

Works on plain samples, so that they can come from other processes; what is late is not decided here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.report.pictures.drawing import GREEN, INK, RED, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, LEFT, RIGHT, ROW = 920, 210, 690, 30
VIEWS = {"single": "looked up", "list": "in the list", "filter": "found by email"}

# (verb of the write, view, lag [ms], bound [ms])
LagSample = tuple[str, str, float, float]


@dataclass(frozen=True, slots=True)
class Lag:
    """The lag of one kind of change in one view: percentiles by the nearest rank, all [ms]."""

    verb: str
    view: str
    count: int
    p50: float
    p95: float
    max: float
    bound: float

    @property
    def name(self) -> str:
        """The change and where it was looked for, in words."""
        return f"{self.verb}, {VIEWS.get(self.view, self.view)}".strip(", ")

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON values."""
        names = ("verb", "view", "count", "p50", "p95", "max", "bound")
        return {name: getattr(self, name) for name in names}


def summarize(samples: Iterable[LagSample]) -> Lag | None:
    """Return the lag over all kinds of changes, or None when nothing was measured."""
    rows = list(samples)
    return _lag("", "", rows) if rows else None


def group(samples: Iterable[LagSample]) -> list[Lag]:
    """Return the lag of each kind of change in each view, in alphabetical order."""
    kinds: dict[tuple[str, str], list[LagSample]] = {}
    for sample in samples:
        kinds.setdefault((sample[0], sample[1]), []).append(sample)
    return [_lag(verb, view, rows) for (verb, view), rows in sorted(kinds.items())]


def draw(lags: Sequence[Lag]) -> str:
    """Return the SVG: a bar for each kind of change, with its promise."""
    height = 66 + ROW * len(lags) + 26
    widest = max([max(lag.max, lag.bound) for lag in lags] + [1.0]) * 1.03
    picture = Picture("How long it took until a change was seen", WIDTH, height)
    picture.text(RIGHT + 14, 46, "half / 95 of 100 / slowest [ms]")
    for number, lag in enumerate(lags):
        y = 68.0 + ROW * number
        tint = RED if lag.max > lag.bound * 1.01 + 50 else GREEN
        p50, p95, slowest, bound = (
            LEFT + milliseconds / widest * (RIGHT - LEFT)
            for milliseconds in (lag.p50, lag.p95, lag.max, lag.bound)
        )
        picture.text(LEFT - 12, y + 4, f"{lag.name} ({lag.count})", INK, "end")
        picture.bar(LEFT, y - 6, p95 - LEFT, 12, tint, 0.3)
        picture.bar(LEFT, y - 6, p50 - LEFT, 12, tint)
        picture.line((LEFT, y), (slowest, y), tint, 2)
        picture.dot(slowest, y, 4, tint)
        picture.line((bound, y - 12), (bound, y + 12), INK, 2, "4 3")
        picture.text(RIGHT + 14, y + 4, f"{lag.p50:.0f} / {lag.p95:.0f} / {lag.max:.0f}", INK)
    legend = "dark bar: half of the changes · pale bar: 95 of 100 · dot: the slowest · dashed: the promise"
    picture.text(20, height - 14, legend)
    return picture.finish()


def _lag(verb: str, view: str, rows: list[LagSample]) -> Lag:
    values = sorted(float(row[2]) for row in rows)
    bound = max(float(row[3]) for row in rows)
    p50, p95 = _rank(values, 0.5), _rank(values, 0.95)
    return Lag(verb, view, len(values), round(p50, 1), round(p95, 1), round(values[-1], 1), round(bound, 1))


def _rank(values: list[float], share: float) -> float:
    return values[max(0, math.ceil(share * len(values)) - 1)]
