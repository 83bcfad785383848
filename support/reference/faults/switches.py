"""Which planted defects and oddities are on in this run, and how often each has really acted.

The service asks ``switches.on("M40")`` where such a bug would live. The registers of what exists are
`defects` and `oddities`; this module only remembers and counts.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Switches:
    """The switches that are on, with an activation counter for each.

    `bound_s` [s] is the promised time of convergence, which some defects exceed; `random` is the seeded
    source of whatever a switch leaves to chance.
    """

    def __init__(self, active: Iterable[str] = (), seed: int = 0, bound_s: float = 0.0) -> None:
        self._active = frozenset(active)
        self.bound_s = bound_s
        self.random = random.Random(f"switches:{seed}")
        self.hits: Counter[str] = Counter()

    def on(self, switch: str, when: object = True, *, chance: float = 1.0) -> bool:  # noqa: FBT002
        """Return whether a switch acts here and now, and count it if it does.

        `when` is the situation in which it makes a difference; `chance` the share of those in which it
        acts.
        """
        if switch not in self._active or not when:
            return False
        if chance < 1.0 and self.random.random() >= chance:
            return False
        self.hits[switch] += 1
        return True

    def has(self, *switches: str) -> bool:
        """Return whether any of some switches is on, without counting: for how things are set up."""
        return not self._active.isdisjoint(switches)
