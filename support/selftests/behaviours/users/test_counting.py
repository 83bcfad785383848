"""The number that a crowded list announces is the same after somebody has come and gone, or it is wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.users.counting import Counting
from support.http import Outcome
from support.target.profiles import load_target
from support.users.pages import Listing


class Crowd:
    """Thousands of users of whom a walk shows ten; `ghosts` deleted ones are counted still."""

    target = load_target("reference")
    horizon = None

    def __init__(
        self, *, ghosts: bool = False, attempts: int = 1, hidden: int = 0, more: bool = True
    ) -> None:
        self.number = 5000
        self.made = 0
        self.ghosts, self.attempts, self.hidden, self.more = ghosts, attempts, hidden, more
        self.has_strong_reads = True
        self.api = self

    def _answer(self) -> Any:
        is_first = self.attempts == 1
        return SimpleNamespace(outcome=Outcome.OK, is_first_attempt=is_first, answered_at=1.0)

    def create(self, person: Any) -> Any:
        person.id = self.made
        self.number += self.attempts  # an attempt whose answer was lost made somebody, too
        self.made += 1
        return self._answer()

    def delete(self, _: Any) -> Any:
        self.number -= not self.ghosts
        return self._answer()

    def count(self, *, strong: bool) -> tuple[None, int]:
        assert strong
        return None, self.number

    def settle(self, _since: float, _bound_s: float) -> None:
        """Wait for nothing: the newest state is asked for."""

    def saw_all(self, _operation: Any, _items: Any) -> None:
        """Take a crowded list as seen as far as it has to be."""

    def has_more(self, _: Any) -> bool:
        return self.more

    def page_of(self, _: Any) -> Any:
        return SimpleNamespace(total=self.number, hidden=self.hidden)

    def id_of(self, item: Any) -> Any:
        return item["id"]

    def complaint(self, *, is_alone: bool = True, may_create: bool = True) -> str:
        observer: Any = self
        items = [{"id": number} for number in range(10 if self.more else self.number)]
        listing = Listing(operations=[SimpleNamespace()], items=items, is_complete=True)  # type: ignore[list-item]
        people: Any = lambda: SimpleNamespace(id=None)  # noqa: E731
        return Counting(observer, people if may_create else None, is_alone=is_alone).complaint(listing)


def test_deleted_users_that_are_counted_show_in_a_crowd() -> None:
    crowd = Crowd(ghosts=True)
    assert crowd.complaint() == "5001 announced, and 5002 when one more user had come and gone"
    assert crowd.made == 2  # once is no proof: a late creation of an earlier story may have come meanwhile


def test_a_number_that_is_the_same_again_is_right() -> None:
    assert Crowd().complaint() == ""


def test_a_request_that_was_repeated_proves_nothing() -> None:
    assert Crowd(attempts=2).complaint() == ""


@pytest.mark.parametrize("crowd", [Crowd(hidden=1), Crowd(more=False)], ids=["marked as deleted", "counted"])
def test_nobody_is_created_where_the_list_says_enough(crowd: Crowd) -> None:
    assert crowd.complaint() == ""
    assert crowd.made == 0


def test_nobody_is_created_where_a_story_must_not() -> None:
    crowd = Crowd(ghosts=True)
    assert crowd.complaint(may_create=False) == ""
    assert crowd.made == 0


class Walks:
    """A list that is walked through again and again, each walk with the numbers of its two pages."""

    target = load_target("reference")
    has_strong_reads = True

    def __init__(self, *walks: tuple[int, int, int]) -> None:
        self.api, self._walks = self, list(walks)

    def walk(self, *_: Any, **__: Any) -> Any:
        first, last, shown = self._walks.pop(0) if len(self._walks) > 1 else self._walks[0]
        pages = [SimpleNamespace(total=number, hidden=0) for number in (first, last)]
        items = [{"id": number} for number in range(shown)]
        return Listing(operations=pages, items=items, is_complete=True)  # type: ignore[arg-type]

    def page_of(self, operation: Any) -> Any:
        return operation

    def has_more(self, _: Any) -> bool:
        return False

    def saw_all(self, *_: Any) -> None: ...

    def id_of(self, item: Any) -> Any:
        return item["id"]

    def complaint(self, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr("support.behaviours.users.counting.walk", self.walk)
        return Counting(self, is_alone=False).complaint(self.walk())  # type: ignore[arg-type]


def test_who_comes_in_the_middle_of_each_walk_was_not_there_at_its_first_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where four workers explored one tenant at once, five were announced and six listed, time and again."""
    newcomers = Walks((5, 6, 6), (6, 6, 6), (6, 7, 7), (7, 7, 7), (7, 8, 8), (8, 8, 8))
    assert newcomers.complaint(monkeypatch) == ""


@pytest.mark.parametrize("numbers", [(5, 5), (7, 7), (6, 1), (6, 7)], ids=str)
def test_a_number_that_is_wrong_in_every_walk_convicts(
    monkeypatch: pytest.MonkeyPatch, numbers: tuple[int, int]
) -> None:
    assert Walks((*numbers, 6)).complaint(monkeypatch) == f"{numbers[1]} announced, 6 listed"
