"""Walking through a list whose pages move: what several walks say together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from support.http.history import Operation
from support.target.profile import Target
from support.users.lists.reader import MOST_WALKS
from support.users.normalizers import Normalizer
from support.users.reader import UsersReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.http import SessionClient
    from support.users.lists.walks import IsEnough


class Walker(UsersReader):
    """Walks as it is told, by the ids that each walk shows; each takes so many pages."""

    def __init__(self, *walks: str, pages: int = 2, promises: frozenset[str] = frozenset()) -> None:
        target = Target(name="walks", promises=promises)
        super().__init__(cast("SessionClient", SimpleNamespace(target=target)), Normalizer(target))
        self.left = list(walks)
        self._pages = pages

    def _walk(
        self,
        first: Mapping[str, Any],
        subject: str,
        most: int,
        is_enough: IsEnough | None,
        *,
        strong: bool,
        fresh: bool,
    ) -> tuple[list[Operation], list[Any], bool]:
        del first, most, is_enough, strong, fresh
        shown = self.left.pop(0)
        operations = [Operation("list", subject) for _ in range(self._pages)]
        return operations, [{"id": name, "seen": shown} for name in shown.strip("!")], not shown.endswith("!")


def shown(walker: Walker) -> str:
    return "".join(item["id"] for item in walker.walk_list()[1])


@pytest.mark.parametrize(
    ("walks", "together"),
    [
        (["abcd", "abcd"], "abcd"),
        (["abd", "abcd", "abcd"], "abcd"),
        (["abbc", "abc", "abc"], "abc"),
        (["abbc", "abbc", "abc", "abc"], "abc"),
        (["abbc", "abbc", "abbc", "abbc"], "abbc"),
        (["abbc", "xabbc", "yxabbc", "zyxabbc"], "zyxabbc"),
        (["abd", "bcd", "acd", "abc"], "abcd"),
        (["ab", "abc!"], "ab"),
    ],
    ids=[
        "alike",
        "skipped",
        "twice in passing",
        "twice by a loop of others",
        "twice",
        "newcomers",
        "one each",
        "broken off",
    ],
)
def test_moving_pages_are_put_together(walks: list[str], together: str) -> None:
    walker = Walker(*walks)
    assert shown(walker) == together
    assert not walker.left


def test_walks_that_never_agree_come_to_an_end() -> None:
    walker = Walker(*("ab", "ac") * MOST_WALKS)
    assert sorted(shown(walker)) == ["a", "b", "c"]
    assert len(walker.left) == MOST_WALKS


def test_what_cannot_move_is_walked_once() -> None:
    for walker in (
        Walker("abbd", "abcd", promises=frozenset({"stable-cursor"})),
        Walker("abbd", "abcd", pages=1),
        Walker("abbd!", "abcd"),
    ):
        assert shown(walker) == "abbd"
        assert len(walker.left) == 1


def test_a_walk_counts_from_the_first_page_of_all() -> None:
    operations, _, is_complete = Walker("abd", "abcd", "abcd").walk_list()
    assert (len(operations), is_complete) == (6, True)
