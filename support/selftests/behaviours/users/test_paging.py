"""How lists and searches are asked for: the size of pages that leaves so many, and searches in an order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from support.behaviours.users.listing import ListObserver
from support.behaviours.users.paging import Paging
from support.convergence.viewpoint import Viewpoint
from support.errors import NotApplicable
from support.selftests.probes.list_probe import ListedUsers, people
from support.users.normalizers import Normalizer
from support.users.pages import size_that_leaves
from support.users.validators import Validator

SEARCH = "the email of user Ada, sorted by name"


@pytest.mark.parametrize("left", [0, 1])
@pytest.mark.parametrize("largest", [1, 7, 100])
def test_pages_leave_as_many_users_as_asked_for(left: int, largest: int) -> None:
    for total in range(left + 1, 400):
        size, missing = size_that_leaves(left, total, largest)
        assert 1 <= size <= largest
        assert (total + missing - left) % size == 0


def test_a_list_is_filled_by_few_more() -> None:
    assert max(size_that_leaves(1, total, 100)[1] for total in range(1, 3000)) <= 25


def search(answer: Any, **profile: Any) -> list[Any]:
    """Search in an order where a list answers so; return the queries that were sent."""
    sorting = {"sort_keys": {"name": "name"}}
    listed = ListedUsers(answer, lists=sorting, promises=["sorting", "filter-by-email"], **profile)
    normalizer = Normalizer(listed.target)
    api: Any = listed.reader
    observer: Any = Viewpoint(api, Validator(listed.target, normalizer), normalizer)
    words: Any = SimpleNamespace(email=lambda _: "u1@example.com")
    nobody: Any = []
    Paging(observer, nobody, words, ListObserver(observer)).search(SEARCH)
    return [dict(call.query) for call in listed.calls]


def test_a_search_is_asked_for_in_an_order() -> None:
    queries = search(lambda _: (200, people(1), {}))
    assert queries == [{"sort": "name", "email": "u1@example.com"}]


def test_a_target_may_refuse_to_sort_searches() -> None:
    with pytest.raises(NotApplicable, match="cannot be sorted"):
        search(lambda _: (400, {"error": "no sort beside a filter"}, {}))


def test_searches_elsewhere_than_the_list_have_no_order() -> None:
    with pytest.raises(NotApplicable, match="elsewhere"):
        search(lambda _: (200, people(1), {}), operations={"find": "GET /users/search"})
