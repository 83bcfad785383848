"""Whatever a command says before, beside and after its stories, it says without secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.selftests.secrets.leaks import find_leaks
from support.selftests.servers.raw_server import Received, answer, send
from support.target.settings import ROOT

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from support.selftests.servers.raw_server import RawServer

    Serve = Callable[[Callable[[socket.socket, Received], object]], RawServer]

KEY = "k3y-Zk39xQvLw8aP/qR+T0"
PASSWORD = "pa/ss@Wort99"
RUN = ["-m", "pytest", "-k", "REG_01", "-q", "-p", "no:cacheprovider", "-n", "0"]
CRASH = """
from support.runner import controller

def check(client, clock):
    token, half = {key!r}, {key!r}[:12]
    raise RuntimeError(f"no way in with {{half}}...")

controller.check = check
"""
IN_QUERY = 'name = "x"\ncollection = "/users"\n[auth]\nscheme = "api-key"\nquery = "key"\n'
BY_OAUTH = (
    'name = "x"\ncollection = "/users"\n[auth]\nscheme = "oauth2"\n[auth.oauth2]\ntoken_url = "{url}/token"\n'
)


def _say(folder: Path, *command: str, **environment: str) -> str:
    """Run a command of ours and return everything that it said."""
    reports = [f"--reports={folder}", f"--alluredir={folder / 'allure'}"] if "pytest" in command else []
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *command, *reports],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder), "API_TOKEN": KEY, **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    files = [
        path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in {".json", ".md", ".jsonl"}
    ]
    assert done.returncode != 1, done.stdout + done.stderr
    return "\n".join([done.stdout, done.stderr, *files])


def _profile(folder: Path, text: str) -> str:
    (folder / "x.toml").write_text(text, encoding="utf-8")
    return f"--target={folder / 'x.toml'}"


def _echo(connection: socket.socket, request: Received) -> None:
    """Answer with all that was sent, as a careless gateway does."""
    said = {
        "error": f"{request.headers.get('authorization', '')} {request.target}",
        "error_description": request.body.decode(),
    }
    send(connection, answer(400, json.dumps(said).encode(), headers="Content-Type: application/json\r\n"))


def _break(connection: socket.socket, request: Received) -> None:
    send(connection, answer(500, f"<p>{request.target}</p>".encode()))


@pytest.mark.parametrize("act", [_echo, _break])
@pytest.mark.parametrize("command", [RUN, ["-m", "support.cleanup"]])
def test_a_key_in_the_query_is_not_said(
    tmp_path: Path, serve: Serve, act: Callable[[socket.socket, Received], None], command: list[str]
) -> None:
    """Also when the first request already fails."""
    server = serve(act)
    said = _say(tmp_path, *command, _profile(tmp_path, IN_QUERY), BASE_URL=server.url)
    assert any("key=" in request.target for request in server.requests)
    assert not find_leaks(said, KEY), said


@pytest.mark.parametrize(
    "part", ["https://ada:{}@127.0.0.1:1", "ada:{}@127.0.0.1:1", "http://127.0.0.1:1/?key={}"]
)
@pytest.mark.parametrize("command", [RUN, ["-m", "support.cleanup"], ["-m", "support.probe", "URL", "--odd"]])
def test_a_password_in_the_address_is_not_said(tmp_path: Path, part: str, command: list[str]) -> None:
    """Whatever else is wrong with the address, or with the command."""
    url = part.format(PASSWORD)
    command = [url if word == "URL" else word for word in command]
    said = _say(tmp_path, *command, BASE_URL=url)
    assert not find_leaks(said, PASSWORD), said


def test_a_password_of_redis_is_not_said(tmp_path: Path, serve: Serve) -> None:
    """Also where its URL is none, strictly read."""
    url = f"redis://:{PASSWORD}@127.0.0.1:1/0"
    target = _profile(tmp_path, IN_QUERY)
    said = _say(tmp_path, *RUN, target, BASE_URL=serve(_break).url, REDIS_URL=url, HTTP_PROXY=url)
    assert not find_leaks(said, PASSWORD), said


@pytest.mark.parametrize("command", [RUN, ["-m", "support.cleanup"]])
def test_what_an_issuer_repeats_is_not_said(tmp_path: Path, serve: Serve, command: list[str]) -> None:
    """Neither id and secret nor the header that carries them, cut or whole."""
    server = serve(_echo)
    target = _profile(tmp_path, BY_OAUTH.format(url=server.url))
    said = _say(tmp_path, *command, target, BASE_URL=server.url, API_TOKEN=f"client:{KEY}")
    assert "refuses the client" in said
    assert not find_leaks(said, KEY), said


def test_the_locals_of_a_crash_at_the_start_are_not_said(tmp_path: Path, serve: Serve) -> None:
    """Neither whole nor in part."""
    (tmp_path / "crash.py").write_text(CRASH.format(key=KEY), encoding="utf-8")
    options = ["-p", "crash", "--full-trace", "--showlocals"]
    said = _say(tmp_path, *RUN, *options, _profile(tmp_path, IN_QUERY), BASE_URL=serve(_break).url)
    assert "no way in with" in said
    assert not find_leaks(said, KEY), said
    assert KEY[:12] not in said
