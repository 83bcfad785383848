"""Eventual consistency: what all readers see within the promised time, and what a session guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.consistency.all_readers import AllReaders
from support.behaviours.consistency.many_writers import ManyWriters
from support.behaviours.consistency.session_guarantees import SessionGuarantees
from support.behaviours.consistency.sessions import Sessions

if TYPE_CHECKING:
    from support.cast import People
    from support.convergence import Observer
    from support.http import Credentials

__all__ = ["AllReaders", "Consistency", "ManyWriters", "SessionGuarantees", "Sessions"]


class Consistency:
    """What stories about consistency do and expect."""

    def __init__(self, observer: Observer, people: People, credentials: Credentials | None) -> None:
        self.all_readers = AllReaders(observer)
        self.many_writers = ManyWriters(observer, people)
        self.sessions = Sessions(observer, people, credentials)
        self.guarantees = SessionGuarantees(observer)
