"""How stories word the ways in which a request may go astray: a closed table of phrases.

A detour concerns the next request and no other. One that is hung up on is sent once; one that arrives in an
unusual form does so with every attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import StoryError
from support.http.raw.requests import SendingMode, WireTransport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.convergence import Observer
    from support.http import Operation
    from support.http.client import AttemptTransport
    from support.users import Person

HANGING_UP = {
    "halfway through": SendingMode(hang_up=0.5),
    "right after": SendingMode(hang_up=1.0),
    "5 ms after": SendingMode(hang_up=1.0, hang_up_s=0.005),
    "50 ms after": SendingMode(hang_up=1.0, hang_up_s=0.05),
    "200 ms after": SendingMode(hang_up=1.0, hang_up_s=0.2),
}
ARRIVING = {
    "in pieces": SendingMode(pieces=3, pause_s=0.05),
    "with its end 300 ms late": SendingMode(last_byte_s=0.3),
    "in chunks": SendingMode(pieces=3, chunked=True),
    "with its character set named": SendingMode(parameter="charset=utf-8"),
    "as large as a form may be": SendingMode(beyond_limit=0),
    "one byte larger than a form may be": SendingMode(beyond_limit=1),
}


class LostAnswers:
    """Sends the next request of a client astray."""

    def __init__(self, observer: Observer) -> None:
        self._api = observer.api
        self._clock = observer.clock

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

    def _divert(self, manner: SendingMode, *, always: bool) -> None:
        def by_hand(way: AttemptTransport) -> WireTransport:
            return WireTransport(way, self._api.target, self._clock, manner=manner, always=always)

        self._api.client.divert(by_hand, once=not always)


def _look(table: dict[str, SendingMode], phrase: str) -> SendingMode:
    if phrase not in table:
        raise StoryError(f"no request may go {phrase!r}; it may: {'; '.join(table)}")
    return table[phrase]
