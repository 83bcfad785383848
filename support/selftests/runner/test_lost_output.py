"""Output that cannot be written ends no run and no sweep: the exit code is the verdict, whoever reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.target.settings import ROOT

pytestmark = pytest.mark.whole_run

RUN = "python -m pytest features -k created --weather calm --bound 1 -p no:cacheprovider"
WAYS = {
    "a reader that stops": "{} 2>&1 | head -1",
    "no reader": "{} -v 2>&1 | true",
    "a full disk": "{} >/dev/full 2>&1",
    "a reader that stops, by workers": "{} -n 2 -v 2>&1 | head -1",
    "closed": "{} >&- 2>&-",
    "output closed": "{} >&-",
}


def shell(command, **variables):
    """Run a line of a shell; return the exit code of its first command."""
    environment = {name: value for name, value in os.environ.items() if name not in {"TARGET", "BASE_URL"}}
    environment.pop("PYTEST_ADDOPTS", None)
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    script = f"{command}; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(  # noqa: S603 - a line of this test
        ["/bin/bash", "-c", script], cwd=ROOT, env={**environment, **variables},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_run_whose_output_is_lost_ends_with_its_verdict_and_sweeps(tmp_path, way):
    own = f"--alluredir={tmp_path}/allure --junitxml={tmp_path}/junit.xml --reports={tmp_path}/reports"
    code, said = shell(way.format(f"{RUN} {own}"))
    summary = json.loads((tmp_path / "reports" / "summary.json").read_text(encoding="utf-8"))
    assert (code, summary["verdict"]) == (0, "kept"), said
    users = summary["users"]
    assert users["created"] == users["deleted"] > 0
    assert users["left"] == 0


@pytest.mark.parametrize("way", [">/dev/full 2>&1", "2>/dev/full", "2>&1 | true", ">&- 2>&-"])
@pytest.mark.parametrize(
    ("command", "code"),
    [("python -m pytest features --bound -1", 4), ("python -m support.cleanup --target none", 4),
     ("python -m support.cleanup --target json-server", 10)],
)  # fmt: skip
def test_a_mistake_that_cannot_be_told_is_no_broken_promise(command, code, way):
    ended, said = shell(f"{command} {way}", BASE_URL="http://127.0.0.1:1" if code == 10 else "")
    assert ended == code, said
