"""Tests that fail with secrets at hand, under the guard that all our tests have."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ci.trials.planted_secrets.encodings import ENCODINGS
from support.target.settings import ROOT

if TYPE_CHECKING:
    from ci.trials.planted_secrets.planting import Plantation

TESTS = Path(__file__).with_name("failing_tests.py")
WAYS = re.compile(r'@each_of\("(.*?)"\)|(?:in |ids=)PLAN\["(.*?)"\]')
CONFTEST = """
import json, os
from support.secrets.redaction import REDACTOR
from support.report.allure.guard import SecretGuard

for secret in json.loads(os.environ.pop("PLANTED")):
    REDACTOR.register(secret, "SECRET")

def pytest_configure(config):
    config.pluginmanager.register(SecretGuard(), "secret-guard")
"""
SAYING = ("-vv", "--showlocals", "--full-trace", "-rA", "--log-cli-level=INFO")


def run_tests(folder: Path, plantation: Plantation) -> list[Path]:
    """Run the tests with every secret in every encoding, and return the folder of what they leave."""
    tests, left = folder / "tests", folder / "left"
    tests.mkdir()
    left.mkdir()
    ways = dict.fromkeys(WAYS.findall(TESTS.read_text("utf-8")))
    # One test has all shapes, so that each output has some that are cut.
    plan = {
        way: [
            "; ".join(plantation.plant(way, shape, encoding) for shape in plantation.secrets)
            for encoding in ENCODINGS
        ]
        for way in (one or other for one, other in ways)
    }
    (tests / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tests / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tests / "pytest.ini").write_text("[pytest]\njunit_logging = all\n", encoding="utf-8")
    shutil.copy(TESTS, tests / "test_failing.py")
    options = ("-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={folder / 'given'}", *SAYING)
    files = ("--alluredir=../left/allure", "--junitxml=../left/junit.xml", "--log-file=../left/run.log")
    planted = json.dumps([*plantation.secrets.values()])
    with (left / "said").open("wb") as said:
        ended = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "pytest", *options, *files],
            cwd=tests,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PLANTED": planted},
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
    print(f"tests: exit code {ended.returncode}", flush=True)
    return [left]
