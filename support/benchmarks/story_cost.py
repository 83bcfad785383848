"""What a story costs beyond its requests: `python -m support.benchmarks.story_cost [STORIES]`.

A story of eight steps and five requests (create, look up, change, delete, look up) is run by the whole suite,
Allure results written, and the same five requests go through a bare `requests.Session`, both against an
embedded service of their own without lag or faults. Printed are the times of one story [ms], as the slope
between a short and a long run so that starting up does not count, and their ratio.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import requests

from support.embedded import EmbeddedService
from support.settings import ROOT
from support.targets import load_target

FOLDER = ROOT / ".acceptance" / "benchmark"
SHORT = 20
ROUNDS = 3
FEATURE = """\
Feature: A day in the life of a user
  Rule: Everything works

    Scenario Outline: Everything is done once
      When the client creates user Ada
      Then the answer shows user Ada as created
      When the client looks up user Ada
      Then the answer shows user Ada
      When the client changes the name of user Ada
      Then the change of user Ada is accepted
      When the client deletes user Ada
      Then user Ada is gone within the promised time

      Examples: Days
        | day |
"""


def run_stories(count: int, *options: str) -> float:
    """Run so many stories through the suite and give the time that pytest took for them [s]."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    rows = "".join(f"        | {day} |\n" for day in range(count))
    (FOLDER / "day.feature").write_text(FEATURE + rows, encoding="utf-8")
    (FOLDER / "test_day.py").write_text(
        "from pytest_bdd import scenarios\n\nscenarios('day.feature')\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", str(FOLDER), "-q", "--weather", "calm", "--bound", "0"]
    results = [f"--alluredir={FOLDER / 'results'}", f"--junitxml={FOLDER / 'junit.xml'}"]
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - this interpreter and this project
        [*command, *results, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return time.perf_counter() - begun


def run_bare(count: int) -> float:
    """Send the same requests through a bare session and give the time that they took [s]."""
    target = load_target("reference")
    service = EmbeddedService(
        target.embedded or "", target.auth.variables, ["--weather", "calm", "--bound", "0", "--seed", "1"]
    )
    users = f"{service.base_url}/users"
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {service.tokens[target.auth.token]}"
    begun = time.perf_counter()
    for day in range(count):
        details = {"name": "Ada King", "email": f"ada.{day}@example.com", "nickname": "ada"}
        user = session.post(users, json=details).json()
        session.get(f"{users}/{user['id']}").json()
        session.patch(f"{users}/{user['id']}", json={"name": "Ada Lovelace"}).json()
        session.delete(f"{users}/{user['id']}")
        session.get(f"{users}/{user['id']}").json()
    took = time.perf_counter() - begun
    service.stop()
    return took


def main() -> None:
    """Measure in turns, and print medians."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    options = sys.argv[2:]
    suite, bare = [], []
    for _ in range(ROUNDS):
        bare.append(run_bare(count) / count * 1000)
        long, short = run_stories(SHORT + count, *options), run_stories(SHORT, *options)
        suite.append((long - short) / count * 1000)
    shutil.rmtree(FOLDER, ignore_errors=True)
    story, request = statistics.median(suite), statistics.median(bare)
    figures = {"story_ms": story, "bare_ms": request, "beyond_ms": story - request, "ratio": story / request}
    print(json.dumps({name: round(value, 2) for name, value in figures.items()} | {"cores": os.cpu_count()}))


if __name__ == "__main__":
    main()
