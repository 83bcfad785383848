"""How stories word the ways in which a request may go astray: a closed table of phrases.

A detour concerns the next request and no other. One that is hung up on is sent once; one that arrives in an
unusual form does so with every attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import StoryError
from support.wire import Manner, WireTransport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.cast import Person
    from support.client import Way
    from support.clock import Clock
    from support.exchange import Operation
    from support.users import UsersApi

HANGING_UP = {
    "halfway": Manner(hang_up=0.5),
    "at once": Manner(hang_up=1.0),
    "after 5 ms": Manner(hang_up=1.0, hang_up_s=0.005),
    "after 50 ms": Manner(hang_up=1.0, hang_up_s=0.05),
    "after 200 ms": Manner(hang_up=1.0, hang_up_s=0.2),
}
ARRIVING = {
    "in pieces": Manner(pieces=3, pause_s=0.05),
    "with its end 300 ms late": Manner(last_byte_s=0.3),
    "in chunks": Manner(pieces=3, chunked=True),
}


class Detours:
    """Sends the next request of a client astray."""

    def __init__(self, api: UsersApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock

    def hang_up(self, moment: str) -> None:
        """Have the client hang up on its next request, and not repeat it by itself."""
        self._divert(_look(HANGING_UP, moment), always=False)

    def arrive(self, form: str) -> None:
        """Have the next request, with all its attempts, arrive in an unusual form."""
        self._divert(_look(ARRIVING, form), always=True)

    def create_hanging_up(self, people: Sequence[Person]) -> list[Operation]:
        """Create people without a key, hanging up at another moment each time."""
        operations = []
        moments = list(HANGING_UP)
        for number, person in enumerate(people):
            self.hang_up(moments[number % len(moments)])
            operations.append(self._api.create(person))
        return operations

    def _divert(self, manner: Manner, *, always: bool) -> None:
        def by_hand(way: Way) -> WireTransport:
            return WireTransport(way, self._api.target, self._clock, manner=manner, always=always)

        self._api.client.divert(by_hand, once=not always)


def _look(table: dict[str, Manner], phrase: str) -> Manner:
    if phrase not in table:
        raise StoryError(f"no request may go {phrase!r}; it may: {'; '.join(table)}")
    return table[phrase]
