"""Failures that stay: whether what fails however often it is sent fails for good, or only for now.

Faults are not independent in an outage, so that a count alone never convicts: between one attempt and the
next another kind of operation must succeed. What has once succeeded does not fail for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.http.gateway_pages import is_own_page
from support.http.retry import is_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.http.call import Call
    from support.http.gateway_pages import PageFilter
    from support.http.history import Exchange, Operation
    from support.http.retry import Repeat
    from support.target.timing import Faults

CONTROLS = 3
CONTROLS_OF_OVERSIZED = 1  # no weather makes an answer too large; only whoever took over might send it


class Persistence:
    """Remembers what has succeeded; one for all clients of a target.

    `pages` learns which pages turn out to be the service's own.
    """

    def __init__(self, faults: Faults, pages: PageFilter) -> None:
        self._faults = faults
        self._pages = pages
        self._succeeded: set[str] = set()

    def note(
        self,
        operation: Operation,
        call: Call,
        repeat: Repeat,
        attempt: Callable[[], Exchange],
        control: Callable[[Operation], bool] | None,
    ) -> None:
        """Note in an operation that was sent as often as is safe whether it fails for good.

        `attempt` makes one more attempt at it, `control` says whether another kind of operation succeeds;
        without one nothing fails for good.
        """
        last, shape = operation.last, call.shape or operation.verb
        if not is_fault(last, self._faults, has_key=call.has_key):
            self._succeeded.add(shape)
        elif control is None:
            return
        elif last.is_oversized:
            again = attempt if repeat.is_safe else None
            operation.persists = self._outlasts(again, operation, control, CONTROLS_OF_OVERSIZED)
        elif (shape not in self._succeeded or is_own_page(last)) and repeat.allows(last, self._faults):
            operation.persists = self._outlasts(attempt, operation, control, CONTROLS)
            if operation.persists and is_own_page(operation.last):
                operation.exchanges[-1] = self._pages.own(operation.last, shape, self._faults)
                operation.persists = False

    def _outlasts(
        self,
        attempt: Callable[[], Exchange] | None,
        operation: Operation,
        control: Callable[[Operation], bool],
        controls: int,
    ) -> bool:
        """Alternate the failing operation with another kind: if only that one fails, it is no weather.

        Without an attempt the operation may not be sent again.
        """
        for _ in range(controls):
            if not control(operation):
                return False
            if attempt is not None and not is_fault(attempt(), self._faults):
                return False
        return True
