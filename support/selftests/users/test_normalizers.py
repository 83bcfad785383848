"""What targets name, wrap and number differently is read as the contract's, and nothing is converted."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.http.history import Exchange, Outcome, Request, Response
from support.http.strict_json import MalformedAnswer, parse_json
from support.secrets import REDACTOR
from support.target.fields import Fields, Text
from support.target.lists import Lists
from support.target.profile import Target
from support.users.forms.next_page import find_link
from support.users.normalizers import Normalizer

ADA = {"id": 1, "name": "Ada", "email": "ada@example.com"}
JSON = {"content-type": "application/json"}


def target(**parts):
    return Target(name="odd", **parts)


def page_of(lists, whole, *, query="", headers=None):
    url = "http://127.0.0.1/api/users" + (f"?{query}" if query else "")
    body = json.dumps(whole).encode()
    exchange = Exchange(
        Request("GET", url, {}), 1, 0.0, 0.1, datetime.now(UTC), Outcome.OK,
        Response(200, {**JSON, **(headers or {})}, body),
    )  # fmt: skip
    return Normalizer(target(lists=lists)).page(exchange)


# Strict JSON


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "not JSON"),
        (b"{}x", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"<html>", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b'{"a": 1, "b": {"c": 1, "c": 1}}', "member 'c' stands twice"),
        (b'{"a": 1, "\\u0061": 2}', "member 'a' stands twice"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"1" * 5000 + b"]", "more digits"),
    ],
)
def test_what_is_no_strict_json_is_refused_with_a_reason(body, reason):
    with pytest.raises(MalformedAnswer, match=reason):
        parse_json(body)


def test_json_keeps_what_it_holds():
    text = '{"big": 123456789012345678901, "fine": 1.5, "none": null, "text": "\\ud83d\\ude00"}'
    assert parse_json(text.encode()) == {
        "big": 123456789012345678901, "fine": 1.5, "none": None, "text": "\U0001f600",
    }  # fmt: skip


# Users


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "member 'id': is missing"),
        ({"id": 1, "name": "Ada"}, "member 'email': is missing"),
        ({**ADA, "id": None}, "member 'id'"),
        ({**ADA, "id": True}, "member 'id'"),
        ({**ADA, "id": 1.0}, "member 'id'"),
        ({**ADA, "name": 42}, "member 'name'"),
        ({**ADA, "email": ["ada@example.com"]}, "member 'email'"),
        ({**ADA, "nickname": 7}, "member 'nickname'"),
        ([ADA], "a user must be an object, not list"),
        ("Ada", "a user must be an object, not str"),
        (None, "a user must be an object, not NoneType"),
    ],
)
def test_a_user_of_the_wrong_shape_is_refused_and_never_converted(members, reason):
    with pytest.raises(MalformedAnswer, match=reason):
        Normalizer(target()).user(members)


@pytest.mark.parametrize("user_id", [1, "1", 2**53 + 1, 2**64 + 1, "9007199254740993", "a/b", ""])
def test_an_id_keeps_its_kind_and_every_digit(user_id):
    body = json.dumps({**ADA, "id": user_id}).encode()
    seen = Normalizer(target()).one(Response(200, JSON, body)).id
    assert (seen, type(seen)) == (user_id, type(user_id))


def test_unknown_members_are_kept_as_drift_and_not_judged():
    user = Normalizer(target()).user({**ADA, "shoeSize": {"left": 38}, "class": None})
    assert user.others == {"shoeSize": {"left": 38}, "class": None}


def test_absent_and_null_read_the_same_and_can_be_told_apart():
    read = Normalizer(target()).user
    absent, null = read(ADA), read({**ADA, "nickname": None})
    assert absent.nickname is null.nickname is None
    assert "nickname" not in absent.model_fields_set
    assert "nickname" in null.model_fields_set


NAMES = Fields(id="_id", name="fullName", nickname="", password="", role="", created_at="born", updated_at="")


def test_names_are_translated_both_ways():
    normalizer = Normalizer(target(fields=NAMES))
    details = {"name": "Ada", "email": "a@example.com", "nickname": "ada", "password": "secret", "more": 1}
    assert normalizer.outgoing(details) == {"fullName": "Ada", "email": "a@example.com", "more": 1}
    user = normalizer.user(
        {"_id": "x", "fullName": "Ada", "email": "a@example.com", "born": 5, "nickname": "n"}
    )
    assert (user.id, user.name, user.created_at) == ("x", "Ada", 5)
    assert (
        normalizer.stored(details) == {"name": "Ada", "email": "a@example.com"} == normalizer.readable(user)
    )


def test_a_user_is_found_in_its_envelope():
    read = Normalizer(target(user_path="data.user")).one
    assert read(Response(200, JSON, json.dumps({"data": {"user": ADA}}).encode())).id == 1
    with pytest.raises(MalformedAnswer, match=r"member 'data\.user' is missing"):
        read(Response(200, JSON, json.dumps({"data": []}).encode()))


@pytest.mark.parametrize(
    ("text", "sent", "kept"),
    [
        (Text(), " Zoe\u0308 ", " Zoe\u0308 "),
        (Text(trims=True), " Zoe\u0308 ", "Zoe\u0308"),
        (Text(composes=True), " Zoe\u0308 ", " Zo\xeb "),
        (Text(trims=True, composes=True), " Zoe\u0308 ", "Zo\xeb"),
    ],
)
def test_text_is_compared_as_the_target_declares_to_keep_it(text, sent, kept):
    assert Normalizer(target(text=text)).stored({"name": sent})["name"] == kept


def test_a_domain_has_no_case_and_a_local_part_only_where_declared():
    keep, lower = Normalizer(target()), Normalizer(target(text=Text(lowers_email=True)))
    assert keep.stored({"email": "ADA@Example.COM"})["email"] == "ADA@example.com"
    assert lower.stored({"email": "ADA@Example.COM"})["email"] == "ada@example.com"
    assert keep.stored({"email": None})["email"] is None


def test_an_email_alone_may_lose_its_blanks():
    """Pydantic's EmailStr does so, and with it most services of FastAPI, while names keep theirs."""
    normalizer = Normalizer(target(text=Text(trims_email=True)))
    assert normalizer.stored({"email": " ada@example.com "})["email"] == "ada@example.com"
    assert normalizer.stored({"name": " Ada "})["name"] == " Ada "


# Pages


def test_link_headers_lead_on_by_their_whole_query():
    link = '<https://elsewhere/users?limit=2&cursor=a%2Bb%3D>; rel="next", </users?limit=2>; rel=prev'
    page = page_of(Lists(), [ADA], query="limit=2", headers={"link": link})
    assert page.next == {"limit": "2", "cursor": "a+b="}
    assert page.items == [ADA]
    assert page_of(Lists(), []).next is None


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", None),
        ("</a>; rel=next", "/a"),
        ('</a>; rel="next"', "/a"),
        ('</a>; REL="prev next"', "/a"),
        ("</a>; rel=prev, </b>; rel=NEXT", "/b"),
        ('</a,b;c>; title="x, y; rel=next"; rel=prev, </d>;rel=next', "/d"),
        ('</a>; title="next"', None),
        ("</a>; rel=nextish", None),
        ("rubbish", None),
    ],
)
def test_links_are_told_apart(header, found):
    assert find_link(header, "next") == found


PAGES = Lists(style="page", position="page", items="data", next="next")
CURSORS = Lists(style="cursor", position="after", items="d", next="m.c")


@pytest.mark.parametrize(
    ("lists", "whole", "query", "following"),
    [
        (Lists(style="none"), [ADA], "", None),
        (Lists(style="page", position="page"), [ADA], "", {"page": "2"}),
        (Lists(style="page", position="page"), [ADA], "page=4&size=1", {"page": "5", "size": "1"}),
        (Lists(style="page", position="p", first=0), [ADA], "", {"p": "1"}),
        (Lists(style="page", position="page"), [], "page=4", None),
        (PAGES, {"data": [ADA], "next": 3}, "page=2", {"page": "3"}),
        (PAGES, {"data": [ADA], "next": None}, "", None),
        (PAGES, {"data": [ADA]}, "", None),
        (Lists(style="offset", position="skip"), [ADA, ADA], "", {"skip": "2"}),
        (Lists(style="offset", position="skip"), [ADA, ADA], "skip=4", {"skip": "6"}),
        (Lists(style="offset", position="skip"), [], "skip=4", None),
        (CURSORS, {"d": [], "m": {"c": "x"}}, "limit=1", {"limit": "1", "after": "x"}),
        (CURSORS, {"d": [], "m": {"c": 7}}, "", {"after": "7"}),
        (CURSORS, {"d": [], "m": {"c": ""}}, "", None),
        (CURSORS, {"d": [ADA], "m": {}}, "", None),
        (CURSORS, {"d": [ADA]}, "", None),
    ],
)
def test_every_style_of_paging_leads_on_and_ends(lists, whole, query, following):
    assert page_of(lists, whole, query=query).next == following


@pytest.mark.parametrize(
    ("items", "whole", "reason"),
    [
        ("", ADA, "must be an array, not dict"),
        ("", None, "must be an array, not NoneType"),
        ("data", [ADA], "member 'data' is missing"),
        ("data.users", {"data": {"people": []}}, "member 'data.users' is missing"),
        ("data", {"data": {"1": ADA}}, "must be an array, not dict"),
    ],
)
def test_a_list_that_is_none_is_refused(items, whole, reason):
    with pytest.raises(MalformedAnswer, match=reason):
        page_of(Lists(items=items), whole)


# Moments

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "value", "moment"),
    [
        ("rfc3339", "2026-01-02T03:04:05Z", MOMENT),
        ("rfc3339", "2026-01-02t03:04:05z", MOMENT),
        ("rfc3339", "2026-01-02 03:04:05+00:00", MOMENT),
        ("rfc3339", "2026-01-02T05:34:05.000+02:30", MOMENT),
        ("rfc3339", "2026-01-01T23:04:05.0-04:00", MOMENT),
        ("rfc3339", "2026-01-02T03:04:05.123456789Z", MOMENT + timedelta(microseconds=123456)),
        ("epoch-s", MOMENT.timestamp(), MOMENT),
        ("epoch-s", int(MOMENT.timestamp()), MOMENT),
        ("epoch-ms", int(MOMENT.timestamp() * 1000), MOMENT),
        ("epoch-ms", int(MOMENT.timestamp() * 1000) + 250, MOMENT + timedelta(milliseconds=250)),
    ],
)
def test_moments_are_read_in_the_declared_format(form, value, moment):
    assert Normalizer(target(timestamps=form)).instant(value) == moment


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("rfc3339", "2026-01-02T03:04:05"),
        ("rfc3339", "2026-01-02"),
        ("rfc3339", "20260102T030405Z"),
        ("rfc3339", "2026-02-30T03:04:05Z"),
        ("rfc3339", "2026-01-02T25:04:05Z"),
        ("rfc3339", "2026-01-02T03:04:05Z\n"),
        ("rfc3339", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("rfc3339", 1767323045),
        ("rfc3339", None),
        ("epoch-s", "1767323045"),
        ("epoch-s", True),
        ("epoch-s", None),
        ("epoch-s", 10**20),
        ("epoch-ms", float("inf")),
    ],
)
def test_what_is_no_moment_in_the_declared_format_is_refused(form, value):
    with pytest.raises(MalformedAnswer):
        Normalizer(target(timestamps=form)).instant(value)


@given(st.text(max_size=40))
def test_no_text_however_odd_upsets_the_reader_of_moments(text):
    with contextlib.suppress(MalformedAnswer):
        assert Normalizer(target()).instant(text).tzinfo is not None


@pytest.mark.parametrize("shown", [f"Mal{half}lory" for half in "\ud800\ufffd"])
def test_half_a_character_may_be_replaced(shown):
    """Directus and Parse Server keep U+FFFD for it; whole characters stay what they are."""
    normalizer = Normalizer(Target(name="x"))
    assert normalizer.stored({"name": "Mal\ud800lory"})["name"] == normalizer.stored({"name": shown})["name"]
    assert normalizer.stored({"name": "Ada \N{GRINNING FACE}"})["name"] == "Ada \N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("body", "user_path", "expected"),
    [
        (b'{"data": [{"id": "a1"}]}', "data", "a1"),
        (b'[{"id": 7}]', "", 7),
        (b'{"data": [{"id": "a1"}, {"id": "a2"}]}', "data", None),
        (b'{"data": []}', "data", None),
    ],
)
def test_a_creation_that_is_answered_with_a_list_of_one_tells_the_id(body, user_path, expected):
    """Directus made a nameless user of a thousand lists, who stayed: nobody read the id."""
    response = Response(200, {"content-type": "application/json"}, body)
    assert Normalizer(target(user_path=user_path)).created_id(response) == expected


@pytest.mark.parametrize(
    ("position", "shown"), [("cursor", "cursor=next-page-2"), ("token", "token=next-page-2")]
)
def test_a_secret_in_the_address_that_leads_on_is_hidden_and_the_cursor_is_not(position, shown):
    """The next request is shown with that address: in the report, the log and what broke."""
    address = f"http://127.0.0.1/api/users?{shown}&access_token=Qx81-unheard-of-Kd"
    lists = Lists(style="cursor", items="data", next="next", position=position)
    page = page_of(lists, {"data": [ADA], "next": address})
    assert page.next is not None
    assert REDACTOR.text(f"GET {address}").endswith(f"?{shown}&access_token=\u2039access_token\u203a")
