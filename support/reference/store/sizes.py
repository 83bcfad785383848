"""How many users a tenant has: counted once, and kept up to date by whoever changes the database.

A list tells the number with each page. To count a crowded tenant anew for each would cost more than the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Sizes:
    """The number of users of each tenant that somebody has asked for, in one database."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, tenant: str, count: Callable[[], int]) -> int:
        """Return how many users a tenant has; `count` counts them the first time."""
        if tenant not in self._known:
            self._known[tenant] = count()
        return self._known[tenant]

    def note(self, tenant: str, difference: int) -> None:
        """Note that a tenant has so many users more, or fewer."""
        if tenant in self._known:
            self._known[tenant] += difference

    def forget(self) -> None:
        """Count anew the next time: what has become of a change is not known."""
        self._known.clear()
