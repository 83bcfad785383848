"""Lists are walked through to their end, however a service numbers its pages and tells the end."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.behaviours.users.paging import Paging
from support.selftests.probes.list_probe import ListedUsers, people
from support.users.lists.reader import MOST_PAGES
from support.users.lists.walks import OLD_USERS

TEN = people(10)
STABLE = {"promises": ["stable-cursor"]}


def counted(base: int, size: int = 4, end: Any = None) -> Any:
    """Answer page by page, or from an offset, with the next number in the body and `end` after the last."""

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        start = int(query.get("at", base)) - base
        shown = TEN[start : start + size]
        following = start + size + base if start + size < len(TEN) else end
        return 200, {"data": shown, "next": following}, {}

    return answer


@pytest.mark.parametrize("end", [None, 0, False, "", {}, {"href": None}])
def test_every_way_of_telling_the_end_is_one(end: Any) -> None:
    lists = {"items": "data", "style": "cursor", "next": "next", "position": "at"}
    listed = ListedUsers(counted(0, end=end), lists=lists, **STABLE)
    assert listed.walk() == ([user["id"] for user in TEN], True)
    assert len(listed.calls) == 3


def test_the_same_cursor_again_is_the_end() -> None:
    lists = {"items": "data", "style": "cursor", "next": "next", "position": "at"}

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        start = int(query.get("at", 0))
        return 200, {"data": TEN[start : start + 5], "next": 5}, {}

    assert ListedUsers(answer, lists=lists, **STABLE).walk() == ([user["id"] for user in TEN], True)


@pytest.mark.parametrize("first", [0, 1, 5])
def test_offsets_begin_where_the_profile_says(first: int) -> None:
    lists = {"items": "data", "style": "offset", "position": "at", "size": "count", "first": first}
    listed = ListedUsers(counted(first), lists=lists, **STABLE)
    assert listed.walk() == ([user["id"] for user in TEN], True)
    assert [call.query.get("at") for call in listed.calls] == [None, *(str(first + n) for n in (4, 8, 10))]


def test_a_page_without_users_may_be_not_found() -> None:
    lists = {"style": "page", "position": "page", "nothing_found": [404]}

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        number = int(query.get("page", 1))
        shown = TEN[5 * number - 5 : 5 * number]
        return (200, shown, {}) if shown else (404, "Not found", {})

    assert ListedUsers(answer, lists=lists, **STABLE).walk() == ([user["id"] for user in TEN], True)
    undeclared = ListedUsers(answer, lists={"style": "page", "position": "page"}, **STABLE)
    assert undeclared.walk()[1] is False


@pytest.mark.parametrize(("gone", "is_complete"), [(1, True), (99, False)])
def test_a_page_that_is_no_more_begins_the_walk_again(gone: int, *, is_complete: bool) -> None:
    """Django REST framework answers 404 to a page that was announced before others left."""
    lists = {"items": "data", "style": "link", "next": "next", "size": ""}
    looks = []

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        number = int(query.get("page", 1))
        looks.append(number)
        if number == 3 and looks.count(3) <= gone:
            return 404, {"detail": "Invalid page."}, {}
        following = f"/users?page={number + 1}" if number < 3 else None
        return 200, {"data": TEN[4 * number - 4 : 4 * number], "next": following}, {}

    assert ListedUsers(answer, lists=lists).walk()[1] is is_complete
    looks.clear()
    assert ListedUsers(answer, lists=lists, **STABLE).walk()[1] is False
    assert looks.count(1) == 1


def test_an_empty_service_and_a_search_without_a_match_may_be_not_found() -> None:
    listed = ListedUsers(lambda _: (404, "Not found", {}), lists={"style": "none", "nothing_found": [404]})
    assert listed.walk() == ([], True)
    assert listed.reader.find("nobody@example.com", "users")[1] == []


def test_sizes_are_not_asked_for_where_there_is_no_parameter() -> None:
    lists = {"items": "data", "style": "cursor", "next": "next", "position": "at", "size": "", "page_size": 4}
    listed = ListedUsers(counted(0), lists=lists, **STABLE)
    assert listed.walk()[1]
    assert all(set(call.query) <= {"at"} for call in listed.calls)


def test_a_walk_asks_for_no_more_than_a_page_may_hold() -> None:
    for limits, size in (({"page_max": 30}, 30), ({"page_max": 0}, 100), ({"page_max": 1000}, 100)):
        listed = ListedUsers(lambda _: (200, [], {}), limits=limits)
        listed.walk()
        assert listed.calls[0].query == {"limit": size}


@pytest.mark.parametrize(
    ("asked", "sent"), [("100", 50), ("2", 2), ("0", 0), ("101", 101), ("x", "x"), ("-1", "-1")]
)
def test_a_size_of_the_contract_is_brought_into_the_range_of_the_target(asked: str, sent: int | str) -> None:
    """A service with smaller pages may refuse what the contract allows; what is out of range is meant so."""
    listed = ListedUsers(lambda _: (200, [], {}), limits={"page_max": 50})
    api: Any = listed.reader
    viewed: Any = SimpleNamespace(api=api)
    paging = Paging(viewed, *[cast("Any", None)] * 3)
    paging.ask(f'of "{asked}" users')
    assert listed.calls[0].query == {"limit": sent}
    if asked == "100":
        paging.walk("100 per page")
        assert listed.calls[1].query["limit"] == sent


def test_a_window_ends_the_walk_and_is_said_to() -> None:
    lists = {"items": "data", "style": "offset", "position": "at", "window": 8}
    listed = ListedUsers(counted(0), lists=lists, **STABLE)
    operations, items, is_complete = listed.reader.walk_list()
    assert ([item["id"] for item in items], is_complete) == ([1, 2, 3, 4, 5, 6, 7, 8], True)
    assert listed.reader.goes_on(operations[-1], items)


def test_a_list_within_its_window_has_an_end() -> None:
    lists = {"items": "data", "style": "offset", "position": "at", "window": 1000}
    listed = ListedUsers(counted(0), lists=lists, **STABLE)
    operations, items, _ = listed.reader.walk_list()
    assert not listed.reader.goes_on(operations[-1], items)


def test_a_list_of_ever_new_users_is_left_in_time_and_said_to_go_on() -> None:
    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        number = int(query.get("page", 1))
        return 200, [{"id": number}], {}

    listed = ListedUsers(answer, lists={"style": "page", "position": "page"}, **STABLE)
    operations, items, is_complete = listed.reader.walk_list()
    assert (len(operations), is_complete) == (MOST_PAGES, True)
    assert listed.reader.goes_on(operations[-1], items)


def test_a_list_that_begins_again_cannot_be_walked() -> None:
    listed = ListedUsers(lambda _: (200, TEN, {}), lists={"style": "page", "position": "page"}, **STABLE)
    operations, _, is_complete = listed.reader.walk_list()
    assert (len(operations), is_complete) == (OLD_USERS // len(TEN) + 1, False)


def test_an_order_that_shows_the_same_users_again_and_again_is_no_crowd() -> None:
    """Pages of a hundred hid that cursors of smaller ones led back: a name was read in another encoding."""
    listed = ListedUsers(
        lambda query: (200, TEN[: int(query["per_page"])], {}),
        lists={"style": "page", "position": "page", "size": "per_page", "sort_keys": {"name": "name"}},
        **STABLE,
    )
    _, items, _ = listed.reader.walk_list(size=2, query={"sort": "name"}, sought=(5,))
    assert {item["id"] for item in items} == {1, 2}


def test_newcomers_in_front_do_not_end_a_walk() -> None:
    """Nine come before each of the first five pages of one, so that the same user stands there again."""
    here = list(range(20, 0, -1))

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        if 0 < int(query.get("at", 0)) <= 5:
            here[:0] = range(here[0] + 9, here[0], -1)
        at = int(query.get("at", 0))
        return 200, [{"id": number} for number in here[at : at + 1]], {}

    listed = ListedUsers(answer, lists={"style": "offset", "position": "at"}, **STABLE)
    _, items, is_complete = listed.reader.walk_list(size=1)
    assert is_complete
    assert {item["id"] for item in items} >= set(range(1, 21))


def test_pages_grow_only_where_others_crowd_the_list() -> None:
    listed = ListedUsers(lambda _: (200, people(5000), {}), lists={"style": "none"})
    assert listed.reader.size_for(5) == 5
    listed.walk()
    assert listed.reader.size_for(5) == 84
    assert listed.reader.size_for(90) == 90


def test_odd_items_are_nobody() -> None:
    whole: list[Any] = [None, "Ada", 7, [], {"name": "no id"}, {"id": True}, TEN[0]]
    listed = ListedUsers(lambda _: (200, whole, {}), lists={"style": "none"})
    _, items, is_complete = listed.reader.walk_list()
    assert is_complete
    assert [listed.reader.id_of(item) for item in items] == [None] * 6 + [1]


@pytest.mark.parametrize("collection", ["/users", "/users/"])
def test_a_user_stands_one_slash_below_the_collection(collection: str) -> None:
    listed = ListedUsers(lambda _: (404, {}, {}), collection=collection)
    assert listed.reader.path_of(7) == "/users/7"


@pytest.mark.parametrize(
    ("lists", "whole", "headers", "total"),
    [
        ({}, [], {"x-total-count": "61"}, 61),
        ({"total_header": "Content-Range"}, [], {"content-range": "users 0-9/1440"}, 1440),
        ({"total_header": "Content-Range"}, [], {"content-range": "users 0-9/*"}, None),
        ({"items": "d", "total": "meta.total"}, {"d": [], "meta": {"total": 61}}, {"x-total-count": "7"}, 61),
        ({"items": "d", "total": "total"}, {"d": [], "total": "61"}, {}, 61),
        ({"items": "d", "total": "total"}, {"d": [], "total": True}, {}, None),
        ({"total_by_head": True, "total_header": "Total-Objects"}, [], {"total-objects": "0"}, 0),
        ({}, [], {}, None),
    ],
)
def test_a_total_is_read_where_the_profile_says(
    lists: dict[str, Any], whole: Any, headers: dict[str, str], total: int | None
) -> None:
    listed = ListedUsers(lambda _: (200, whole, headers), lists=lists)
    assert listed.reader.count()[1] == total
    assert listed.calls[-1].method == ("HEAD" if lists.get("total_by_head") else "GET")


def test_a_list_of_nobody_may_lack_its_items() -> None:
    lists = {"style": "offset", "position": "startIndex", "items": "Resources", "total": "totalResults"}
    assert ListedUsers(lambda _: (200, {"totalResults": 0}, {}), lists=lists).walk() == ([], True)
    assert ListedUsers(lambda _: (200, {"totalResults": 3}, {}), lists=lists).walk() == ([], False)


def test_users_who_are_only_marked_as_deleted_are_not_shown_and_still_counted_on() -> None:
    whole = [{**user, "status": "deleted" if user["id"] % 2 else "active"} for user in TEN]

    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        start = int(query.get("at", 0))
        return 200, whole[start : start + 4], {}

    gone = {"member": "status", "values": ["deleted"]}
    listed = ListedUsers(answer, lists={"style": "offset", "position": "at"}, gone=gone, **STABLE)
    assert listed.walk() == ([2, 4, 6, 8, 10], True)
    assert [call.query.get("at") for call in listed.calls] == [None, "4", "8", "10"]
