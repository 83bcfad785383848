"""A script asks that everybody stands in a list of a walk from its beginning to its end alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from support.http import Operation
from support.http.history import Exchange, Outcome, Request, Response
from support.report.reproductions.expectations.answers import Expectations
from support.report.reproductions.recording.callers import Callers
from support.report.reproductions.recording.recorder import Recording
from support.report.reproductions.recording.steps import joined_walks
from support.target.profiles import parse_target
from support.target.settings import Constants
from support.users import Normalizer

HOST = "http://127.0.0.1"
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


def operation(verb, method, query, status, body, number, **more):
    """Make what was asked and answered once, in its turn."""
    request = Request(method, f"{HOST}/users{query}", {}, b"{}" if method == "POST" else b"")
    response = Response(status, {"content-type": "application/json"}, json.dumps(body).encode())
    at = float(number)
    exchange = Exchange(request, 1, at, at + 0.1, datetime.now(UTC), Outcome.OK, response)
    return Operation(verb, "users", exchanges=[exchange], **more)


def page(manner, number, *, is_last=False, **more):
    """Make one page of a walk in which the newest come first; nobody of ours stands on it."""
    following = ASKED[manner][number + 1] if not is_last and number < 2 else ""
    told = NEXT.get(manner, "").format(host=HOST, asked=following, cursor=following.partition("=")[2])
    items = [] if is_last and manner in {"pages", "users"} else [{"id": f"other{number}"}]
    body = {"data": items, "next": told if following else None}
    return operation("list", "GET", f"?by=-createdAt{ASKED[manner][number]}", 200, body, 2 + number, **more)


def asks_for_everybody(manner, *pages):
    """Return whether somebody who was created has to stand on these pages, as a script sees it."""
    plain = {"name": "other", "auth": {"scheme": "none"}, "bounds": {"single_s": 0.0, "list_s": 0.0}}
    target = parse_target({**plain, "lists": MANNERS[manner]}, source="t")
    normalizer = Normalizer(target)
    created = operation("create", "POST", "", 201, {"id": "ada"}, 1)
    recording = Recording(target, HOST, Callers(target, {}, Constants()), normalizer)
    steps = joined_walks(recording.take([created, *pages]), normalizer)
    expectations = Expectations(target)
    asked = [check for step in steps for check in expectations.of(step)]
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
