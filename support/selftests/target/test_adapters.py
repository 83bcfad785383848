"""Adapters: what a profile's class may change, and what is said where it cannot be had."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from support.errors import ConfigurationError
from support.http import Outcome
from support.secrets import REDACTOR
from support.selftests.probes.client_probe import TARGET, by_path, look_up
from support.selftests.servers.raw_server import answer
from support.target import Target, load_target
from support.target.adapters import Adapter, Answered, Asked, as_json, from_json, load_adapter

ODD = """
from dataclasses import replace
from support.target.adapters import Adapter, as_json, from_json

class Odd(Adapter):
    def request(self, asked):
        return replace(asked, path=asked.path + "/full", query={**asked.query, "by": asked.verb})

    def answer(self, asked, answered):
        said = from_json(answered.body)
        return replace(answered, status=said["status"], body=as_json({"id": said["key"]}))

class Failing(Adapter):
    def answer(self, asked, answered):
        raise KeyError("key")

class Careless(Adapter):
    def request(self, asked):
        pass

class Unmade(Adapter):
    def __init__(self):
        raise ValueError("no")

class Other:
    pass
"""


@pytest.fixture
def profile(tmp_path):
    def write(named):
        (tmp_path / "odd.py").write_text(ODD)
        (tmp_path / "odd.toml").write_text(f'name = "odd"\nadapter = "{named}"\n')
        return tmp_path / "odd.toml"

    return write


def adapted(profile, name):
    return TARGET.model_copy(update={"adapter": load_target(str(profile(f"odd.py:{name}"))).adapter})


def test_an_adapter_writes_requests_and_reads_answers(profile, meet):
    """What is judged is what the adapter has read; what came is kept beside it."""
    said = answer(200, json.dumps({"status": 404, "key": 7}).encode(), "Content-Type: application/json\r\n")
    server, client = meet(
        by_path({"/api/users/1/full?by=look%20up": said}, answer(503)), adapted(profile, "Odd")
    )
    operation = look_up(client)
    assert server.requests[0].target == "/api/users/1/full?by=look%20up"
    assert (operation.response.status, from_json(operation.response.body)) == (404, {"id": 7})
    assert operation.outcome is Outcome.REFUSED
    assert operation.last.came.status == 200
    assert from_json(operation.last.came.body) == {"status": 404, "key": 7}


def test_other_processes_find_the_adapter_too(profile):
    """They get the profile as JSON, without the folder in which it stood."""
    target = load_target(str(profile("odd.py:Odd")))
    assert type(Target.model_validate_json(target.model_dump_json()).wire).__name__ == "Odd"
    assert type(TARGET.wire) is Adapter


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("absent.py:Odd", "there is no file 'absent.py' beside the profile"),
        ("odd.py:Absent", "'Absent' is no class in odd.py"),
        ("odd.py:Other", "'Other' is no subclass of support.target.adapters.Adapter in odd.py"),
        ("odd.py:Unmade", "Unmade cannot be made (ValueError: no)"),
        ("odd.Odd", "adapter: string should match pattern"),
    ],
)
def test_what_is_no_adapter_is_one_line(profile, named, reason):
    """The line names the profile, the key and the reason."""
    with pytest.raises(ConfigurationError) as raised:
        load_target(str(profile(named)))
    assert f"odd.toml: adapter: {reason.removeprefix('adapter: ')}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_python_is_one_line(profile, tmp_path):
    file = profile("odd.py:Odd")
    (tmp_path / "odd.py").write_text("class Odd(\n")
    with pytest.raises(ConfigurationError, match=r"odd\.py cannot be read \(SyntaxError"):
        load_target(str(file))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Failing", r"adapter Failing fails for GET /users/1 \(KeyError: 'key'\)"),
        ("Careless", "adapter Careless gives no Asked back for GET /users/1"),
    ],
)
def test_an_adapter_that_fails_is_no_fault_of_the_service(profile, meet, name, reason):
    _, client = meet(by_path({}), adapted(profile, name))
    with pytest.raises(ConfigurationError, match=reason):
        look_up(client)


TELLS = """
import os
from support.target.adapters import Adapter

class AtUse(Adapter):
    def request(self, asked):
        raise ValueError(os.environ["{variable}"].rpartition(":")[2])
"""
AT_LOADING = f"{TELLS}\nAtUse().request(None)\n"


@pytest.mark.parametrize("variable", ["STAFF", "APP", "SIGNING_KEY"])
@pytest.mark.parametrize("code", [AT_LOADING, TELLS])
def test_what_an_adapter_says_shows_no_secret(tmp_path, meet, monkeypatch, variable, code):
    """Neither one that the profile names by a variable of any name, nor one of the adapter's own.

    A profile is loaded before anybody has looked up its tokens.
    """
    secret = f"k7Qz-{variable}-{len(code)}-93hfLLw2"  # another each time: what was registered stays so
    monkeypatch.setenv(variable, secret if variable == "SIGNING_KEY" else f"ada:{secret}")
    (tmp_path / "telling.py").write_text(code.format(variable=variable))
    (tmp_path / "telling.toml").write_text(
        'name = "telling"\nadapter = "telling.py:AtUse"\n[auth]\nscheme = "basic"\ntoken = "STAFF"\n'
        '[sending]\nsecret_headers = {X-App = "APP"}\n'
    )

    def use():
        target = load_target(str(tmp_path / "telling.toml"))
        _, client = meet(by_path({}), TARGET.model_copy(update={"adapter": target.adapter}))
        look_up(client)

    with pytest.raises(ConfigurationError) as raised:
        use()
    assert secret in str(raised.value)
    assert secret not in REDACTOR.text(str(raised.value))


# The worked example

CHANGE = Asked("change", "PUT", "/users/1", {}, {}, as_json({"name": "Ada", "nickname": None}))


@pytest.fixture
def parse_server():
    return load_adapter(load_target("parse-server").adapter)


def test_parse_server_is_told_to_delete_a_member(parse_server):
    sent = parse_server.request(CHANGE)
    assert from_json(sent.body) == {"name": "Ada", "nickname": {"__op": "Delete"}}
    for left in (
        replace(CHANGE, body=as_json({"name": "Ada"})),
        replace(CHANGE, verb="create"),
        replace(CHANGE, body=b"{"),
    ):
        assert parse_server.request(left) is left


@pytest.mark.parametrize(
    ("status", "body", "read"),
    [
        (400, b'{"code": 203, "error": "taken"}', 409),
        (400, b'{"code": 125, "error": "no email"}', 422),
        (400, b'{"error": "Unexpected end of JSON input"}', 400),
        (400, b"<h1>no</h1>", 400),
        (404, b'{"code": 101, "error": "Object not found."}', 404),
        (500, b'{"code": 1, "error": "An internal server error occurred"}', 500),
    ],
)
def test_parse_servers_numbers_are_read_as_statuses(parse_server, status, body, read):
    assert parse_server.answer(CHANGE, Answered(status, {}, body)) == Answered(read, {}, body)
