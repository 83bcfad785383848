"""Settings: a mistake in a variable is one line that names it and says no secret."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import support.target.settings
from support.cleanup.run import choose_target
from support.errors import ConfigurationError
from support.http.authentication.credentials import credentials_for
from support.secrets.redaction import REDACTOR
from support.target.profile import Target
from support.target.profiles import parse_target
from support.target.settings import load_settings, load_tokens, require_sendable, resolve_base_url

# Where the service is

HOST = Target(name="host", base_path="/api/v1")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://api.example.com", "https://api.example.com/api/v1"),
        ("https://api.example.com/", "https://api.example.com/api/v1"),
        (" https://api.example.com:8443 ", "https://api.example.com:8443/api/v1"),
        ("https://api.example.com/v2", "https://api.example.com/v2"),
        ("https://api.example.com/v2/", "https://api.example.com/v2"),
        ("https://api.example.com/v2/users", "https://api.example.com/v2"),
        ("https://api.example.com/v2/users/", "https://api.example.com/v2"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ],
)
def test_a_base_url_stands_before_the_collection(given, url):
    assert resolve_base_url(HOST, given) == url


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "has no base URL: set BASE_URL"),
        (None, "has no base URL: set BASE_URL"),
        ("api.example.com", "not an http or https URL"),
        ("localhost:8080", "not an http or https URL"),
        ("ftp://api.example.com", "not an http or https URL"),
        ("https://", "not an http or https URL"),
        ("https:///users", "not an http or https URL"),
        ("http://[::1", "not an http or https URL"),
        ("http://host:port/", "not an http or https URL"),
        ("http://host:99999/", "not an http or https URL"),
        ("http://ho st/", "not an http or https URL"),
        ("https://api.example.com/v1?tenant=1", "must not have a query"),
        ("https://api.example.com/v1#top", "must not have a query"),
    ],
)
def test_a_base_url_that_is_none_is_said_so(given, reason):
    with pytest.raises(ConfigurationError, match=re.escape(reason)):
        resolve_base_url(HOST, given)


@pytest.mark.parametrize(
    "given",
    ["https://ada:s3cret-word@api.example.com", "ada:s3cret-word@api.example.com", "ftp://s3cret-word@example.com",
     "https://ada:s3cret-word@[::1", "https://s3cret-word@example.com/?x=1",
     "https://ada:pa/s3cret-word@example.com", "api.example.com/ada:s3cret-word@x",
     "https://example.com/v1?api_key=s3cret-word", "example.com?token=s3cret-word"],
)  # fmt: skip
def test_credentials_in_a_base_url_are_refused_and_not_repeated(given):
    with pytest.raises(ConfigurationError, match="must not hold credentials") as caught:
        resolve_base_url(HOST, given)
    assert "s3cret" not in str(caught.value)


def test_the_profile_may_say_where_its_service_is():
    fixed = Target(name="fixed", base_url="https://fixed.example.com/v1")
    assert resolve_base_url(fixed, None) == "https://fixed.example.com/v1"
    assert resolve_base_url(fixed, "https://other.example.com/v1") == "https://other.example.com/v1"


# Environment and .env


@pytest.fixture
def dotenv(tmp_path, monkeypatch):
    """Return a project folder of its own, without variables, and what writes its .env."""
    for name in (*os.environ,):
        if name in {"TARGET", "BASE_URL", "SEED", "REDIS_URL"} or name.endswith("_TOKEN"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(support.target.settings, "ROOT", tmp_path)
    monkeypatch.setitem(support.target.settings.Settings.model_config, "env_file", tmp_path / ".env")
    return lambda text: (tmp_path / ".env").write_text(text, encoding="utf-8")


def test_without_anything_the_reference_service_is_meant(dotenv):
    del dotenv
    settings = load_settings()
    assert (settings.target, settings.base_url, settings.seed, settings.redis_url) == (
        "reference", None, None, None,
    )  # fmt: skip


def test_the_environment_wins_over_the_file(dotenv, monkeypatch):
    dotenv("TARGET=from-file\nBASE_URL=http://file.example.com\nSEED=7\nUNKNOWN=1\n")
    monkeypatch.setenv("TARGET", "from-environment")
    monkeypatch.setenv("BASE_URL", "")
    settings = load_settings()
    assert (settings.target, settings.base_url, settings.seed) == (
        "from-environment", "http://file.example.com", 7,
    )  # fmt: skip


@pytest.mark.parametrize("seed", ["minus one", "-1", "1.5", "inf", "0x10"])
def test_a_seed_that_is_none_is_said_so(dotenv, monkeypatch, seed):
    del dotenv
    monkeypatch.setenv("SEED", seed)
    with pytest.raises(ConfigurationError, match=r"^SEED: input should be"):
        load_settings()


def test_tokens_come_from_environment_and_file_and_are_hidden_from_then_on(dotenv, monkeypatch):
    dotenv("API_TOKEN='filed \"token\" #1'\nOTHER_TENANT_TOKEN=filed-other-token\n")
    monkeypatch.setenv("OTHER_TENANT_TOKEN", "other-from-environment")
    target = parse_target({"name": "x", "auth": {"other_tenant": "OTHER_TENANT_TOKEN"}}, source="here")
    assert load_tokens(target) == {
        "API_TOKEN": 'filed "token" #1',
        "OTHER_TENANT_TOKEN": "other-from-environment",
    }
    assert "other-from-environment" not in REDACTOR.text("see other-from-environment")


@pytest.mark.parametrize(
    ("role", "what"), [("other_tenant", "another tenant"), ("read_only", "somebody who may only read")]
)
def test_a_caller_who_is_another_needs_a_token_of_their_own(dotenv, role, what):
    dotenv("API_TOKEN=the-main-token\nB_TOKEN=the-main-token\n")
    target = parse_target({"name": "x", "auth": {role: "B_TOKEN"}}, source="here")
    with pytest.raises(
        ConfigurationError, match=f"^B_TOKEN holds the token in API_TOKEN: .* that of {what}$"
    ):
        load_tokens(target)


def test_few_requests_may_be_taken_of_the_main_caller_too(dotenv):
    dotenv("API_TOKEN=the-main-token\nB_TOKEN=the-main-token\n")
    target = parse_target({"name": "x", "auth": {"throttled": "B_TOKEN"}}, source="here")
    assert load_tokens(target) == dict.fromkeys(("API_TOKEN", "B_TOKEN"), "the-main-token")


def test_a_token_that_is_wanted_and_not_set_is_said_so(dotenv):
    del dotenv
    with pytest.raises(
        ConfigurationError, match=r"^API_TOKEN is not set: target 'x' wants a token; put it into"
    ):
        load_tokens(Target(name="x"))
    assert load_tokens(parse_target({"name": "x", "auth": {"scheme": "none"}}, source="here")) == {}


def test_a_token_that_is_empty_in_the_environment_does_not_hide_the_one_in_the_file(dotenv, monkeypatch):
    dotenv("API_TOKEN=from-the-file\n")
    monkeypatch.setenv("API_TOKEN", "")
    assert load_tokens(Target(name="x")) == {"API_TOKEN": "from-the-file"}


def test_a_token_that_is_no_text_is_said_so(dotenv, monkeypatch):
    del dotenv
    monkeypatch.setenv("API_TOKEN", "tok\udcffen")
    with pytest.raises(ConfigurationError, match=r"^API_TOKEN is not UTF-8$"):
        load_tokens(Target(name="x"))


@pytest.mark.parametrize(
    "value",
    ["\ufefftoken", "token\x01", "to\x1bken", "token\x7f", "token\n", "to\r\nken", " token", "token\xa0"],
)
def test_what_no_header_carries_is_said_of_any_variable(value):
    """A service answers such a request as it likes: by 400, so that BASE_URL was doubted."""
    with pytest.raises(ConfigurationError, match=r"^API_TOKEN has a line break, a control character or an"):
        require_sendable(value, "API_TOKEN")


@pytest.mark.parametrize("value", ["token", "to ken", "to\tken", "töken", '"token"', "漢字"])
def test_whatever_a_header_carries_may_be_a_token(value):
    assert require_sendable(value, "API_TOKEN") == value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"SEED=1\nAPI_TOKEN=\xff-secret\n", "is not UTF-8 (line 2)"),
        (b"SEED=1\nAPI_TOKEN secret\n", "line 2 is no NAME=value"),
        (b"UNSET\n=secret\na b=c\nSEED=2\n", "line 2, 3 is no NAME=value"),
        (None, "cannot be read (Is a directory)"),
    ],
)
def test_a_file_of_variables_that_cannot_be_read_is_said_so(dotenv, tmp_path, content, reason):
    del dotenv
    file = tmp_path / ".env"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    for load in (load_settings, lambda: load_tokens(Target(name="x"))):
        with pytest.raises(ConfigurationError) as caught:
            load()
        assert str(caught.value) == f"{file}: {reason}"


def test_a_file_of_variables_may_begin_with_a_byte_order_mark(dotenv, tmp_path):
    del dotenv
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfSEED=7\nAPI_TOKEN=filed-token\n")
    assert load_settings().seed == 7


@pytest.mark.parametrize(
    "url",
    ["x", "redis", "redis:h", "http://127.0.0.1:6379", "redis://[::1", "redis://host:port", "redis://h:99999",
     "redis://:s3cret-word@host:x/0", "unix://", "redis://ho\nst"],
)  # fmt: skip
def test_a_redis_url_that_is_none_is_said_so_and_not_repeated(dotenv, monkeypatch, url):
    del dotenv
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL is no URL such as redis://host:6379/0$"):
        load_settings()


@pytest.mark.parametrize(
    "url", ["redis://:pass@h:6379/0", "redis://", "rediss://h", "unix:///run/redis.sock", ""]
)
def test_a_redis_url_is_taken_as_it_is(dotenv, monkeypatch, url):
    del dotenv
    monkeypatch.setenv("REDIS_URL", url)
    assert load_settings().redis_url == (url or None)


@pytest.mark.parametrize("bound", [-1.0, float("inf"), float("nan"), 1e9])
def test_a_bound_that_is_none_is_said_so(bound):
    with pytest.raises(ConfigurationError, match=r"^--bound .*: input should be .*"):
        choose_target(support.target.settings.Settings(target="reference"), None, bound)


def test_a_profile_with_a_base_url_that_is_none_is_named(dotenv):
    del dotenv
    with pytest.raises(ConfigurationError, match=r"^base_url of target 'x' 'nonsense' is not an http"):
        resolve_base_url(Target(name="x", base_url="nonsense"), None)


# What can stand in an environment: any bytes but NUL.
TEXT = st.one_of(
    st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
    st.binary(max_size=8).map(lambda raw: os.fsdecode(raw.replace(b"\0", b""))),
)
URLS = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "http://", "https://", "redis://", "unix:", "ftp://", "http:/"]),
    st.sampled_from(["", "h", "127.0.0.1", "[::1]", "[::1", "a..b", "x" * 70, "user:pw@h", "\u00fc", "h\\k"])
    | TEXT,
    st.sampled_from(["", ":80", ":0", ":99999", ":x", ":-1"]),
    st.sampled_from(["", "/", "/api", "/users/", "?a=1", "#x"]) | TEXT,
)
VARIABLES = st.fixed_dictionaries(
    {},
    optional={
        "TARGET": st.sampled_from(["reference", "json-server", "x.toml", "/", "..", "a" * 300]) | TEXT,
        "BASE_URL": URLS,
        "REDIS_URL": URLS,
        "SEED": st.integers().map(str) | st.floats().map(str) | TEXT,
        "API_TOKEN": TEXT,
        "OTHER_TENANT_TOKEN": TEXT,
    },
)
LINES = st.lists(st.builds(lambda n, t: f"{n}={t}", st.sampled_from(["BASE_URL", "SEED", "X"]), URLS | TEXT))
FILES = (
    st.none() | st.binary(max_size=30) | LINES.map(lambda lines: "\n".join(lines).encode(errors="replace"))
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VARIABLES, FILES)
@example({"TARGET": "a" * 5000}, None)
@example({"BASE_URL": "http://\udcff"}, None)
def test_any_environment_is_settings_or_one_line(dotenv, tmp_path, variables, content):
    del dotenv
    file = tmp_path / ".env"
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in variables.items():
            environment.setenv(name, value)
        try:
            chosen = load_settings()
            target = choose_target(chosen, None, None)
            url = resolve_base_url(target, chosen.base_url)
            tokens = load_tokens(target)
            for name in tokens:
                credentials_for(target, tokens, name, url)
        except ConfigurationError as error:
            said = str(error)
        else:
            said = url
            assert url.startswith(("http://", "https://"))
    assert "\n" not in said
