"""A crowded list is walked no further than to where a story began, and never less than that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from support.http.history import Operation
from support.selftests.probes.list_probe import ListedUsers
from support.users.lists.reader import MOST_PAGES_SORTED, MOST_PAGES_WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime.now(UTC)
LISTS = {"style": "cursor", "items": "users", "next": "next", "total": "total"}
PROFILE = {
    "promises": ["sorting", "timestamps", "pagination", "stable-cursor", "total-count"],
    "lists": {**LISTS, "sort_keys": {"name": "name", "-createdAt": "-createdAt"}},
}


def user(number: int, at: datetime) -> dict[str, Any]:
    name = f"User {number:06d}"
    return {"id": number, "name": name, "email": f"u{number}@example.com", "createdAt": at.isoformat()}


class Crowd:
    """A service with strangers of the last year, and own users that a story has just created.

    Its clock is ahead of ours by `ahead`; `heeds_order` says whether it sorts as it is asked to (or each
    page for `itself`), and `begins_again` that after the last page comes the first one.
    """

    def __init__(
        self,
        strangers: int,
        own: int = 3,
        ahead: timedelta = timedelta(),
        *,
        heeds_order: bool | str = True,
        announces: bool = True,
        begins_again: bool = False,
        profile: dict[str, Any] = PROFILE,
    ) -> None:
        start = NOW - timedelta(days=365)
        self.users = [user(n, start + timedelta(minutes=n)) for n in range(strangers)]
        self.own = [user(10**6 + n, NOW + ahead + timedelta(milliseconds=n)) for n in range(own)]
        self.users += self.own
        self._heeds_order, self._announces, self._begins_again = heeds_order, announces, begins_again
        self.largest, self.lagging, self.pins = 100, 0, False
        self.listed = ListedUsers(self._answer, **profile)

    def _answer(self, query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        users = self.users
        if self.lagging:
            self.lagging -= 1
            users = [each for each in users if each is not self.own[0]]
        cursor, _, pinned = str(query.get("cursor", 0)).partition(":")
        begin, size = int(cursor), int(query.get("limit", 20))
        count = int(pinned) if pinned and self.pins else len(users)
        users = users[:count]
        if size > self.largest:
            return 422, {"title": "limit must be a number from 1 to 50"}, {}
        newest_first = partial(sorted, key=lambda user: str(user["createdAt"]), reverse=True)
        is_sorted = query.get("sort") == "-createdAt"
        if is_sorted and self._heeds_order is True:
            users = newest_first(users)
        page = users[begin : begin + size]
        body: dict[str, Any] = {
            "users": newest_first(page) if is_sorted and self._heeds_order == "itself" else page,
            "total": len(users) if self._announces else None,
        }
        if begin + size < len(users):
            body["next"] = f"{begin + size}:{count}"
        elif self._begins_again:
            body["next"] = "0"
        return 200, body, {}

    def remember_creation(self, created: dict[str, Any], story: str = "the story") -> None:
        """Put into the history that a user was created, as if it had been just now."""
        other = ListedUsers(lambda _: (201, created, {}), **PROFILE)
        other.now_s = self.listed.now_s
        sent = other.reader.look_up(1, "user Ada")
        self.listed.history.begin(Operation("create", "user Ada", story, sent.exchanges))

    def walk(self, **how: Any) -> tuple[list[int], int, bool]:
        """Walk; return the ids that were shown, the number of requests, and whether nobody is left out."""
        before = len(self.listed.calls)
        operations, items, is_complete = self.listed.reader.walk_list(**how)
        goes_on = self.listed.reader.goes_on(operations[-1], items)
        return [item["id"] for item in items], len(self.listed.calls) - before, is_complete and not goes_on


def ids(users: Sequence[dict[str, Any]]) -> set[int]:
    return {each["id"] for each in users}


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=-3), timedelta(minutes=20)])
def test_a_walk_ends_where_the_story_began_by_the_clock_of_the_service(ahead: timedelta) -> None:
    crowd = Crowd(5000, own=250, ahead=ahead)
    crowd.remember_creation(crowd.own[0])
    shown, requests, is_all = crowd.walk()
    assert ids(crowd.own) <= set(shown)
    assert (requests, is_all) == (3, True)


def test_creations_of_the_story_before_tell_the_time_too() -> None:
    crowd = Crowd(5000)
    crowd.remember_creation(crowd.own[0], story="the story before")
    crowd.listed.history.begin(crowd.listed.reader.list_page({"limit": 1})[0]).story = "the story"
    assert crowd.walk()[1:] == (1, True)


def test_an_order_that_is_not_kept_ends_no_walk() -> None:
    crowd = Crowd(950, heeds_order=False)
    crowd.remember_creation(crowd.own[0])
    shown, requests, is_all = crowd.walk()
    assert set(shown) == ids(crowd.users)
    assert (requests, is_all) == (10, True)


def test_an_order_that_hides_somebody_of_the_story_is_relied_on_no_longer() -> None:
    """A hundred stories were told that the list lacks a user, for each page was sorted for itself."""
    crowd = Crowd(950, heeds_order="itself")
    crowd.remember_creation(crowd.own[0])
    crowd.listed.now_s = 10.0
    shown, requests, is_all = crowd.walk()
    assert set(shown) == ids(crowd.users)
    assert (requests, is_all) == (1 + 10 + 1, True)
    assert crowd.walk()[1:] == (10, True)


@pytest.mark.parametrize("change", ["not yet due", "deleted", "nowhere", "behind"])
def test_an_order_that_hides_nobody_is_relied_on(change: str) -> None:
    """Whoever is missing for another reason costs one walk at most, and is missing in the answer."""
    crowd = Crowd(5000)
    ada = crowd.own[0]
    crowd.remember_creation(ada)
    crowd.remember_creation(crowd.own[1])
    crowd.listed.now_s = 0.15 if change == "not yet due" else 10.0
    if change == "deleted":
        sent = next(iter(crowd.listed.history)).exchanges
        crowd.listed.history.begin(Operation("delete", "user Ada", "the story", sent))
    if change == "behind":  # of two readers the one that answers first
        crowd.lagging = 1
    else:
        crowd.users.remove(ada)
    assert ada["id"] not in crowd.walk()[0]
    shown, requests, is_all = crowd.walk()
    assert (ada["id"] in shown) == (change == "behind")
    assert (requests, is_all) == (1, True)


def test_a_size_that_is_refused_hides_nobody() -> None:
    """A hundred stories were red where the largest page of the contract was refused."""
    crowd = Crowd(150)
    crowd.largest = 50
    crowd.remember_creation(crowd.own[0])
    shown, requests, is_all = crowd.walk(whole=True)
    assert set(shown) == ids(crowd.users)
    assert (requests, is_all) == (1 + 1 + 1 + 8, True)  # asked for its number, refused, asked without a size
    assert crowd.walk(whole=True)[1:] == (8, True)
    assert not crowd.listed.reader.walk_list(size=60)[2]


@pytest.mark.parametrize("date", ["yesterday", None, "2001-01-01T00:00:00Z"])
def test_who_does_not_know_the_time_walks_to_the_end(date: str | None) -> None:
    crowd = Crowd(950)
    crowd.remember_creation({**crowd.own[0], "createdAt": date})
    shown, requests, _ = crowd.walk()
    assert (set(shown), requests) == (ids(crowd.users), 10)
    assert "sort" not in crowd.listed.calls[0].query


def test_a_whole_walk_keeps_the_order_of_the_list_unless_that_is_crowded() -> None:
    small, crowded = Crowd(950), Crowd(15000)
    for crowd in (small, crowded):
        crowd.remember_creation(crowd.own[0])
        crowd.listed.reader.count()
    assert small.walk(whole=True) == ([each["id"] for each in small.users], 10, True)
    assert crowded.walk(whole=True)[1:] == (1, True)


def test_a_list_that_announces_no_number_proves_to_be_crowded() -> None:
    crowd = Crowd(15000, announces=False)
    crowd.remember_creation(crowd.own[0])
    shown, requests, is_all = crowd.walk(whole=True)
    assert ids(crowd.own) <= set(shown)
    assert (requests, is_all) == (1 + MOST_PAGES_WHOLE + 1, True)  # asked for its number first, in vain
    assert crowd.walk(whole=True)[1:] == (1, True)


def test_a_crowded_list_is_asked_for_its_number_before_it_is_walked() -> None:
    crowd = Crowd(15000)
    crowd.remember_creation(crowd.own[0])
    assert crowd.walk(whole=True)[1:] == (2, True)


def test_a_long_list_that_begins_again_instead_of_ending_is_no_crowd() -> None:
    """With five thousand others nobody noticed: the newest were listed instead."""
    crowd = Crowd(5000, begins_again=True)
    crowd.remember_creation(crowd.own[0])
    assert not crowd.listed.reader.walk_list(whole=True)[2]


def test_a_moment_may_be_given() -> None:
    crowd = Crowd(5000)
    shown, requests, is_all = crowd.walk(since=NOW - timedelta(days=365) + timedelta(minutes=4700))
    assert ids(crowd.own) <= set(shown)
    assert (requests, is_all) == (4, True)


def test_a_walk_in_another_order_ends_behind_those_who_are_sought() -> None:
    crowd = Crowd(950)
    wanted = {150, 190}
    shown, requests, is_all = crowd.walk(query={"sort": "name"}, sought=wanted)
    assert (len(shown), requests, is_all) == (300, 3, True)
    assert wanted <= set(shown)


def test_a_walk_in_another_order_gives_up_after_so_many_pages() -> None:
    crowd = Crowd(6000)
    shown, requests, is_all = crowd.walk(query={"sort": "name"}, sought=ids(crowd.own))
    assert (len(shown), requests, is_all) == (100 * MOST_PAGES_SORTED, MOST_PAGES_SORTED, False)


UNORDERED = {**PROFILE, "promises": ["timestamps", "pagination", "stable-cursor"], "lists": LISTS}


def test_a_list_without_an_order_is_entered_where_the_story_began() -> None:
    """Once a walk has shown that the newest come last; who comes later is seen, and who goes is not."""
    crowd = Crowd(5000, profile=UNORDERED)
    crowd.remember_creation(crowd.own[0])
    assert crowd.walk() == ([each["id"] for each in crowd.users], 51, True)
    crowd.listed.now_s = 10.0
    crowd.users.append(user(10**6 + 9, NOW + timedelta(milliseconds=500)))
    crowd.remember_creation(crowd.users[-1])
    shown, requests, is_all = crowd.walk()
    assert ids(crowd.own) <= set(shown)
    assert (requests, is_all) == (3, True)
    newcomers = [user(2 * 10**6 + n, NOW + timedelta(seconds=1, milliseconds=n)) for n in range(250)]
    crowd.users += newcomers
    crowd.users.remove(crowd.own[1])
    shown, requests, is_all = crowd.walk()
    assert ids(newcomers) <= set(shown)
    assert crowd.own[1]["id"] not in shown
    assert (requests, is_all) == (5, True)


def test_a_cursor_that_shows_the_list_as_it_was_is_not_used_again() -> None:
    """Such cursors are right: whoever follows them is shown everybody once, while others come and go."""
    crowd = Crowd(1000, profile=UNORDERED)
    crowd.pins = True
    crowd.remember_creation(crowd.own[0])
    crowd.walk()
    for number in range(6):
        newcomer = user(2 * 10**6 + number, NOW + timedelta(seconds=1 + number))
        crowd.listed.now_s += 10.0
        crowd.users.append(newcomer)
        crowd.remember_creation(newcomer)
        shown, requests, _ = crowd.walk()
        assert newcomer["id"] in shown
    assert requests == 11  # and no second look


@pytest.mark.parametrize(
    "change", ["many leave", "an old one comes back", "the newest come first", "no date"]
)
def test_a_late_page_that_proves_nothing_is_given_up(change: str) -> None:
    """Whoever of the story might stand before it would be missed."""
    crowd = Crowd(5000, profile=UNORDERED)
    crowd.remember_creation(crowd.own[0])
    crowd.walk()
    if change == "many leave":
        del crowd.users[:4000]
    elif change == "an old one comes back":
        crowd.users.append(user(7, NOW - timedelta(days=300)))
    elif change == "the newest first":
        crowd.users.reverse()
    else:
        crowd.users[-2] = {**crowd.users[-2], "createdAt": None}
    shown, _, is_all = crowd.walk()
    assert shown == [each["id"] for each in crowd.users]
    assert is_all


@pytest.mark.parametrize("how", [{"whole": True}, {"query": {"name": "x"}}])
def test_a_promise_about_the_whole_list_is_walked_from_its_beginning(how: dict[str, Any]) -> None:
    crowd = Crowd(3000, profile=UNORDERED)
    crowd.remember_creation(crowd.own[0])
    crowd.walk()
    assert crowd.walk(**how)[1] == 31
