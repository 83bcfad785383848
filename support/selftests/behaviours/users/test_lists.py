"""What lists, their numbers and their edges prove: a promise is broken, or nothing can be told."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from support.behaviours.users.listing import ListObserver
from support.behaviours.users.paging import Paging
from support.convergence.probes import PersonProbe
from support.convergence.timelines import Seen
from support.convergence.viewpoint import Viewpoint
from support.errors import DuplicateEffect, Inconclusive, UnexpectedContent
from support.http import Exchange, Operation, Outcome, Request
from support.selftests.probes.list_probe import ListedUsers, people
from support.users.normalizers import Normalizer
from support.users.pages import Listing, walk
from support.users.person import Person
from support.users.validators import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Complaint = Callable[[Listing], str]


def always(whole: Any, headers: dict[str, str] | None = None) -> Any:
    return lambda _: (200, whole, headers or {})


def viewpoint(listed: ListedUsers) -> Viewpoint:
    """Return what one caller sees of listed users."""
    api: Any = listed.reader
    normalizer = Normalizer(listed.target)
    return Viewpoint(api, Validator(listed.target, normalizer), normalizer)


def complaint_of(listed: ListedUsers, written: Sequence[Person] = (), order: str = "") -> str:
    """Return what is wrong on the first walk through a list: with its numbers, or with who was `written`.

    With an order it is what is wrong with that.
    """
    seen = viewpoint(listed)
    observer: Any = SimpleNamespace(
        api=seen.api, validator=seen.validator, normalizer=seen.normalizer, saw_all=seen.saw_all
    )
    found: list[str] = []

    class FirstLook(ListObserver):
        def require(
            self, expected: str, people: Sequence[Person], listing: Listing, complaint: Complaint
        ) -> None:
            del expected, people
            found.append(complaint(listing))

    lists = FirstLook(observer)
    if order:
        lists.lists_in_order(written, order, walk(seen.api, Listing()))
    elif written:
        lists.lists_as_written(written, walk(seen.api, Listing()))
    else:
        lists.counts_right([], walk(seen.api, Listing()))
    return found[0]


def person(number: int) -> Person:
    return Person(f"User{number}", "m", {**people(number)[-1]}, id=number)


@pytest.mark.parametrize(("promises", "said"), [(["stable-cursor"], "'Abe' follows 'Zoe'"), ([], "")])
def test_the_people_of_a_story_may_stand_in_order_where_others_do_not(promises: list[str], said: str) -> None:
    """Each page was sorted for itself, and the people stood on one of them; pages that move tell nothing."""
    names = ["Zoe", "Max", "Bob", "Abe"]
    users = [{"id": n, "name": name, "email": f"u{n}@example.com"} for n, name in enumerate(names)]
    listed = ListedUsers(always([users[1], users[0], users[3], users[2]]), promises=promises)
    own = [Person(names[n], "m", users[n], id=n) for n in (3, 2)]
    assert complaint_of(listed, own, "name") == said


def test_an_order_is_told_by_walks_that_show_everybody() -> None:
    """The first look, within the bound, lacks all but one of them, of whose order nothing can be said."""
    whole = people(6)
    answers = iter([whole[:1], whole, whole[::-1]])
    listed = ListedUsers(lambda _: (200, next(answers), {}))
    seen, slept = viewpoint(listed), []
    observer: Any = SimpleNamespace(
        api=seen.api,
        validator=seen.validator,
        has_strong_reads=False,
        settle=lambda since, bound_s: slept.append((since, bound_s)),
    )
    with pytest.raises(UnexpectedContent, match="equal keys keep one order"):
        ListObserver(observer).keeps_order(
            [person(number) for number in range(1, 7)], walk(seen.api, Listing())
        )
    assert slept == [(0.0, listed.target.bounds.list_s)]


# Numbers


@pytest.mark.parametrize(("announced", "is_right"), [(3, True), (4, False), (0, False)])
@pytest.mark.parametrize("exclusive", [True, False])
def test_a_number_that_stands_still_is_the_number_listed(
    announced: int, *, is_right: bool, exclusive: bool
) -> None:
    headers = {"x-total-count": str(announced)}
    listed = ListedUsers(lambda _: (200, people(3), headers), lists={"style": "none"}, exclusive=exclusive)
    assert (complaint_of(listed) == "") is is_right


def test_no_number_where_one_is_promised_is_said_so() -> None:
    listed = ListedUsers(lambda _: (200, people(3), {}), lists={"style": "none"}, exclusive=True)
    assert complaint_of(listed) == "no number announced, 3 listed"


def moving(*counts: tuple[int, int]) -> Any:
    """Answer each time with so many announced and so many listed; the last for good."""
    left = list(counts)

    def answer(_: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        announced, shown = left.pop(0) if len(left) > 1 else left[0]
        return 200, people(shown), {"x-total-count": str(announced)}

    return answer


def test_who_comes_or_goes_meanwhile_may_be_counted_and_not_listed() -> None:
    for counts in ([(8, 10), (10, 12)], [(1440, 1435), (1435, 1435 - 5)]):
        listed = ListedUsers(moving(*counts), lists={"style": "none"}, exclusive=False)
        assert complaint_of(listed) == ""
        alone = ListedUsers(moving(*counts), lists={"style": "none"}, exclusive=True)
        assert "announced" in complaint_of(alone)


def test_more_than_came_or_went_is_too_much() -> None:
    listed = ListedUsers(moving((20, 10), (20, 11)), lists={"style": "none"}, exclusive=False)
    assert complaint_of(listed) == "20 announced, 11 listed"


def test_who_came_and_went_between_two_walks_is_counted_once_and_not_again() -> None:
    listed = ListedUsers(moving((17, 16), (16, 16)), lists={"style": "none"}, exclusive=False)
    assert complaint_of(listed) == ""


def test_those_who_are_only_marked_as_deleted_may_be_counted() -> None:
    whole = [{**user, "status": "deleted" if user["id"] == 2 else "active"} for user in people(3)]
    for announced, is_right in ((2, True), (3, True), (4, False), (1, False)):
        headers = {"x-total-count": str(announced)}
        listed = ListedUsers(
            always(whole, headers),
            lists={"style": "none"}, exclusive=True, gone={"member": "status", "values": ["deleted"]},
        )  # fmt: skip
        assert (complaint_of(listed) == "") is is_right


# Edges


def window(size: int, count: int) -> ListedUsers:
    def answer(query: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        start = int(query.get("at", 0))
        return 200, people(count)[start : start + 4], {}

    lists = {"style": "offset", "position": "at", "window": size}
    return ListedUsers(answer, lists=lists, promises=["stable-cursor"])


@pytest.mark.parametrize("expects_absence", [True, False])
def test_who_may_stand_beyond_a_window_is_neither_there_nor_missing(*, expects_absence: bool) -> None:
    probe = PersonProbe(viewpoint(window(8, 12)), person(11), "list", expects_absence=expects_absence)
    with pytest.raises(Inconclusive, match="beyond the 8 users that were walked through"):
        probe.read(fresh=False)


def test_who_stands_within_a_window_is_judged() -> None:
    probe = PersonProbe(viewpoint(window(8, 12)), person(3), "list", expects_absence=True)
    assert probe.read(fresh=False).seen is Seen.OLD


def test_who_is_missing_from_a_whole_list_is() -> None:
    probe = PersonProbe(viewpoint(window(50, 9)), person(11), "list", expects_absence=False)
    assert probe.read(fresh=False).seen is Seen.OLD


def test_who_stands_twice_before_the_edge_convicts() -> None:
    listed = ListedUsers(
        lambda _: (200, [*people(3), *people(3)], {}),
        lists={"style": "offset", "position": "at", "window": 6},
    )
    probe = PersonProbe(viewpoint(listed), person(2), "list", expects_absence=False)
    with pytest.raises(DuplicateEffect):
        probe.read(fresh=False)


def test_a_search_without_a_match_may_be_not_found() -> None:
    listed = ListedUsers(lambda _: (404, "Not found", {}), lists={"nothing_found": [404]})
    probe = PersonProbe(viewpoint(listed), person(2), "filter", expects_absence=True)
    assert probe.read(fresh=False).seen is Seen.NEW


def test_odd_items_in_a_search_are_evidence() -> None:
    for odd in (None, "Ada", 7):
        listed = ListedUsers(always([odd]))
        probe = PersonProbe(viewpoint(listed), person(2), "filter", expects_absence=False)
        with pytest.raises(UnexpectedContent, match="a user must be an object"):
            probe.read(fresh=False)


# Sizes


@pytest.mark.parametrize(("page_max", "asked"), [(50, "50"), (100, "100"), (0, "100")])
def test_no_story_asks_for_larger_pages_than_are_promised(page_max: int, asked: str) -> None:
    """A service with pages of 50 refused every story that lists 100 per page."""
    sorting = {"sort_keys": {"name": "name"}, "style": "page"}
    listed = ListedUsers(always(people(3)), limits={"page_max": page_max}, lists=sorting)
    observer: Any = SimpleNamespace(api=listed.reader)
    variations: Any = None
    paging = Paging(observer, [], variations, ListObserver(observer))  # type: ignore[arg-type]
    paging.walk("sorted by name, 100 per page")
    assert str(listed.calls[0].query["limit"]) == asked


# Details


def attempts(*outcomes: Outcome) -> Operation:
    """Make a change that was tried so often, with these ends."""
    request = Request("PATCH", "http://x/users/1", {})
    made = [
        Exchange(request, number, number, number + 0.5, datetime.now(UTC), outcome)
        for number, outcome in enumerate(outcomes, 1)
    ]
    return Operation("change", "user User1", exchanges=made)


@pytest.mark.parametrize(
    ("outcomes", "is_right"),
    [
        ([Outcome.OK], True),
        ([Outcome.UNKNOWN, Outcome.REFUSED], True),  # done at once, and its repeat refused as outdated
        ([Outcome.UNKNOWN], True),
        ([Outcome.REFUSED], False),
        ([Outcome.FAILED, Outcome.REFUSED], False),
    ],
)
def test_a_list_may_show_what_a_lost_attempt_has_written(outcomes: list[Outcome], *, is_right: bool) -> None:
    listed = ListedUsers(lambda _: (200, people(1), {}), lists={"style": "none"}, exclusive=True)
    shown = person(1)
    before = {**shown.details, "name": "Grace"}
    user = Person("User1", "m", before, id=1)
    user.wrote(before, attempts(Outcome.OK))
    user.wrote(shown.details, attempts(*outcomes))
    assert (complaint_of(listed, [user]) == "") is is_right
