"""Profiles and settings: a mistake is one line that names file, key and reason, and says no secret."""

from __future__ import annotations

import os
import re

import pytest

import support.target.settings
from support.errors import ConfigurationError
from support.secrets.redaction import REDACTOR
from support.target.profile import REFUSALS, Target
from support.target.profiles import TARGETS, load_target, parse_target
from support.target.promises import PROMISES
from support.target.settings import load_settings, load_tokens, resolve_base_url


@pytest.mark.parametrize("file", sorted(TARGETS.glob("*.toml")), ids=lambda file: file.stem)
def test_every_profile_that_comes_with_the_suite_is_sound(file):
    target = load_target(file.stem)
    assert target.name == file.stem
    assert load_target(str(file)) == target


def test_the_defaults_are_a_sound_profile():
    target = Target(name="plain")
    assert [name for name in PROMISES if target.promise(name)] == []
    assert target.refusal("the email is already in use") == REFUSALS["the email is already in use"]
    assert target.bounds.of("single") == target.bounds.of("list") == target.bounds.of("filter") == 2.0


MISTAKES = {
    'name = "x"\nnmae = "y"': "nmae: is no key of a profile, did you mean 'name'?",
    'name = "x"\n[bounds]\nsingel_s = 1': "bounds.singel_s: is no key of a profile, did you mean 'single_s'?",
    'name = "x"\n[auth.oauth2]\nscoop = "a"': "auth.oauth2.scoop: is no key of a profile, did you mean",
    'name = "x"\nqwertz = 1': "qwertz: is no key of a profile",
    'name = "x"\npromises = ["e-tag"]': "no such promise: 'e-tag', did you mean 'etag'?",
    'name = "x"\npromises = ["xyz"]': "no such promise: 'xyz'",
    'name = "x"\n[refusals]\n"the email is used" = [409]': "refusals: no such reason: 'the email is used'",
    'name = "x"\n[bounds]\nsingle_s = -1': "bounds.single_s: input should be greater than or equal to 0",
    'name = "x"\n[bounds]\nsingle_s = "soon"': "bounds.single_s: input should be a valid number",
    'name = "x"\n[lists]\nstyle = "scroll"': "lists.style: input should be 'link', 'page'",
    'name = "x"\n[faults]\nper_request_probability = 1.0': "faults.per_request_probability: input should be",
    'name = "x"\npromises = ["tenants"]': "profile: promises 'tenants' but names no token variable",
    'name = "x"\npromises = ["timestamps"]\n[fields]\ncreated_at = ""': "profile: promises 'timestamps' but",
    'title = "x"': "name: field required",
    'name = "x': "is not TOML",
    'name = "x"\nname = "y"': "is not TOML",
}


@pytest.mark.parametrize(("text", "reason"), MISTAKES.items(), ids=list(MISTAKES.values()))
def test_a_mistake_in_a_profile_names_file_key_and_reason(tmp_path, text, reason):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_target(str(file))
    message = str(caught.value)
    assert message.startswith(str(file))
    assert reason in message
    assert "\n" not in message


def test_what_is_no_text_or_not_there_is_said_so(tmp_path):
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="is not TOML"):
        load_target(str(tmp_path / "odd.toml"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_target(str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match=r"unknown target 'refrence': known are .*reference"):
        load_target("refrence")


def test_a_profile_by_example_is_as_small_as_it_looks():
    target = parse_target(
        {"name": "mine", "collection": "/people", "fields": {"name": "fullName", "nickname": ""}},
        source="here",
    )
    assert (target.fields.name, target.fields.nickname, target.promises) == ("fullName", None, frozenset())


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
     "https://ada:s3cret-word@[::1", "https://s3cret-word@example.com/?x=1"],
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


@pytest.mark.parametrize("seed", ["minus one", "-1", "1.5"])
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


def test_a_token_that_is_wanted_and_not_set_is_said_so(dotenv):
    del dotenv
    with pytest.raises(
        ConfigurationError, match=r"^API_TOKEN is not set: target 'x' wants a token; put it into"
    ):
        load_tokens(Target(name="x"))
    assert load_tokens(parse_target({"name": "x", "auth": {"scheme": "none"}}, source="here")) == {}
