"""What a story costs beyond its requests: `python -m support.benchmarks.story_cost [STORIES] [--profile]`.

A story of eight steps and five requests (create, look up, change, delete, look up) is run by the whole suite,
Allure results and JUnit written, and the same five requests go through a bare `requests.Session`, both
against an embedded service of their own without lag or faults. Printed are the times of one story [ms], on
the wall and as processor time of the client alone, as the slope between a short and a long run so that
starting up does not count; a ratio is that of one round, so that a busy machine burdens both sides alike.

With `--profile` it says where the suite's processor time goes instead.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

import requests

from support.benchmarks.shares import OUTPUT
from support.runner.embedded import EmbeddedService
from support.target.profiles import load_target
from support.target.settings import ROOT

FOLDER = ROOT / ".acceptance" / "benchmark"
SHORT = 20
ROUNDS = 5
FEATURE = """\
Feature: A day in the life of a user
  Rule: Everything works

    Scenario Outline: Everything is done once
      When the client creates user Ada
      Then the creation of user Ada is accepted
      When the client looks up user Ada
      Then the answer shows user Ada
      When the client changes the name of user Ada
      Then the change of user Ada is accepted
      When the client deletes user Ada
      Then a look-up no longer shows user Ada within the promised time

      Examples: Days
        | day |
"""
# Processor time of the process that runs the stories, without the service that it brings along.
CONFTEST = """\
import pathlib, time

def pytest_unconfigure():
    pathlib.Path(__file__).with_name("cpu").write_text(str(time.process_time()))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took: on the wall and in processor time, both [s]."""

    wall_s: float
    cpu_s: float

    def per(self, count: int, base: Cost | None = None) -> Cost:
        """Return the cost of one of so many, of what lies beyond a base."""
        wall_s, cpu_s = (base.wall_s, base.cpu_s) if base else (0.0, 0.0)
        return Cost((self.wall_s - wall_s) / count, (self.cpu_s - cpu_s) / count)


def run_stories(count: int, *options: str) -> Cost:
    """Run so many stories through the suite and return what pytest took for them."""
    # A folder of its own each time: some file systems are slow to make files where many were just deleted.
    folder = FOLDER / str(time.monotonic_ns())
    folder.mkdir(parents=True)
    rows = "".join(f"        | {day} |\n" for day in range(count))
    (folder / "day.feature").write_text(FEATURE + rows, encoding="utf-8")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    feature = str(folder / "day.feature")
    command = [sys.executable, "-m", "pytest", feature, "-q", "--weather", "calm", "--bound", "0"]
    results = [f"--alluredir={folder / 'results'}", f"--junitxml={folder / 'junit.xml'}"]
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - this interpreter and this project
        [*command, *results, f"--reports={folder / 'reports'}", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return Cost(time.perf_counter() - begun, float((folder / "cpu").read_text(encoding="utf-8")))


def run_bare(count: int) -> Cost:
    """Send the same requests through a bare session and return what they took."""
    target = load_target("reference")
    service = EmbeddedService(
        target.embedded or "", target.auth.variables, ["--weather", "calm", "--bound", "0", "--seed", "1"]
    )
    users = f"{service.base_url}/users"
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {service.tokens[target.auth.token]}"
    begun, busy = time.perf_counter(), time.process_time()
    for day in range(count):
        details = {"name": "Ada King", "email": f"ada.{day}@example.com", "nickname": "ada"}
        user = session.post(users, json=details).json()
        session.get(f"{users}/{user['id']}").json()
        session.patch(f"{users}/{user['id']}", json={"name": "Ada Lovelace"}).json()
        session.delete(f"{users}/{user['id']}")
        session.get(f"{users}/{user['id']}").json()
    cost = Cost(time.perf_counter() - begun, time.process_time() - busy)
    service.stop()
    return cost


def compare(count: int, rounds: int) -> dict[str, float]:
    """Measure both sides in turns and return the medians."""
    suite, bare = [], []
    for _ in range(rounds):
        bare.append(run_bare(count).per(count))
        suite.append(run_stories(SHORT + count).per(count, run_stories(SHORT)))
    pairs = list(zip(suite, bare, strict=True))
    story = statistics.median(each.wall_s for each in suite) * 1000
    request = statistics.median(each.wall_s for each in bare) * 1000
    return {
        "story_ms": story,
        "bare_ms": request,
        "beyond_ms": story - request,
        "ratio": statistics.median(ours.wall_s / theirs.wall_s for ours, theirs in pairs),
        "story_cpu_ms": statistics.median(each.cpu_s for each in suite) * 1000,
        "bare_cpu_ms": statistics.median(each.cpu_s for each in bare) * 1000,
        "cpu_ratio": statistics.median(ours.cpu_s / theirs.cpu_s for ours, theirs in pairs),
    }


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m support.benchmarks.story_cost", description=main.__doc__)
    parser.add_argument("stories", nargs="?", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often both sides are measured")
    parser.add_argument("--profile", action="store_true", help="say where the suite's processor time goes")
    options = parser.parse_args()
    try:
        if options.profile:
            cost = run_stories(options.stories, "-p", "support.benchmarks.shares")
            shares = json.loads(next(FOLDER.rglob(OUTPUT)).read_text(encoding="utf-8"))
            print(f"{cost.cpu_s:.1f} s of processor time in all, of which the stories' by share [%]:")
            for area, share in shares.items():
                print(f"{100 * share:6.1f}  {area}")
            return
        figures = compare(options.stories, options.rounds)
        rounded = {name: round(value, 2) for name, value in figures.items()}
        print(json.dumps(rounded | {"cores": os.cpu_count()}))
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
