"""The forms in which services write things: paths, dates, searches, and the way to the next page."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.errors import ConfigurationError, StoryError
from support.http.history import Response
from support.http.strict_json import MalformedAnswer
from support.target.lists import Lists
from support.target.profile import Moments
from support.target.profiles import parse_target
from support.users.forms.moments import read_moment
from support.users.forms.next_page import find_link, find_next
from support.users.forms.paths import MISSING, read, texts_in, write
from support.users.forms.search import search_query
from support.users.pages import sorted_by

MOMENT = datetime(2026, 11, 26, 1, 0, 0, tzinfo=UTC)
URL = "http://127.0.0.1/users?limit=2"

# Paths


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", {"a": {"b": [{"c": 1}, 2]}, "x.y": 3, "0": 4}),
        ("a.b.0.c", 1),
        ("a.b.1", 2),
        (r"x\.y", 3),
        ("0", 4),
        ("a.b.2", MISSING),
        ("a.b.c", MISSING),
        ("x.y", MISSING),
        ("a.b.0.c.d", MISSING),
    ],
)
def test_a_path_leads_to_a_value_or_nowhere(path: str, value: Any) -> None:
    assert read({"a": {"b": [{"c": 1}, 2]}, "x.y": 3, "0": 4}, path, MISSING) == value


def test_a_path_that_leads_nowhere_is_said_so() -> None:
    with pytest.raises(MalformedAnswer, match=r"member 'a\.b' is missing"):
        read({"a": None}, "a.b")


@given(st.lists(st.sampled_from(["a", "b", "0", "1", r"x\.y"]), min_size=1, max_size=5).map(".".join))
def test_what_is_written_at_a_path_is_read_there(path: str) -> None:
    document: dict[str, Any] = {}
    write(document, path, "Ada")
    assert read(document, path) == "Ada"


def test_several_paths_share_what_they_have_in_common() -> None:
    document: dict[str, Any] = {}
    for path, value in {"emails.0.value": "a@b.c", "emails.0.type": "work", "name.given": "Ada"}.items():
        write(document, path, value)
    assert document == {"emails": [{"value": "a@b.c", "type": "work"}], "name": {"given": "Ada"}}


def test_every_text_is_found_however_deep() -> None:
    value = {"a": ["x", {"b": "y", "c": None}], "d": 7, "e": "z"}
    assert list(texts_in(value)) == ["x", "y", "z"]
    assert not list(texts_in(None))


# Dates


@pytest.mark.parametrize(
    ("form", "value", "offset", "moment"),
    [
        ("http-date", "Thu, 26 Nov 2026 01:00:00 GMT", "+00:00", MOMENT),
        ("iso-local", "2026-11-26T01:00:00", "+00:00", MOMENT),
        ("iso-local", "2026-11-26 02:00:00.250", "+01:00", MOMENT + timedelta(milliseconds=250)),
        ("epoch-s", MOMENT.timestamp() + 0.25, "+00:00", MOMENT + timedelta(milliseconds=250)),
        ("epoch-s-text", "1795654800", "+00:00", MOMENT),
        ("epoch-s-text", "1795654800.25", "+00:00", MOMENT + timedelta(milliseconds=250)),
        ("epoch-ms-text", "1795654800250", "+00:00", MOMENT + timedelta(milliseconds=250)),
    ],
)
def test_dates_are_read_in_the_declared_form(
    form: Moments, value: Any, offset: str, moment: datetime
) -> None:
    assert read_moment(form, value, offset) == moment


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("http-date", "2026-11-26T01:00:00Z"),
        ("http-date", 1795654800),
        ("iso-local", "2026-11-26T01:00:00Z"),
        ("iso-local", "2026-13-26T01:00:00"),
        ("epoch-s-text", 1795654800),
        ("epoch-s-text", "soon"),
        ("epoch-ms-text", "9" * 30),
        ("epoch-ms-text", True),
    ],
)
def test_a_date_in_another_form_is_none(form: Moments, value: Any) -> None:
    with pytest.raises(MalformedAnswer):
        read_moment(form, value)


@given(
    st.sampled_from(get_args(Moments)), st.none() | st.booleans() | st.integers() | st.floats() | st.text()
)
def test_no_value_however_odd_upsets_the_reader_of_dates(form: Moments, value: Any) -> None:
    with contextlib.suppress(MalformedAnswer):
        assert read_moment(form, value).tzinfo is not None


# Searches


@pytest.mark.parametrize(
    ("template", "query"),
    [
        ("mail", {"mail": "a\"b'c!@x.y"}),
        ({"where": '{"email": {json}}'}, {"where": '{"email": "a\\"b\'c!@x.y"}'}),
        ({"filter": "userName eq {scim}"}, {"filter": 'userName eq "a\\"b\'c!@x.y"'}),
        ({"$filter": "mail eq {odata}"}, {"$filter": "mail eq 'a\"b''c!@x.y'"}),
        ({"q": "(value:{rison})"}, {"q": "(value:'a\"b!'c!!@x.y')"}),
        ({"q": "email={url}"}, {"q": "email=a%22b%27c%21%40x.y"}),
        (
            {"filter[email][_eq]": "{value}", "fields": "{all}"},
            {"filter[email][_eq]": "a\"b'c!@x.y", "fields": "{all}"},
        ),
    ],
)
def test_an_email_is_quoted_as_its_place_wants_it(template: Any, query: dict[str, str]) -> None:
    assert search_query(Lists(email=template), "a\"b'c!@x.y") == query


@pytest.mark.parametrize("template", [{"where": "email"}, {"where": "{email}"}, {}, ""])
def test_a_search_without_a_place_for_the_email_is_refused(template: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^here: lists\.email: (has no place|names no parameter)"):
        parse_target({"name": "x", "lists": {"email": template}}, source="here")


# Orders


def test_an_order_is_a_value_or_a_table_of_its_own() -> None:
    keys: Any = {"name": "first_name", "-name": {"$sort[name]": "-1"}}
    lists = Lists(sort="ordering", sort_keys=keys)
    assert lists.ordered("name") == {"ordering": "first_name"}
    assert lists.ordered("-name") == {"$sort[name]": "-1"}


@pytest.mark.parametrize("asked", ["-born", {"sortBy": "born", "order": "desc"}])
def test_the_newest_first_is_asked_for_as_a_profile_says(asked: Any) -> None:
    """Where it says nothing of this order, no story asks for it."""
    query = {"sort": asked} if isinstance(asked, str) else asked
    assert sorted_by(Lists(sort_keys={"-createdAt": asked}), "creation date, newest first") == query
    with pytest.raises(StoryError, match="no such order"):
        sorted_by(Lists(), "creation date, newest first")


# The next page


def following(lists: Lists, whole: Any = None, **headers: str) -> Any:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return find_next(lists, URL, Response(200, headers, b""), whole, [{"id": 1}])


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("http://elsewhere/users?page=2&tag=a&tag=b", {"page": "2", "tag": ["a", "b"]}),
        ("/users?page=2", {"page": "2"}),
        ("?page=2", {"page": "2"}),
        ({"href": "users?page=2"}, {"page": "2"}),
        ({"url": "users?page=2"}, {"page": "2"}),
        ({"title": "no address"}, None),
        ("http://[host]:{port}/users?page=2", None),
        (["?page=2"], None),
        ("   ", None),
    ],
)
def test_a_whole_address_in_the_body_leads_on(said: Any, query: Any) -> None:
    assert following(Lists(next="next"), {"next": said}) == query


def test_a_header_leads_on_by_an_address_or_by_a_cursor() -> None:
    lists = Lists(next_header="Next-Page", position="_token")
    assert following(lists, next_page="http://here/users?_limit=25&_token=x") == {
        "_limit": "25",
        "_token": "x",
    }
    assert following(lists, next_page="a/b==") == {"limit": "2", "_token": "a/b=="}
    assert following(lists) is None


def test_a_cursor_that_looks_a_little_like_an_address_is_one() -> None:
    lists = Lists(style="cursor", next="next", position="after")
    assert following(lists, {"next": "/w8a+b/c=="}) == {"limit": "2", "after": "/w8a+b/c=="}
    assert following(lists, {"next": "https://here/users?after=x"}) == {"after": "x"}


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (r'</a>; title="a \"quoted\" word"; rel="next"', "/a"),
        (r'</a>; title="\\"; rel=next', "/a"),
        ('</a>; title="x; rel=next"; rel=prev', None),
        ("</a>; rel=prev; rel=next", None),
        ('</a?x=1,2;3>; rel="next"; type="text/html"', "/a?x=1,2;3"),
        ("</a>;rel*=UTF-8''next, </b>; rel=next", "/b"),
    ],
)
def test_links_are_read_as_their_grammar_says(header: str, found: str | None) -> None:
    assert find_link(header, "next") == found


@given(st.text(max_size=60))
def test_no_link_header_however_odd_upsets_the_reader(header: str) -> None:
    find_link(header, "next")
    following(Lists(), link=header)
