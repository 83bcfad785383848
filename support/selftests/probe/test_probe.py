"""The probe against live services: its draft loads, its users are gone, and others are left alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from support.clock import SystemClock
from support.errors import StoryError
from support.http import Call
from support.probe import command
from support.probe.changes import Changes
from support.probe.visit import Visit
from support.runner.embedded import EmbeddedService
from support.target.profile import Target
from support.target.profiles import parse_target
from support.target.settings import ROOT


def load(text: str) -> Target:
    return parse_target(tomllib.loads(text), source="draft")


@pytest.fixture(scope="module")
def service():
    embedded = EmbeddedService("support.reference", ["API_TOKEN"], ["--bound", "0"])
    yield embedded
    embedded.stop()


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setattr("support.cleanup.run.RUNS", tmp_path)
    return tmp_path


def users_of(service) -> list[Any]:
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{service.base_url}/users", headers={"Authorization": f"Bearer {service.tokens['API_TOKEN']}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return list(json.load(answer))


def test_the_reference_service_is_described_as_it_is(service, runs, monkeypatch, capsys):
    monkeypatch.setenv("API_TOKEN", service.tokens["API_TOKEN"])
    assert command.main([service.base_url, "--auth", "bearer"]) == 0
    said = capsys.readouterr()
    target = load(said.out)
    assert (target.base_path, target.collection, target.lists.items) == ("/api/v1", "/users", "")
    assert (target.lists.size, target.accepted.create, target.accepted.delete) == ("limit", (201,), (204,))
    assert target.refusal("the email is already in use") == (400, 409, 422)
    assert "a second creation with one email" in said.out
    assert (target.fields.name, target.fields.created_at) == ("name", "createdAt")
    assert target.promises == frozenset()
    for promise in (
        "etag",
        "head",
        "put-writes",
        "put-clears",
        "put-known-only",
        "patch",
        "unique-email-exact",
        "unique-email-case",
        "location",
        "problem-json",
        "auth",
        "validation-emails",
        "validation-required",
        "validation-kinds",
        "validation-forms",
    ):
        assert f'    # "{promise}",' in said.out, promise
    assert ", 0 left" in said.err
    assert users_of(service) == []
    assert list(runs.iterdir()) == []
    assert service.tokens["API_TOKEN"] not in said.out + said.err


def test_an_interruption_leaves_nobody(service, runs, monkeypatch, capsys):
    def interrupt(_self):
        assert users_of(service)
        raise KeyboardInterrupt

    monkeypatch.setenv("API_TOKEN", service.tokens["API_TOKEN"])
    monkeypatch.setattr(Changes, "learn", interrupt)
    assert command.main([service.base_url, "--auth", "bearer"]) == 130
    assert "0 left" in capsys.readouterr().err
    assert users_of(service) == []
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ftp://127.0.0.1"], "is not an http or https URL"),
        (["{url}/nothing"], "no list of users was found"),
        (["{url}", "--auth", "bearer"], "API_TOKEN is not set"),
        (["{url}"], "answered 401: give --auth and API_TOKEN"),
        (["{url}", "-o", "/nowhere/at/all.toml"], "answered 401"),
    ],
)
@pytest.mark.usefixtures("bare_environment")
def test_a_wrong_set_up_is_one_line(service, runs, capsys, arguments, reason):
    assert command.main([part.format(url=service.base_url) for part in arguments]) == 4
    said = capsys.readouterr()
    assert reason in said.err
    assert said.out == ""
    assert all(line.startswith("probe: ") for line in said.err.splitlines())
    assert list(runs.iterdir()) == []


@pytest.mark.usefixtures("runs")
def test_nobody_there_is_no_verdict(capsys):
    assert command.main(["http://127.0.0.1:9/users"]) == 10
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_nothing_but_get_and_post_goes_to_the_collection(tmp_path):
    visit = Visit("http://127.0.0.1:9", Target(name="x"), {}, tmp_path, SystemClock())
    for user_id in ("", ".", "..", True):
        with pytest.raises(StoryError):
            visit.path_of(user_id)
    with pytest.raises(StoryError, match="users only that the probe has created"):
        visit.on("DELETE", "1")
    with pytest.raises(StoryError, match="never sent to the collection"):
        visit._send(Call("DELETE", "/users/"))
    visit.close()


class Strange(BaseHTTPRequestHandler):
    """A service with a wrapper, a required username, ids told by Location alone, and no PATCH."""

    protocol_version = "HTTP/1.1"
    users: ClassVar[dict[str, dict[str, Any]]] = {}
    heard: ClassVar[list[tuple[str, str]]] = []

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw if self.command != "HEAD" else b"")

    def serve(self) -> None:
        self.heard.append((self.command, self.path))
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.partition("?")[0].removeprefix("/people").strip("/")
        if not name:
            self.serve_all(raw)
        elif name not in self.users:
            self.answer(410)
        elif self.command == "DELETE":
            del self.users[name]
            self.answer(200)
        elif self.command in {"GET", "HEAD"}:
            self.answer(200, {"data": {"uuid": name, **self.users[name]}})
        else:
            self.answer(405, Allow="GET, DELETE")

    def serve_all(self, raw: bytes) -> None:
        if self.command == "GET":
            self.answer(200, {"people": [{"uuid": name, **user} for name, user in self.users.items()]})
            return
        try:
            user = json.loads(raw)
        except ValueError:
            self.answer(400)
            return
        if "username" not in user:
            self.answer(422, {"errors": [{"field": "username", "message": "is required"}]})
        elif "nickname" in user:
            self.answer(422, {"errors": [{"field": "nickname", "message": "unknown"}]})
        else:
            self.users[f"u{len(self.heard)}"] = user
            self.answer(201, Location=f"/people/u{len(self.heard)}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve  # noqa: N815


@pytest.fixture
def strange():
    Strange.users.clear()
    Strange.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Strange)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/people"
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("runs")
def test_a_service_of_another_kind(strange, capsys, tmp_path):
    Strange.users["theirs"] = {"username": "theirs", "name": "Theirs", "email": "theirs@example.org"}
    file = tmp_path / "draft.toml"
    assert command.main([strange, "-o", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    target = load(text)
    assert (target.collection, target.user_path, target.fields.id) == ("/people", "data", "uuid")
    assert (target.lists.items, target.lists.style, target.accepted.gone) == ("people", "none", (410,))
    assert target.fields.nickname is None
    assert "username" in text
    assert '"put"' not in text
    assert list(Strange.users) == ["theirs"]
    others = [method for method, path in Strange.heard if path.startswith("/people/theirs")]
    assert others == []
    whole = {method for method, path in Strange.heard if path.partition("?")[0].rstrip("/") == "/people"}
    assert whole == {"GET", "POST"}
    assert "could not tell" in text
    assert ", 0 left" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "arguments", "scheme"),
    [
        ('collection = "/people"\n', ["--auth", "api-key", "--header", "X-Key"], "api-key"),
        ('collection = "/people"\n', [], "none"),
        ('[auth]\nscheme = "basic"\n', [], "basic"),
        ('[auth]\nscheme = "basic"\n', ["--auth", "none"], ""),
    ],
)
def test_the_way_in_stands_in_the_file_or_beside_it(monkeypatch, capsys, tmp_path, text, arguments, scheme):
    file = tmp_path / "known.toml"
    file.write_text(text, encoding="utf-8")
    ways = []

    def look(_url, known):
        ways.append(known.target.auth)
        return ""

    monkeypatch.setattr(command, "probe", look)
    code = command.main(["http://127.0.0.1:1", "--known", str(file), *arguments])
    assert [way.scheme for way in ways] == ([scheme] if scheme else [])
    assert code == (0 if scheme else 4)
    assert ("leave one out" in capsys.readouterr().err) is not bool(scheme)


def test_it_is_a_command():
    done = subprocess.run(
        [sys.executable, "-m", "support.probe", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "write a draft of its profile" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [[], ["http://127.0.0.1:1", "--auth", "magic"], ["http://127.0.0.1:1", "--header", "X Y"], ["--output"],
     ["http://127.0.0.1:1/?x=1"]],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_option_is_one_line(capsys, arguments):
    assert command.main(arguments) == 4
    said, complaint = capsys.readouterr()
    assert (said, complaint.count("\n")) == ("", 1)
