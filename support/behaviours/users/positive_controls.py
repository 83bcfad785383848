"""Positive controls: a refusal tells something only where an unflawed request of its kind succeeds.

A service that refuses every creation, for want of a detail that no profile has named, refuses flawed ones,
too; that is no promise kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import Inconclusive
from support.http import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.http import History, Operation

CONTROLLED = frozenset({"create", "replace", "change", "delete", "look up", "list", "find"})


class PositiveControls:
    """Knows which kinds of requests have succeeded; `known` are those that did before the first story."""

    def __init__(self, history: History, known: Iterable[str]) -> None:
        self._history = history
        self._known = set(known)
        self._seen = 0

    def require(self, refused: Operation) -> None:
        """Raise Inconclusive where no request of the kind that was refused has succeeded in this run."""
        verb = refused.verb
        if verb not in CONTROLLED or verb in self._known:
            return
        operations = self._history.since(self._seen)
        self._seen += len(operations)
        self._known |= {op.verb for op in operations if op.exchanges and op.outcome is Outcome.OK}
        if verb not in self._known:
            raise Inconclusive(
                f"{verb} was refused, but no request to {verb} without a flaw has succeeded in this run "
                "either",
                evidence=[refused],
            )
