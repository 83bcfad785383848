"""Weather: how far replicas lag, and which faults a gateway in front of the service would add.

Faults are drawn from the seed. One logical operation, told by what stays the same when a client sends it
again, never meets more than `MAX_CONSECUTIVE` of them in a row.
"""

from __future__ import annotations

import random
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CONSECUTIVE = 4
_REMEMBERED = 4096

FaultKind = Literal["unavailable", "bad-gateway", "gateway-timeout", "reset"]
_KINDS: tuple[FaultKind, ...] = ("unavailable", "bad-gateway", "gateway-timeout", "reset")


@dataclass(frozen=True, slots=True)
class Climate:
    """A kind of weather.

    Lags are shares of the bound: for most seconds a replica's lag is below `lag_usual`, in every tenth
    below `lag_max`, and never below `lag_min`. Faults and slow answers are shares of the requests.
    """

    lag_min: float
    lag_usual: float
    lag_max: float
    faults: float = 0.0
    slow: float = 0.0


CLIMATES = {
    "calm": Climate(0.0, 0.03, 0.4),
    "laggy": Climate(0.5, 0.8, 0.8),
    "flaky": Climate(0.0, 0.03, 0.4, faults=0.15, slow=0.03),
    "stormy": Climate(0.4, 0.8, 0.8, faults=0.3, slow=0.03),
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

    def __init__(self, climate: Climate, bound_s: float, seed: int) -> None:
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
        return fault

    def draw_delay(self) -> float:
        """Draw how long a request is held up [s], mostly not at all."""
        if self._random.random() >= self._climate.slow:
            return 0.0
        self.faults["slow"] += 1
        return self._random.uniform(0.2, 0.45)

    def _make_fault(self) -> Fault:
        kind = self._random.choice(_KINDS)
        if kind == "unavailable":
            wait_s = 1 if self._random.random() < 0.1 else 0
            return Fault(kind, is_applied=False, retry_after_s=wait_s, has_date=self._random.random() < 0.3)
        return Fault(kind, is_applied=self._random.random() < 0.5)
