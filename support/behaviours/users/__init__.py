"""Creating, looking up, replacing, changing, deleting and listing users, and one account per email.

Responsible for the users that a story begins with and for judging what one client is answered about them.
What all readers see, and when, is the part of `support.convergence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.behaviours.users.actions import Actions
from support.behaviours.users.dates import Dates
from support.behaviours.users.expectations import Expectations
from support.behaviours.users.listing import ListObserver
from support.behaviours.users.outcomes import Outcomes
from support.behaviours.users.paging import Paging
from support.behaviours.users.positive_controls import PositiveControls
from support.behaviours.users.setup import Setup
from support.behaviours.users.shapes import UserViews
from support.behaviours.users.statements import Statements
from support.cast import Variations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.cast import People
    from support.convergence import Observer

__all__ = [
    "Actions",
    "Dates",
    "Expectations",
    "ListObserver",
    "Outcomes",
    "Paging",
    "PositiveControls",
    "Setup",
    "Statements",
    "UserViews",
    "Users",
]


class Users:
    """What stories about users do and expect, as one caller sees it."""

    def __init__(self, observer: Observer, people: People, controls: Iterable[str] = ()) -> None:
        self.observer = observer
        self.variations = Variations(people, observer.api.target.limits)
        self.controls = PositiveControls(observer.api.client.history, controls)
        self.expectations = Expectations(observer, people, self.controls)
        self.dates = Dates(observer, people, self.expectations)
        self.lists = ListObserver(observer, lambda: people.stranger("Newcomer"))
        self.setup = Setup(observer, people, self.lists, self.variations)
        self.views = UserViews(observer)
        self.paging = Paging(observer, people, self.variations, self.lists)
        self.actions = Actions(observer, people, self.variations)
        self.outcomes = Outcomes(observer, self.variations, self.setup)
        self.statements = Statements(observer, self.expectations, self.dates, self.lists, self.setup)
