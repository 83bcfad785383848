"""Several clients at once: requests that arrive together, races, editors of one user, and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.concurrency.bursts import Bursts
from support.behaviours.concurrency.editors import Editors
from support.behaviours.concurrency.races import Races
from support.behaviours.concurrency.rounds import Rounds
from support.behaviours.concurrency.versions import Versions

if TYPE_CHECKING:
    from support.behaviours.users import Users
    from support.cast import People
    from support.convergence import Observer

__all__ = ["Bursts", "Concurrency", "Editors", "Races", "Rounds", "Versions"]


class Concurrency:
    """What stories about simultaneous requests do and expect."""

    def __init__(self, observer: Observer, people: People, users: Users) -> None:
        self.bursts = Bursts(observer)
        self.versions = Versions(observer)
        self.editors = Editors(observer, self.versions, self.bursts)
        self.races = Races(observer, people, self.bursts, users.expectations)
        self.rounds = Rounds(self.races, self.editors, people)
