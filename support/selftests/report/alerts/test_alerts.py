"""A team is told of what is not green, without secrets; whatever its webhook does, the verdict stands."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from support.cleanup import Run
from support.errors import ConfigurationError
from support.report.alerts import Alerts
from support.report.alerts.webhook import send
from support.report.record import StoryRecord
from support.report.summary import RunSummary
from support.secrets import REDACTOR
from support.target import Target
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_S = 1.0
TARGET = Target.model_validate({"name": "staging", "alert": {"webhook": "ALERT_WEBHOOK"}})
NOBODY = Target(name="staging")


class Hook(ThreadingHTTPServer):
    """A webhook that does as it is told, and remembers what it heard."""

    daemon_threads = True

    def __init__(self, does: str = "200", to: str = "") -> None:
        self.heard: list[dict[str, Any]] = []
        self.does, self.to = does, to
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/services/T0/B0/a-secret-of-slack"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(json.loads(body))
        does = self.server.does
        if does == "hangs":
            self.server.over.wait(30)
        elif does == "drips":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.server.over.wait(0.1):
                self.wfile.write(b"X-Drip: yes\r\n")
        elif does == "babbles":
            self.wfile.write(b"what?\r\n\r\n")
        elif does != "hangs up":
            self.send_response(int(does))
            if self.server.to:
                self.send_header("Location", self.server.to)
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_GET = do_POST  # noqa: N815 - as the base class calls it

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hooks() -> Iterator[Any]:
    made: list[Hook] = []

    def start(does: str = "200", to: str = "") -> Hook:
        made.append(Hook(does, to))
        return made[-1]

    yield start
    for hook in made:
        hook.over.set()
        hook.shutdown()
        hook.server_close()


def summary_of(tmp_path: Path, *verdicts: str, reason: str = "seen: nobody", target: Target = TARGET):
    """Make the summary of a run with a story of each verdict."""
    run = Run("accx", 1, tmp_path, "http://x", target, {})
    summary = RunSummary(run, tmp_path)
    summary.records = [
        StoryRecord(
            [f"DEL-0{number}"], "Deleting", "A rule", "A deleted <user>", {"row": "two & more"},
            ["2.7"], "a.feature", f"a::{number}", verdict=verdict, reason=reason if verdict != "kept" else "",
        )
        for number, verdict in enumerate(verdicts)
    ]  # fmt: skip
    return summary


@pytest.fixture
def told(hooks, monkeypatch):
    """Return a webhook that the environment names, and the link to the report with it."""
    hook = hooks()
    monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
    monkeypatch.setenv("REPORT_URL", "https://ci.example.com/runs/7?a=1&b=2")
    return hook


@pytest.mark.parametrize(("verdict", "code"), [("broken", 1), ("inconclusive", 10)])
def test_the_promise_the_story_and_the_link_are_told(told, tmp_path, verdict, code):
    summary = summary_of(tmp_path, "kept", verdict)
    Alerts.of(TARGET).tell(summary, code)
    [message] = told.heard
    text = message["text"]
    assert set(message) == {"text"}
    assert "staging" in text
    assert "DEL-01 A deleted &lt;user&gt; [two &amp; more]" in text
    assert "promised (2.7): " in text
    assert "seen: nobody" in text
    assert text.endswith("https://ci.example.com/runs/7?a=1&amp;b=2")
    assert "DEL-00" not in text
    assert summary.notes == []


def test_of_many_stories_some_are_named_and_the_rest_counted(told, tmp_path):
    Alerts.of(TARGET).tell(summary_of(tmp_path, *["broken"] * 13, reason="x" * 5000), 1)
    text = told.heard[0]["text"]
    assert text.count("A deleted") == 10
    assert "and 3 more" in text
    assert len(text) < 12_000


@pytest.mark.parametrize(("verdicts", "code"), [(("kept",), 0), (("known",), 0), (("broken",), 2)])
def test_nobody_is_told_of_a_green_run_or_of_one_that_was_interrupted(told, tmp_path, verdicts, code):
    Alerts.of(TARGET).tell(summary_of(tmp_path, *verdicts), code)
    assert told.heard == []


def test_nobody_is_told_where_the_profile_names_nobody_nor_of_a_shard(told, tmp_path):
    for alerts in (Alerts.of(NOBODY), Alerts.of(TARGET, is_shard=True)):
        alerts.tell(summary_of(tmp_path, "broken"), 1)
        alerts.tell_reason("nothing is listening")
    assert told.heard == []


def test_no_secret_is_told(told, tmp_path):
    REDACTOR.register("hidden-token-9876", "API_TOKEN")
    Alerts.of(TARGET).tell(summary_of(tmp_path, "broken", reason="sent hidden-token-9876"), 1)
    assert "hidden-token-9876" not in json.dumps(told.heard)
    assert "API_TOKEN" in told.heard[0]["text"]


def test_the_url_of_a_webhook_is_hidden_everywhere(told):
    Alerts.of(TARGET)
    assert "a-secret-of-slack" not in REDACTOR.text(
        f"POST {told.url} failed; /services/T0/B0/a-secret-of-slack"
    )


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("500", "it answers 500"),
        ("404", "it answers 404"),
        ("hangs", "no answer within 1 s"),
        ("drips", "no answer within 1 s"),
        ("hangs up", "Remote end closed connection without response"),
        ("babbles", "what?"),
    ],
)
def test_a_webhook_that_fails_is_a_note_and_no_verdict(hooks, tmp_path, monkeypatch, does, why):
    hook = hooks(does)
    monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
    monkeypatch.setattr("support.report.alerts.alerts.send", lambda url, text: send(url, text, LONGEST_S))
    summary = summary_of(tmp_path, "broken")
    begun = time.monotonic()
    Alerts.of(TARGET).tell(summary, 1)
    assert time.monotonic() - begun < 10 * LONGEST_S
    [note] = summary.notes
    assert note.startswith("the alert was not taken: ")
    assert why in note or "timed out" in note
    assert summary.exit_code(1) == 1
    assert len(hook.heard) == 1


@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
def test_a_redirect_is_not_followed(hooks, status):
    elsewhere = hooks()
    hook = hooks(status, to=elsewhere.url)
    assert send(hook.url, "text") == f"it answers {status}, which is not followed"
    assert (len(hook.heard), elsewhere.heard) == (1, [])


def test_nobody_there_is_a_reason():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "refused" in send(f"http://127.0.0.1:{port}/x", "text")


@pytest.mark.parametrize("url", ["file:///etc/hostname", "hooks.example.com", "https://"])
def test_what_is_no_url_is_said_before_the_run_and_not_repeated(monkeypatch, url):
    monkeypatch.setenv("ALERT_WEBHOOK", url)
    with pytest.raises(ConfigurationError, match=r"^ALERT_WEBHOOK is not an http or https URL$"):
        Alerts.of(TARGET)


def test_a_run_that_cannot_begin_is_told_and_ends_as_ever(told, tmp_path):
    """With a real run, whose service is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile = tmp_path / "staging.toml"
    profile.write_text(
        'name = "staging"\nauth = { scheme = "none" }\nalert = { webhook = "ALERT_WEBHOOK" }\n'
        "timeouts = { connect_s = 1 }\nfaults = { max_outage_s = 1 }\n",
        encoding="utf-8",
    )
    done = subprocess.run(  # noqa: S603 - this interpreter
        [
            *(sys.executable, "-m", "pytest", "-o", "addopts=-p no:cacheprovider", "-q"),
            *(f"--target={profile}", f"--reports={tmp_path / 'reports'}", "-k", "no_story_has_this_name"),
        ],
        cwd=ROOT,
        env={**os.environ, "BASE_URL": f"http://127.0.0.1:{port}"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 10, done.stdout + done.stderr
    [message] = told.heard
    assert "staging" in message["text"]
    assert message["text"].endswith("https://ci.example.com/runs/7?a=1&amp;b=2")
