"""What answers give away is seen in every spelling, by every process; what is no secret is not."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from support.behaviours.access.password_watch import PasswordWatch
from support.behaviours.access.privacy import Privacy
from support.errors import SecretShown, UnexpectedContent
from support.http.history import Exchange, History, Operation, Outcome, Request, Response
from support.target.profiles import parse_target
from support.users.normalizers import Normalizer
from support.users.validators import Validator

if TYPE_CHECKING:
    from pathlib import Path

BEGINNING = "Pw-accabcdef12."
MINE = f"{BEGINNING}gw0-7-\"&%é\\'<+ 12345678"
THEIRS = f"{BEGINNING}gw3-1-\"&%é\\'<+ abcdefgh"
TARGET = parse_target({"name": "x", "promises": ["auth", "password"]}, source="x")


def answer(
    body: bytes, *, sent: object = None, status: int = 200, method: str = "GET", **headers: str
) -> tuple[Operation, Exchange]:
    """Make an attempt that was answered so; underscores in names of headers stand for hyphens."""
    request = Request(
        method,
        "http://x/users/1",
        {"Authorization": "Bearer my-own-token-1234"},
        json.dumps(sent).encode() if sent else b"",
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    outcome = Outcome.OK if status < 300 else Outcome.REFUSED
    exchange = Exchange(request, 1, 0.0, 0.1, datetime.now(UTC), outcome, Response(status, named, body))
    return Operation("look up", "user Ada", "a story", [exchange]), exchange


@pytest.fixture
def watch(tmp_path: Path) -> PasswordWatch:
    watch = PasswordWatch(tmp_path, "gw0", BEGINNING, "password")
    watch.listen(*answer(b"{}", sent={"password": MINE}, method="POST"))
    assert not watch.shown
    return watch


SPELLINGS = {
    "plain": MINE.encode(),
    "JSON": json.dumps({"x": MINE}).encode(),
    "of another process": json.dumps([{"name": f"see {THEIRS}"}]).encode(),
    "other case": MINE.upper().encode(),
    "base64": base64.b64encode(MINE.encode()),
    "base64 within": base64.b64encode(b"u:" + THEIRS.encode()),
    "hex": MINE.encode().hex().encode(),
    "md5": hashlib.md5(MINE.encode(), usedforsecurity=False).hexdigest().encode(),
    "sha256": b'"' + hashlib.sha256(MINE.encode()).hexdigest().upper().encode() + b'"',
    "hash by name": b'{"passwordHash": "$2b$12$abcdefghijkl"}',
    "a member": b'[{"user_password":"anything"}]',
    "bcrypt": b'{"digest": "$2b$12$' + b"R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW" + b'"}',
    "Argon2": b'{"kept": "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG"}',
    "PBKDF2": b'{"key": "pbkdf2_sha256$870000$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG="}',
    "scrypt": b'{"h": "scrypt:32768:8:1$c29tZXNhbHQ$5e884898da28047151d0e56f8dc6292773603d0d"}',
}


@pytest.mark.parametrize("body", SPELLINGS.values(), ids=SPELLINGS)
def test_shown(watch: PasswordWatch, body: bytes) -> None:
    """A password is seen however it is written, of whatever process it is."""
    watch.listen(*answer(body))
    assert len(watch.shown) == 1
    assert len(watch.everything()) == 1
    assert MINE not in json.dumps(watch.everything())


def test_the_hash_bears_the_name_that_the_profile_knows(tmp_path: Path) -> None:
    """Where the password is called secret, its hash is called secretHash."""
    watch = PasswordWatch(tmp_path, "gw0", BEGINNING, "login.secret")
    for said in ({"secret": "********"}, {"clientSecret": "abc"}, {"secrets": "abc"}):
        watch.listen(*answer(json.dumps(said).encode()))
    assert not watch.shown
    watch.listen(*answer(b'{"login": {"secretHash": "3f2a$9c"}}'))
    assert [fact["what"] for fact in watch.shown] == ["a member 'secretHash'"]


HARMLESS = {
    "a user": b'{"id": 1, "name": "Ada accabcdef12.gw0-7.v1", "email": "ada.accabcdef12.gw0-7@example.com"}',
    "a mask": b'{"password": "********", "passwordHash": null, "pwd": ""}',
    "a field that is named": b'{"errors": [{"field": "password", "message": "too short"}]}',
    "a truth": b'{"hasPassword": true, "passwordChangedAt": "2026-01-01T00:00:00Z"}',
    "words like those of hashes": b'[{"name": "$2b or not $2b, scrypt: pbkdf2_sha256"}, {"name": "$argon2"}]',
    "another digest": hashlib.sha256(b"something").hexdigest().encode(),
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_not_shown(watch: PasswordWatch, body: bytes) -> None:
    """What is no password raises no alarm."""
    watch.listen(*answer(body))
    assert not watch.shown


@pytest.mark.parametrize(
    ("said", "is_shown"),
    [
        ({"errors": {"password": "must have 8 to 128 characters"}}, False),
        ({"password": "TOO_SHORT"}, False),
        ({"password": "validation.password.min_length.8"}, False),
        ({"user": {"password": "$2b$12$abcdefghijkl"}}, True),
        ({"passwordHash": "5e884898da28047151d0e56f8dc6292773603d0d"}, True),
    ],
)
def test_words_about_a_password(watch: PasswordWatch, said: object, *, is_shown: bool) -> None:
    """A refusal may say under the name of the password what is wrong with it; a hash is none the less one."""
    watch.listen(*answer(json.dumps(said).encode(), status=400, method="POST"))
    assert bool(watch.shown) is is_shown


def test_echo(watch: PasswordWatch) -> None:
    """A password that breaks the rules, and so looks like no other, is seen in its own answer."""
    body = b'{"detail": "\\"short77\\" is too short"}'
    watch.listen(*answer(body, sent={"password": "short77"}, status=422, method="POST"))
    assert [fact["what"] for fact in watch.shown] == ["the password that was sent"]


def test_in_header(watch: PasswordWatch) -> None:
    """Headers are received bytes too."""
    watch.listen(*answer(b"", x_debug=MINE.replace("é", "e")))
    assert watch.shown


def privacy(*answers: tuple[Operation, Exchange], watch: PasswordWatch | None = None) -> Privacy:
    history = History()
    for operation, _ in answers:
        history.begin(operation)
    validator = Validator(TARGET, Normalizer(TARGET))
    client = SimpleNamespace(history=history)
    observer = SimpleNamespace(api=SimpleNamespace(target=TARGET, client=client), validator=validator)
    return Privacy(observer, watch, None)  # type: ignore[arg-type]


def test_whole_run(watch: PasswordWatch, tmp_path: Path) -> None:
    """The story at the end knows what other processes have seen."""
    other = PasswordWatch(tmp_path, "gw1", BEGINNING, "password")
    privacy(watch=watch).kept_passwords_all_day()
    other.listen(*answer(MINE.encode()))
    with pytest.raises(
        SecretShown, match=r"1 do; the first to look up user Ada shows a password \(a story\)"
    ):
        privacy(watch=watch).kept_passwords_all_day()


@pytest.mark.parametrize(
    ("directives", "is_private"),
    [
        ("no-store", True),
        ("Private, max-age=60", True),
        ("", True),
        ("max-age=60", True),
        ("public, max-age=600", False),
        ("s-maxage=5", False),
        ("max-age=0, must-revalidate", False),
    ],
)
def test_caches(directives: str, *, is_private: bool) -> None:
    """An answer is for shared caches only where it says so, since it was asked for with credentials."""
    validator = privacy(answer(b"{}", cache_control=directives))
    if is_private:
        validator.is_kept_from_shared_caches("a story")
    else:
        with pytest.raises(UnexpectedContent, match="shared caches"):
            validator.is_kept_from_shared_caches("a story")


def test_refusal_repeats_token() -> None:
    """A refusal that shows the credentials is found out, also where they are escaped."""
    privacy().gives_nothing_away(answer(b'{"detail": "no such token"}', status=401)[0])
    for shown in (b"my-own-token-1234", base64.b64encode(b"my-own-token-1234")):
        operation, _ = answer(b'{"detail": "' + shown + b'"}', status=401)
        with pytest.raises(SecretShown):
            privacy().gives_nothing_away(operation)


def test_challenge() -> None:
    """A 401 says which credentials are wanted."""
    privacy().says_how_to_get_in(answer(b"{}", status=401, www_authenticate="Bearer")[0])
    privacy().says_how_to_get_in(answer(b"{}", status=403)[0])
    with pytest.raises(UnexpectedContent, match="WWW-Authenticate"):
        privacy().says_how_to_get_in(answer(b"{}", status=401)[0])


def test_forged_line() -> None:
    """A header that the client wrote is found out."""
    privacy(answer(b"{}", x_user="Mallory")).takes_no_lines("a story")
    with pytest.raises(UnexpectedContent, match="x-forged"):
        privacy(answer(b"{}", x_forged="yes")).takes_no_lines("a story")


NAMED = {"name": "x'; DELETE FROM users WHERE 1=1", "email": "mallory.acct0abcdzz.gw0-1@example.com"}


@pytest.mark.parametrize(
    ("said", "is_telling"),
    [
        ([{"id": 1, **NAMED}], False),
        ({"data": [{"id": 1, **NAMED, "nickname": "/etc/passwd /usr/lib/x"}]}, False),
        ([{"id": 1, "email": "grace@example.com", "bio": "SELECT all FROM life"}], False),
        ([{"id": 1, **NAMED, "debug": "INSERT INTO users (name)"}], True),
        ({"data": [], "trace": 'File "users.py", line 12'}, True),
        ({"detail": "no row: SELECT name FROM users"}, True),
        ("Traceback (most recent call last):", True),
    ],
)  # fmt: skip
def test_internal_details(said: object, *, is_telling: bool) -> None:
    """The service's own words are searched; what users are called, and users whom no run made, are not."""
    validator = privacy(answer(json.dumps(said).encode()))
    if not is_telling:
        validator.shows_no_internal_details("a story")
        return
    with pytest.raises(UnexpectedContent, match="the internal details"):
        validator.shows_no_internal_details("a story")


def test_internal_details_beside_json() -> None:
    """An answer that is no JSON is searched whole."""
    with pytest.raises(UnexpectedContent, match="the internal details"):
        privacy(answer(b"<pre>/srv/app/users.py:12</pre>")).shows_no_internal_details("a story")


def test_deep_form(watch: PasswordWatch) -> None:
    """A form that nobody can read holds no password, and harms nobody."""
    deep = b'{"password": "' + MINE.encode()[:5] + b'", "more": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    operation, exchange = answer(b"{}", method="POST")
    spoilt = Request("POST", "http://x/users", {}, deep)
    watch.listen(operation, dataclasses.replace(exchange, request=spoilt))
    assert not watch.shown
