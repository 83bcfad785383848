"""Runs stories in a process of its own and gives back everything that people would see of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
# Only what the stories need: half of a run's start is other plugins.
PLUGINS = "pytest_bdd.plugin,xdist.plugin,allure_pytest.plugin"
CONFIGURATION = """
[pytest]
addopts = --alluredir=allure-results -p no:cacheprovider -p support.selftests.report.small_project
python_files = test_*.py
filterwarnings = ignore
"""
OWN = {
    "PYTHONPATH": str(ROOT),
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": PLUGINS,
    "COLUMNS": "110",
}


@dataclass(frozen=True)
class Outcome:
    """What a run left: exit code, terminal, Allure results by name, summary, and the folder of it all."""

    code: int
    terminal: str
    results: dict[str, dict[str, Any]]
    summary: dict[str, Any]
    folder: Path

    def step(self, story: str, name: str) -> dict[str, Any]:
        return next(step for step in steps_of(self.results[story]) if step["name"] == name)

    def read(self, attachment: dict[str, Any]) -> str:
        return (self.folder / "allure-results" / attachment["source"]).read_text(encoding="utf-8")


def steps_of(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a result, those of folded ones included."""
    found = []
    for step in item.get("steps", []):
        found += [step, *steps_of(step)]
    return found


def run(folder: Path, *arguments: str, environment: dict[str, str] | None = None, **features: str) -> Outcome:
    """Run the given features, by file name, with pytest and return what came of it."""
    ability = folder / "features" / "sign_up"
    ability.mkdir(parents=True, exist_ok=True)
    for name, text in features.items():
        (ability / f"{name}.feature").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text(CONFIGURATION)
    (folder / "test_stories.py").write_text("from pytest_bdd import scenarios\n\nscenarios('features')\n")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env={**os.environ, **OWN, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = [
        json.loads(path.read_text("utf-8")) for path in (folder / "allure-results").glob("*-result.json")
    ]
    summary = folder / "reports" / "summary.json"
    return Outcome(
        done.returncode,
        done.stdout + done.stderr,
        {result["name"]: result for result in found},
        json.loads(summary.read_text("utf-8")) if summary.exists() else {},
        folder,
    )
