"""Many clients act in processes of their own, belong to the run, and are told of as a story."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.whole_run

STORY = "features/strain/under_load.feature"
UNDECIDED = ("too few answers could be timed", "this machine was too busy")


def run(folder: Path, *options: str) -> tuple[int, str, dict[str, Any]]:
    """Run the story; return the exit code, what was said, and the summary."""
    reports = folder / "reports"
    addopts = f"--alluredir={folder / 'allure'} --junitxml={reports / 'junit.xml'} -p no:locust"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-o",
        f"addopts={addopts}",
        f"--reports={reports}",
        "-q",
        STORY,
    ]
    done = subprocess.run(  # noqa: S603 - this interpreter
        [*command, STORY, "--weather=calm", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    summary = reports / "summary.json"
    told = json.loads(summary.read_text(encoding="utf-8")) if summary.exists() else {}
    return done.returncode, done.stdout + done.stderr, told


def test_clients_are_served_and_leave_nobody(tmp_path: Path) -> None:
    """A few seconds on a busy machine may decide nothing; nothing is broken, and the measures are shown."""
    code, said, summary = run(tmp_path, "--load=5", "--load-clients=12")
    assert code in {0, 10}, said
    (story,) = summary["scenarios"]
    assert code == 0 or story["reason"].startswith(UNDECIDED), said
    assert summary["users"]["created"] > 0
    assert summary["requests"] > summary["users"]["created"]
    assert summary["users"]["deleted"] == summary["users"]["created"]
    assert summary["users"]["left"] == 0
    tables = [file.read_text(encoding="utf-8") for file in (tmp_path / "allure").glob("*.csv")]
    assert any(table.startswith("request,answers,half [ms]") for table in tables)
    assert any(table.startswith("as promised,could not be decided,broken\n") for table in tables)


def test_without_being_asked_for_no_client_acts(tmp_path: Path) -> None:
    code, said, _ = run(tmp_path)
    assert code == 5, said
    assert "1 deselected" in said
