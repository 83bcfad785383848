"""How often a token may ask: one token bucket each, and what a refusal says about coming back.

A refused request costs nothing, so that a client that comes back when told to is served.
"""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference.http import problems
from support.reference.http.encoding import http_date
from support.reference.http.odd_formats import now

if TYPE_CHECKING:
    from support.reference.faults.switches import Switches
    from support.reference.http.auth import Caller


@dataclass(slots=True)
class _Bucket:
    size: float
    per_s: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Take one if there is one and return 0, else give how long until there is one [s]."""
        self.level = min(self.size, self.level + (now - self.at) * self.per_s)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.per_s


class Limits:
    """The buckets of all callers."""

    def __init__(self, switches: Switches, seed: int) -> None:
        self._switches = switches
        self._random = random.Random(f"limits:{seed}")
        self._buckets: dict[str, _Bucket] = {}
        self._crowded_until = self._dazed_until = 0.0

    def admit(self, caller: Caller) -> None:
        """Count a request; raises Problem 429 when the caller asks too often."""
        moment = time.monotonic()
        if moment < self._dazed_until:
            raise problems.unexpected()
        bucket = self._bucket(caller)
        wait_s = bucket.take(moment)
        if wait_s > 0:
            self._crowded_until = moment + wait_s
            if self._switches.on("M150"):
                bucket.level -= 5 * bucket.per_s
            raise problems.too_many_requests(self._retry_after(wait_s))
        if self._switches.on("M152", not caller.is_throttled and moment < self._crowded_until):
            raise problems.too_many_requests("1")

    def daze(self) -> None:
        """Fail for a moment, as a worker does that has died of an enormous body."""
        self._dazed_until = time.monotonic() + 1.5

    def _bucket(self, caller: Caller) -> _Bucket:
        bucket = self._buckets.get(caller.name)
        if bucket is None:
            size, per_s = (5.0, 5.0) if caller.is_throttled else (20_000.0, 20_000.0)
            bucket = self._buckets[caller.name] = _Bucket(size, per_s, size, time.monotonic())
        return bucket

    def _retry_after(self, wait_s: float) -> str:
        if self._switches.on("M149"):
            return "soon"
        if self._random.random() < 0.5:
            return str(math.ceil(wait_s))
        date = http_date(math.ceil(now(self._switches) + wait_s))
        return date.replace("GMT", "-0000") if self._switches.on("N128") else date
