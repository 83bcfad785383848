"""How long the service takes to answer, and whether that is more than its objective allows by chance.

Percentiles of a few samples are noise: an objective is missed only when so many answers were slower that a
service which keeps it would show as many once in ten thousand runs. Times are to the first byte, of first
attempts that were answered. Nothing is sent here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from support.http import Operation
    from support.target.timing import Objective

BY_CHANCE = 1e-4
WARMING_UP = 5  # the first so many of a kind are not counted: connections and caches are cold
# After so many samples one may stop: with few slow ones as kept, with too many as missed.
LOOKS = (40, 100, 200)


def first_bytes(
    operations: Iterable[Operation], outcomes: Collection[Outcome] = (Outcome.OK, Outcome.REFUSED)
) -> dict[str, list[float]]:
    """Return the times to the first byte [s] of what was answered so at the first attempt, by verb."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for operation in operations:
        if not operation.exchanges:
            continue
        first = operation.exchanges[0]
        if first.outcome in outcomes and first.first_byte_s is not None:
            times[operation.verb].append(first.first_byte_s)
    return dict(times)


def quick_lately(operations: Iterable[Operation], objective: Objective) -> dict[str, list[float]]:
    """Return the last times [s] of verbs whose requests came quick enough, others beside them.

    Whoever was kept busy meanwhile has seen answers later than they came, never earlier: of too few to judge
    none was slow, more show by themselves that the objective is kept. Refusals do not count: they are quick
    where what is asked for is slow.
    """
    quick = {}
    for verb, times in first_bytes(operations, (Outcome.OK,)).items():
        count = max((look for look in LOOKS if look <= len(times)), default=0)
        last = times[-count:] if count else times
        if verdict(last, objective) if count else not count_slow(last, objective):
            quick[verb] = last
    return quick


@lru_cache
def too_many(count: int, share_of_slow: float) -> int:
    """Return how many slow answers among `count` are too many for chance."""
    chance, above = 0.0, count + 1
    odds = math.log(share_of_slow), math.log1p(-share_of_slow)
    for slow in range(count, -1, -1):
        ways = math.lgamma(count + 1) - math.lgamma(slow + 1) - math.lgamma(count - slow + 1)
        chance += math.exp(ways + slow * odds[0] + (count - slow) * odds[1])
        if chance >= BY_CHANCE:
            return above
        above = slow
    return above


def count_slow(times: Iterable[float], objective: Objective) -> int:
    """Count the times that are longer than the objective and the network's allowance together."""
    limit_s = objective.within_s + objective.network_allowance_s
    return sum(time_s > limit_s for time_s in times)


def verdict(times: list[float], objective: Objective) -> bool | None:
    """Return whether an objective is kept by the times so far; None while more are wanted."""
    count, slow = len(times), count_slow(times, objective)
    allowed = 1 - objective.share
    following = next((look for look in LOOKS if look >= count), count)
    if slow >= too_many(following, allowed):
        return False
    if count in LOOKS and (count == LOOKS[-1] or slow <= count * allowed):
        return True
    return None
