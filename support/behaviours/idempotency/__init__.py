"""Requests that are sent again: idempotency keys, replays, and answers that get lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.idempotency.keys import Keys
from support.behaviours.idempotency.lost_answers import LostAnswers
from support.behaviours.idempotency.repeats import Repeats
from support.behaviours.idempotency.simultaneous import SimultaneousCreations

if TYPE_CHECKING:
    from support.behaviours.concurrency import Concurrency
    from support.cast import People
    from support.convergence import Observer

__all__ = ["Idempotency", "Keys", "LostAnswers", "Repeats", "SimultaneousCreations"]


class Idempotency:
    """What stories about repeated requests do and expect."""

    def __init__(self, observer: Observer, people: People, concurrency: Concurrency) -> None:
        self.keys = Keys(observer.api, people, concurrency.bursts)
        self.repeats = Repeats(observer, people, self.keys)
        self.simultaneous = SimultaneousCreations(observer, self.keys, self.repeats)
        self.lost_answers = LostAnswers(observer)
