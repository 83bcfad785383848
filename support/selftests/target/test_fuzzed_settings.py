"""Whatever the environment and `.env` hold, it is taken, or one line names the variable and no secret."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.errors import ConfigurationError
from support.secrets import REDACTOR
from support.secrets.detector import Detector
from support.target import settings as module
from support.target.profiles import parse_target
from support.target.settings import (
    Settings,
    load_constants,
    load_settings,
    load_tls,
    load_tokens,
    resolve_base_url,
)

TARGET = parse_target(
    {
        "name": "x",
        "auth": {
            "other_tenant": "OTHER_TOKEN", "read_only": "READ_ONLY_TOKEN", "throttled": "THROTTLED_TOKEN",
            "tls": {"ca": "CA_BUNDLE", "certificate": "CLIENT_CERTIFICATE", "key": "CLIENT_KEY"},
        },
        "sending": {"secret_headers": {"X-App": "APP_ID"}, "secret_query": {"code": "FUNCTION_KEY"}},
    },
    source="x",
)  # fmt: skip
OWN = ("TARGET", "BASE_URL", "SEED", "REDIS_URL")
NAMES = (*OWN, *TARGET.auth.variables, *TARGET.auth.tls.variables, *TARGET.sending.variables)
PROXIES = ("HTTP_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY")
SECRET = "Sommer2024-geheim"
READERS = {
    "settings": load_settings,
    "tokens": lambda: load_tokens(TARGET),
    "constants": lambda: load_constants(TARGET),
    "certificates": lambda: load_tls(TARGET.auth),
    "address": lambda: resolve_base_url(TARGET, load_settings().base_url),
}
# What an environment can hold: bytes that are no UTF-8 come as halves of characters.
VALUES = (
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
    | st.binary(max_size=12).map(lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape"))
    | st.sampled_from(
        [
            "nan", "inf", "-1", "1e9", "9" * 5000, "[]", "{}", "null", "true", " ", "\t", "a\nb", "\x1b[31m",
            "\r", "http://", "http://[", "http://x:port", "http://x:99999", "http://[::1", "//x", "redis://", "redis://:@",
            "redis://x:port/0", "unix://", "http://x/\udc80", "é", "/dev/null", "/", ".", "x" * 5000,
            f"http://ada:{SECRET}@x", f"ada:{SECRET}@x:port", f"redis://:{SECRET}@x:port", f"http://x/a:{SECRET}@b",
        ]
    )
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _nothing_set():
    """Have nothing of the machine in the environment and no secret known; put both back at the end."""
    before = dict(os.environ)
    known = {name: getattr(REDACTOR, name) for name in ("_labels", "_detector", "_found")}
    vars(REDACTOR).update(_labels={}, _detector=Detector(), _found={})
    for name in (*NAMES, *PROXIES):
        os.environ.pop(name, None)
    yield
    vars(REDACTOR).update(known)
    os.environ.clear()
    os.environ.update(before)


def read_all() -> list[str]:
    """Read everything that can be set; return what was said to be wrong."""
    said = []
    for name, read in READERS.items():
        try:
            read()
        except ConfigurationError as error:
            said.append(f"{name}: {error}")
    return said


def assert_one_line(said: str) -> None:
    assert "\n" not in said
    assert said.isprintable()
    assert SECRET not in said
    assert any(name in said for name in (*NAMES, ".env", "base URL")), said


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*NAMES, *PROXIES]), VALUES, max_size=5))
@example({"SEED": "\udc80"})
@example({"BASE_URL": "http://x\x1b[31m"})
@example({"CLIENT_KEY": "\x1b[31m", "CA_BUNDLE": "a\nb", "CLIENT_CERTIFICATE": "x"})
def test_a_variable_is_taken_or_one_line(variables):
    os.environ.update(variables)
    try:
        said = read_all()
    finally:
        for name in variables:
            os.environ.pop(name, None)
    for each in said:
        assert_one_line(each)


@pytest.mark.parametrize("name", [*NAMES, *PROXIES])
def test_a_password_in_the_wrong_variable_is_not_told(name, monkeypatch):
    monkeypatch.setenv(name, SECRET)
    for each in read_all():
        assert_one_line(each)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60)
    | st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4).map(
        lambda pairs: "\n".join(f"{name}={value}" for name, value in pairs).encode("utf-8", "surrogateescape")
    )
)
@example(b"\xff\xfe")
@example(b"API_TOKEN=\xe9")
@example(b"API_TOKEN='x")
@example(b"\0=\0")
@example(b"SEED=${SEED}")
@example(b"=x\n export \n")
def test_a_file_of_variables_is_read_or_one_line(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / ".env"
    file.write_bytes(content)
    root, env_file = module.ROOT, Settings.model_config["env_file"]
    module.ROOT, Settings.model_config["env_file"] = file.parent, file
    try:
        said = read_all()
    finally:
        module.ROOT, Settings.model_config["env_file"] = root, env_file
        file.unlink()
    for each in said:
        assert_one_line(each)
