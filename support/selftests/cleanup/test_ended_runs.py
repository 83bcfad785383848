"""A run that is ended from outside sweeps, or is swept afterwards; one whose service is gone ends soon."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import datetime

import pytest

from support.target.settings import ROOT

pytestmark = pytest.mark.whole_run

PROFILE = """
name = "killed"
base_path = "/api/v1"
promises = ["unique-email", "pagination", "patch", "put", "strong-read", "validation", "total-count"]
[bounds]
single_s = 0.3
list_s = 0.3
[timeouts]
connect_s = 1.0
read_s = 1.0
attempt_s = 1.0
[faults]
max_outage_s = 2.0
"""


@pytest.fixture
def service():
    """Start a reference service of its own, slow enough for a run to be killed in the middle."""
    tokens = {"API_TOKEN": "killed-run-token-1234567890"}
    with subprocess.Popen(
        [sys.executable, "-m", "support.reference", "--exit-with-stdin", "--bound", "0.3"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True,
        env={**os.environ, **tokens},
    ) as process:  # fmt: skip
        yield process.stdout.readline().strip(), tokens
        process.stdin.close()


def names_at(url, tokens):
    headers = {"Authorization": f"Bearer {tokens['API_TOKEN']}", "Consistency": "strong"}
    request = urllib.request.Request(f"{url}/users?limit=100", headers=headers)  # noqa: S310 - on loopback
    with urllib.request.urlopen(request, timeout=5) as said:  # noqa: S310
        return [user["name"] for user in json.loads(said.read())]


@contextmanager
def running(service, folder, *options):
    """Run stories in a copy of the project until some of their users are there; yield the process."""
    url, tokens = service
    for part in ("features", "steps", "support", "conftest.py", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    (folder / "killed.toml").write_text(PROFILE, encoding="utf-8")
    environment = {**os.environ, **tokens, "BASE_URL": url, "TARGET": "killed.toml"}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-q", "features", "-k", "created or listed or stays", *options]
    # A shell starts what runs in the background without an interest in Ctrl-C, and so it would be here.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(  # noqa: S603 - this interpreter
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        signal.signal(signal.SIGINT, ours)
        deadline = time.monotonic() + 60
        while len(names_at(url, tokens)) < 5:
            assert run.poll() is None, run.stdout.read()[-3000:]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield run, environment


def test_a_killed_run_leaves_nothing_once_it_is_swept(service, tmp_path):
    url, tokens = service
    with running(service, tmp_path) as (run, environment):
        os.killpg(run.pid, signal.SIGKILL)
    assert names_at(url, tokens) != []
    swept = subprocess.run(
        [sys.executable, "-m", "support.cleanup"], cwd=tmp_path, env=environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert swept.returncode == 0, swept.stdout + swept.stderr
    assert swept.stdout.endswith("nothing is left\n")
    assert names_at(url, tokens) == []
    assert list((tmp_path / ".acceptance" / "runs").iterdir()) == []


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "workers"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda n: n.name)
def test_a_run_that_is_told_to_end_sweeps_first(service, tmp_path, number, options):
    with running(service, tmp_path, *options) as (run, _):
        run.send_signal(number)
        said = run.communicate(timeout=60)[0]
    assert run.returncode == 2, said[-2000:]
    assert " 0 left" in said
    assert names_at(*service) == []


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL], ids=lambda n: n.name)
def test_a_run_whose_service_is_gone_ends_soon_and_says_what_it_could_not_look_at(tmp_path, number):
    """Within its outage time (2 s) the service is waited for, then nothing is, not even by the sweep."""
    tokens = {"API_TOKEN": "killed-run-token-1234567890"}
    with subprocess.Popen(
        [sys.executable, "-m", "support.reference", "--exit-with-stdin", "--bound", "0.3"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True,
        env={**os.environ, **tokens},
    ) as process:  # fmt: skip
        try:
            with running((process.stdout.readline().strip(), tokens), tmp_path, "-n", "3") as (run, _):
                process.send_signal(number)
                said = run.communicate(timeout=120)[0]
                ended_at = time.time()
        finally:
            process.kill()
    assert run.returncode == 10, said[-2000:]
    assert "no usable answer" in said
    assert "not known how many left" in said
    assert "run python -m support.cleanup when the service is back" in said
    lines = (tmp_path / "reports" / "run.jsonl").read_text(encoding="utf-8").splitlines()
    events = {line["event"]: line["at"] for line in map(json.loads, lines)}
    known_at = datetime.fromisoformat(events["the service has been out for longer than 2 s"]).timestamp()
    assert ended_at - known_at < 10
