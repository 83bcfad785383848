# ruff: noqa: RUF001 - the marks of what is hidden
"""Headers, bodies and structures lose what is secret by its value or by its name, and stay what they are."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from support.http.history import Response
from support.secrets.redaction import Redactor
from support.selftests.secrets.known_secrets import TOKEN, make_redactor


def test_headers_keep_their_scheme_only() -> None:
    """Whole values go, the scheme stays, and a known secret gives its name."""
    redactor = Redactor()
    redactor.register(TOKEN, "API_TOKEN")
    basic = base64.b64encode(f"ada:{TOKEN}".encode()).decode()
    assert redactor.header("Authorization", f"Bearer {TOKEN}") == "Bearer ‹API_TOKEN›"
    assert redactor.header("authorization", f"Basic {basic}") == "Basic ‹API_TOKEN›"
    assert redactor.header("Authorization", "Bearer unknown-one") == "Bearer ‹hidden›"
    assert redactor.header("Set-Cookie", "sid=1; Path=/") == "‹hidden›"
    assert redactor.header("X-Api-Key", "abc") == "‹hidden›"
    assert redactor.header("Accept", "text/html") == "text/html"
    redactor.hide_header("X-Tenant-Key")
    assert redactor.header("x-tenant-key", "abc") == "‹hidden›"


@pytest.mark.parametrize(
    ("body", "media_type", "gone"),
    [
        (b'{"name":"Ada","password":"hush hush"}', "application/json", "hush"),
        (b'{"password" : "a\\"b\\\\", "n":1}', "application/json", 'a\\"b'),
        (b'{"Access_Token":"hush","expires_in":3}', "application/json", "hush"),
        (b'{"a":[{"client_secret":12345}]}', "application/problem+json", "12345"),
        (b'{"newPassword":"hush', "application/json", "hush"),
        (
            b"grant_type=client_credentials&client_secret=h%26sh&scope=a",
            "application/x-www-form-urlencoded",
            "h%26",
        ),
        (b'{"password":"hush"}', "text/plain", "hush"),
    ],
)
def test_fields_with_a_telling_name_are_hidden(body: bytes, media_type: str, gone: str) -> None:
    """Not only what was registered: what is called a password is one."""
    hidden = Redactor().body(body, media_type)
    assert gone not in hidden
    assert "‹" in hidden


ADDRESS = "https://users.example.com/users?page=2&access_token=hush-1x&limit=5"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Location", ADDRESS),
        ("Link", f'<{ADDRESS}>; rel="next", <https://x/?api_key=hush>; rel="first"'),
        ("Refresh", f"0; url={ADDRESS}"),
        ("Content-Location", "/users?password=hush"),
    ],
)
def test_parameters_with_a_telling_name_are_hidden_in_the_addresses_of_headers(name: str, value: str) -> None:
    """A service may lead on by an address with a token that nobody registered; the rest of it stays."""
    hidden = Redactor().header(name, value)
    assert "hush" not in hidden
    assert hidden.count("‹") == value.count("hush")
    assert value.partition("?")[0] in hidden
    assert ("page=2&" in hidden) == ("page=2&" in value)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (f'{{"next": "{ADDRESS}", "items": []}}', "application/json"),
        (f'{{"next": "{ADDRESS}"}}'.replace("/", "\\/"), "application/json"),
        (f'{{"next": "{ADDRESS}"}}'.replace("&", "\\u0026"), "application/json"),
        (f'<a href="{ADDRESS.replace("&", "&amp;")}">more</a>', "text/html"),
    ],
)
def test_parameters_with_a_telling_name_are_hidden_in_the_addresses_of_bodies(
    body: str, media_type: str
) -> None:
    hidden = Redactor().body(body.encode(), media_type)
    assert "hush" not in hidden
    assert "limit=5" in hidden


@pytest.mark.parametrize(
    "value",
    [
        "/users?page_token=abc&cursor=x",
        "/users?next_token=abc",
        'W/"token=abc"',
        "a; token-kind=b",
        "/a?key=",
    ],
)
def test_cursors_and_tags_are_no_secrets(value: str) -> None:
    """By which a list leads on has to be readable where somebody walks it again."""
    assert Redactor().header("Link", value) == value


def test_other_fields_are_left_alone() -> None:
    """A message about a field, an empty value and a word in a text are no secrets."""
    body = (
        '{"errors":[{"field":"password","message":"too short"}],"password":"","token":null,"keyboard":"de"}'
    )
    assert Redactor().body(body.encode(), "application/problem+json") == body
    assert Redactor().body(b"\xff\xfe", "") == "\ufffd\ufffd"


def test_a_field_that_a_profile_names_is_hidden() -> None:
    """Targets call a password as they like."""
    redactor = Redactor()
    redactor.hide_field("codeword")
    assert redactor.body(b'{"codeWord":"hush"}', "application/json") == '{"codeWord":"‹codeWord›"}'


def test_a_document_is_hidden_through_and_through() -> None:
    """Values and member names, and it stays JSON; one without a secret is given back as it is."""
    redactor = make_redactor(TOKEN)
    shown = redactor.document(json.dumps({TOKEN: [{"x": f'a "{TOKEN}', "n": 1, "token": None}]}))
    assert json.loads(shown) == {"‹SECRET›": [{"x": 'a "‹SECRET›', "n": 1, "token": None}]}
    clean = json.dumps({"x": ["a", 1.5]})
    assert redactor.document(clean) is clean


def test_a_media_type_is_shown_as_it_was_written() -> None:
    """In small letters, what is compressed in base64 could not be read and found."""
    coded = base64.b64encode(gzip.compress(TOKEN.encode())).decode()
    response = Response(200, {"content-type": f"Text/{coded}; charset=utf-8"})
    assert "SECRET" in make_redactor(TOKEN).text(f"answered with {response.written_type}")
    assert response.media_type == f"text/{coded.lower()}"
