"""What a profile says of keys beyond the contract: whether a repeat waits, how long a key is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.errors import Inconclusive, UnexpectedAnswer

if TYPE_CHECKING:
    from support.http import Operation
    from support.target.protocol import Idempotency

IN_PROGRESS = frozenset({409, 425})


def waits(operation: Operation, declared: Idempotency) -> None:
    """Require that no attempt was refused because the first is still worked on, where it is to wait."""
    if declared.in_flight != "wait":
        return
    for exchange in operation.exchanges:
        if exchange.response is not None and exchange.response.status in IN_PROGRESS:
            raise UnexpectedAnswer(
                "a repeat waits while the first request with its key is worked on",
                f"attempt {exchange.attempt} was refused with {exchange.response.status}",
                evidence=[operation],
            )


def comes_in_time(first: Operation, repeat: Operation, declared: Idempotency) -> None:
    """Raise Inconclusive where a repeat came when its key did not have to be remembered any more."""
    if declared.lifetime_s is not None and repeat.answered_at - first.sent_at > declared.lifetime_s:
        raise Inconclusive(
            f"the key had to be remembered for {declared.lifetime_s:g} s, and the repeat came later",
            evidence=[first, repeat],
        )
