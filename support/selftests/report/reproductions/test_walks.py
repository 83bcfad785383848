"""A script asks that everybody stands in a list of a walk from its beginning to its end alone."""

from __future__ import annotations

import pytest

from support.selftests.report.reproductions.recorded import HOST, checks_of, operation

MANNERS = {
    "a URL in the body": {"style": "link", "items": "data", "next": "next", "sort": "by"},
    "pages": {"style": "page", "items": "data", "position": "page", "sort": "by"},
    "users": {"style": "offset", "items": "data", "position": "skip", "sort": "by"},
    "a cursor": {"style": "cursor", "items": "data", "next": "next", "position": "after", "sort": "by"},
}
# What a first page and the two that come next are asked for with.
ASKED = {
    "a URL in the body": ("", "&page=2", "&page=3"),
    "pages": ("", "&page=2", "&page=3"),
    "users": ("&skip=0", "&skip=1", "&skip=2"),
    "a cursor": ("", "&after=page2", "&after=page3"),
}
NEXT = {
    "a URL in the body": "{host}/users?by=-createdAt{asked}",
    "a cursor": "{cursor}",
}


def page(manner, number, *, is_last=False, **more):
    """Make one page of a walk in which the newest come first; nobody of ours stands on it."""
    following = ASKED[manner][number + 1] if not is_last and number < 2 else ""
    told = NEXT.get(manner, "").format(host=HOST, asked=following, cursor=following.partition("=")[2])
    items = [] if is_last and manner in {"pages", "users"} else [{"id": f"other{number}"}]
    body = {"data": items, "next": told if following else None}
    path = f"/users?by=-createdAt{ASKED[manner][number]}"
    return operation(2 + number, "list", "GET", path, 200, body, **more)


def asks_for_everybody(manner, *pages):
    """Return whether somebody who was created has to stand on these pages, as a script sees it."""
    created = operation(1, "create", "POST", "/users", 201, {"id": "ada"}, sent={})
    asked, _ = checks_of({"lists": MANNERS[manner]}, [created, *pages])
    return any(check["that"] == "in_list" and check["times"] == 1 for check in asked)


@pytest.mark.parametrize("manner", MANNERS)
def test_a_walk_that_begins_in_the_middle_need_not_show_everybody(manner):
    """A script about Django REST framework did, and would have accused any service of losing a user.

    At the end of a run walks cross each other, and the last pages of one were taken for a walk of their own.
    """
    assert not asks_for_everybody(manner, page(manner, 1), page(manner, 2, is_last=True))


@pytest.mark.parametrize("manner", MANNERS)
def test_a_walk_that_was_not_taken_to_its_end_need_not_show_everybody(manner):
    assert not asks_for_everybody(manner, page(manner, 0), page(manner, 1))


@pytest.mark.parametrize("manner", MANNERS)
def test_a_whole_walk_has_to_show_everybody(manner):
    assert asks_for_everybody(manner, page(manner, 0), page(manner, 1), page(manner, 2, is_last=True))


@pytest.mark.parametrize("manner", MANNERS)
def test_a_walk_that_went_on_to_where_nobody_matters_has_to_show_everybody(manner):
    assert asks_for_everybody(manner, page(manner, 0), page(manner, 1, is_end=True))
