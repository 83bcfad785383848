"""A wrong set-up is one line before the first story, and a right one is not stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.clock import FakeClock
from support.errors import ConfigurationError, Inconclusive
from support.selftests.probes.client_probe import make_client
from support.selftests.servers.doors import Door, Office
from support.selftests.servers.raw_server import RawServer, answer, send, send_and_close
from support.target.profile import Target
from support.target.settings import ROOT
from support.target.timing import Faults, Timeouts
from support.users.reachability import check

if TYPE_CHECKING:
    from pathlib import Path

TARGET = Target(
    name="canary", timeouts=Timeouts(connect_s=1, read_s=0.3, attempt_s=1), faults=Faults(max_outage_s=3)
)
JSON = "Content-Type: application/json\r\n"


def look(url):
    clock = FakeClock()
    client = make_client(url, TARGET, clock)
    try:
        check(client, clock)
    finally:
        client.close()
    return clock.slept


def meet(*answers):
    """Look at a server that answers like this in turn, the last one for ever."""
    left = list(answers)

    def act(connection, _):
        raw = left.pop(0) if len(left) > 1 else left[0]
        (send_and_close if raw == b"" else send)(connection, raw)

    server = RawServer(act)
    try:
        return look(server.url)
    finally:
        server.close()


@pytest.mark.parametrize(
    "raw",
    [
        answer(200, b"[]", JSON),
        answer(200, b'{"data": []}', "Content-Type: application/hal+json\r\n"),
        answer(200, b"[]", "Content-Type: text/plain\r\n"),
        answer(200, b"{broken", JSON),
        answer(500, b"oops"),
    ],
)
def test_what_stories_can_say_something_about_is_not_stopped(raw):
    assert meet(raw) == []


def test_a_service_that_is_still_starting_is_waited_for():
    assert meet(b"", answer(503), answer(429), answer(200, b"[]", JSON)) == [0.5] * 3


def test_a_service_that_does_not_start_ends_the_wait_in_one_line():
    with pytest.raises(
        Inconclusive, match=r"gave no answer within 3 s .*answered 503.*is BASE_URL right"
    ) as caught:
        meet(answer(503))
    assert "\n" not in str(caught.value)


def test_nothing_listening_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Inconclusive, match="connection refused"):
        look(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_is_said_so(status):
    with pytest.raises(ConfigurationError, match=rf"refuses the token in API_TOKEN \({status}\)"):
        meet(answer(status))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (answer(404), "it answered 404 to a request for its users; is BASE_URL right?"),
        (answer(406), "does it write no application/json (Accept under sending.headers)?"),
        (answer(301, headers="Location: https://elsewhere.example.com/\r\n"), "it answered 301"),
        (
            answer(200, b"<html></html>", "Content-Type: text/html\r\n"),
            "a page instead of an answer of the API (200, text/html)",
        ),
        (answer(200, b"hello"), "it answered 200 with no type: not JSON"),
        (answer(204, b""), "it answered 204 with no type: empty"),
    ],
)
def test_another_kind_of_service_is_said_so(raw, reason):
    with pytest.raises(ConfigurationError) as caught:
        meet(raw)
    assert "is no users API" in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.usefixtures("bare_environment")
class TestRuns:
    """The same from outside: what a caller sees of a set-up that cannot work."""

    @staticmethod
    def run(folder: Path, profile: str, *options: str, **variables: str) -> tuple[int, str, str]:
        """Run the stories against a profile; return the exit code and what was said."""
        file = folder / "door.toml"
        file.write_text(f'name = "door"\n{profile}')
        folders = (f"--alluredir={folder / 'allure'}", f"--junitxml={folder / 'junit.xml'}")
        arguments = (
            "-o",
            "addopts=",
            "-p",
            "no:cacheprovider",
            "-q",
            *folders,
            f"--reports={folder}",
            "features",
        )
        ended = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "pytest", *arguments, "--target", str(file), *options],
            cwd=ROOT,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return ended.returncode, ended.stdout, ended.stderr

    def test_bad_certificate(self, office: Office, tmp_path: Path) -> None:
        """A run against a certificate that has expired ends with 4 and one line."""
        with Door(tls=office.server("expired")) as door:
            profile = f'base_url = "{door.url}"\nauth.scheme = "none"\nauth.tls.ca = "CA_BUNDLE"\n'
            code, out, err = self.run(tmp_path, profile, CA_BUNDLE=office.path("ca"), BASE_URL="")
        assert code == 4
        assert "certificate has expired" in err
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in out + err

    def test_production(self, tmp_path: Path) -> None:
        """Where people rely on the target nothing is sent without the explicit flag."""
        with Door() as door:
            profile = f'base_url = "{door.url}"\nproduction = true\nauth.scheme = "none"\n'
            code, _, err = self.run(tmp_path, profile, BASE_URL="")
            assert code == 4
            assert "give --production" in err
            assert not door.visits
            code, _, err = self.run(
                tmp_path, profile, "--production", "-k", "nothing_is_called_so", BASE_URL=""
            )
            assert code == 4
            assert "creates no user" in err  # it is let in, and is no users API
            assert door.visits
