"""Weather: how far replicas lag, and which faults a gateway in front of the service would add.

Faults are drawn from the seed. One logical operation, told by what stays the same when a client sends it
again, never meets more than `MAX_CONSECUTIVE` of them in a row.
"""

from __future__ import annotations

import random
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from support.reference.faults.switches import Switches

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CONSECUTIVE = 4
# Names of operations: some seconds' worth, however quickly clients ask.
_REMEMBERED = 32_768

FaultKind = Literal[
    "unavailable", "bad-gateway", "gateway-timeout", "reset", "half", "internal-error", "too-many-requests"
]


@dataclass(frozen=True, slots=True)
class Climate:
    """A kind of weather.

    Lags are shares of the bound: for most seconds a replica's lag is below `lag_usual`, in every tenth
    below `lag_max`, and never below `lag_min`. Faults and slow answers are shares of the requests, `waits`
    is the share of the faults that ask for a second of patience, and slow answers take `slow_s` [s].
    """

    lag_min: float
    lag_usual: float
    lag_max: float
    faults: float = 0.0
    slow: float = 0.0
    kinds: tuple[FaultKind, ...] = ("unavailable", "bad-gateway", "gateway-timeout", "reset")
    waits: float = 0.1
    slow_s: tuple[float, float] = (0.2, 0.45)


CLIMATES = {
    "calm": Climate(0.0, 0.03, 0.4),
    "laggy": Climate(0.5, 0.8, 0.8),
    "flaky": Climate(0.0, 0.03, 0.4, faults=0.15, slow=0.03),
    "stormy": Climate(0.4, 0.8, 0.8, faults=0.3, slow=0.03),
    "distant": Climate(0.0, 0.03, 0.4, slow=1.0, slow_s=(0.05, 0.05)),
}


# What an odd service does to its climate.
_ODDITIES: dict[str, dict[str, Any]] = {
    "B42": {"slow": 0.02, "slow_s": (1.5, 1.5)},
    "B43": {"faults": 0.05, "kinds": ("unavailable",), "waits": 1.0},
    "B44": {"faults": 0.04, "kinds": ("too-many-requests",), "waits": 0.2},
    "B45": {"faults": 0.06, "kinds": ("reset", "half")},
    "B46": {"faults": 0.06, "kinds": ("bad-gateway", "gateway-timeout")},
    "B47": {"faults": 0.05, "kinds": ("internal-error",)},
    "B48": {"lag_min": 0.0, "lag_usual": 0.95, "lag_max": 0.95},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what the caller meets, and whether the request was carried out all the same."""

    kind: FaultKind
    is_applied: bool
    retry_after_s: int = 0
    has_date: bool = False


class Weather:
    """The weather of one run."""

    def __init__(self, climate: Climate, bound_s: float, seed: int, switches: Switches | None = None) -> None:
        self._switches = switches or Switches()
        for oddity, changes in _ODDITIES.items():
            if self._switches.has(oddity):
                climate = replace(climate, **changes)
        self._climate = climate
        self._bound_s = bound_s
        self._seed = seed
        self._random = random.Random(f"weather:{seed}")
        self._in_a_row: OrderedDict[object, int] = OrderedDict()
        self.faults: Counter[str] = Counter()

    @property
    def is_fair(self) -> bool:
        """Whether no request meets anything."""
        return not (self._climate.faults or self._climate.slow)

    def lag(self, replica: int) -> float:
        """Draw the delay of a change on a replica [s]."""
        climate = self._climate
        # The state of a replica holds for a second, as a busy disk does; changes within it differ.
        second = random.Random(f"{self._seed}:{replica}:{int(time.monotonic())}")
        worst = climate.lag_max if second.random() < 0.1 else climate.lag_usual
        self._switches.on("B48")
        level = climate.lag_min + (worst - climate.lag_min) * second.random()
        return self._bound_s * self._random.uniform(climate.lag_min, level)

    def draw_fault(self, operation: Iterable[object]) -> Fault | None:
        """Draw the fault that a request meets, if any; `operation` are the names it is known by."""
        names = list(operation)
        worst = max((self._in_a_row.get(name, 0) for name in names), default=0)
        strikes = self._random.random() < self._climate.faults and worst < MAX_CONSECUTIVE
        for name in names:
            self._in_a_row[name] = worst + 1 if strikes else 0
            self._in_a_row.move_to_end(name)
        while len(self._in_a_row) > _REMEMBERED:
            self._in_a_row.popitem(last=False)
        if not strikes:
            return None
        fault = self._make_fault()
        self.faults[fault.kind] += 1
        for oddity, changes in _ODDITIES.items():
            self._switches.on(oddity, fault.kind in changes.get("kinds", ()))
        return fault

    def draw_delay(self) -> float:
        """Draw how long a request is held up [s], mostly not at all."""
        if self._random.random() >= self._climate.slow:
            return 0.0
        self.faults["slow"] += 1
        self._switches.on("B42")
        return self._random.uniform(*self._climate.slow_s)

    def _make_fault(self) -> Fault:
        kind = self._random.choice(self._climate.kinds)
        if kind in {"unavailable", "too-many-requests"}:
            wait_s = 1 if self._random.random() < self._climate.waits else 0
            return Fault(kind, is_applied=False, retry_after_s=wait_s, has_date=self._random.random() < 0.3)
        # Half an answer is one only when there was a whole one.
        return Fault(kind, is_applied=kind == "half" or self._random.random() < 0.5)
