"""Four shards as four processes that meet in Redis are one run; one that is killed costs its own stories."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import requests

from ci.merge.__main__ import main as merge
from support.runner.embedded import EmbeddedService
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.selftests.servers.redis_server import RedisServer

pytestmark = pytest.mark.whole_run

VARIABLES = ("API_TOKEN", "OTHER_TENANT_TOKEN", "READ_ONLY_TOKEN", "THROTTLED_TOKEN")
DEFECT = "M61"  # the announced number counts deleted users, as a story sees that must be alone
STORIES = (
    "not test_the_last_page and (test_every_user_is_listed_exactly_once or test_a_deleted_user "
    "or test_an_email_in_use_cannot or test_the_announced_number or test_deleting_everything "
    "or end_of_the_run or last)"
)
OF = 4


class Shards:
    """Runs of stories at one service, in processes of their own."""

    def __init__(self, folder: Path, service: EmbeddedService, redis_url: str) -> None:
        self.folder = folder
        self.service = service
        variables = {"BASE_URL": service.base_url, "REDIS_URL": redis_url, **service.tokens}
        self._environment = {**os.environ, **variables}

    def start(self, name: str, *options: str) -> subprocess.Popen[str]:
        """Start a run that leaves its results in a folder of that name."""
        folder = self.folder / name
        addopts = f"--alluredir={folder / 'allure-results'} --junitxml={folder / 'reports/junit.xml'}"
        settings = ["--target=reference", "--bound=0.3", "--explore=0", f"--reports={folder / 'reports'}"]
        command = [sys.executable, "-m", "pytest", "-o", f"addopts={addopts} -p no:cacheprovider", "-q"]
        return subprocess.Popen(  # noqa: S603 - this interpreter
            [*command, *settings, *options, "-k", STORIES],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_all(self) -> list[subprocess.Popen[str]]:
        """Start all shards of a run."""
        own = ("--run-id", self.folder.name)
        return [self.start(f"shard-{n}", "--shard", f"{n}/{OF}", *own) for n in range(1, OF + 1)]

    def merge(self) -> tuple[int, dict[str, Any]]:
        """Put the shards together; return the exit code and the summary."""
        folders = [str(self.folder / f"shard-{n}") for n in range(1, OF + 1)]
        code = merge([*folders, "--into", str(self.folder / "all")])
        return code, self.summary("all")

    def summary(self, name: str) -> dict[str, Any]:
        """Return what a run has said."""
        text = (self.folder / name / "reports/summary.json").read_text(encoding="utf-8")
        summary: dict[str, Any] = json.loads(text)
        return summary

    def left(self) -> list[Any]:
        """Return who is left at the service."""
        url = f"{self.service.base_url}/users"
        tokens = [self.service.tokens[name] for name in VARIABLES[:2]]
        answers = [
            requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30) for token in tokens
        ]
        return [user for answer in answers for user in answer.json()]


@pytest.fixture
def shards(tmp_path: Path, redis: RedisServer) -> Iterator[Shards]:
    options = ["--weather", "calm", "--bound", "0.3", "--defect", DEFECT]
    service = EmbeddedService("support.reference", VARIABLES, options)
    with contextlib.ExitStack() as stack:
        stack.callback(service.stop)
        yield Shards(tmp_path, service, redis.url)


def verdicts(summary: dict[str, Any]) -> dict[tuple[str, ...], str]:
    return {
        (story["feature"], story["rule"], story["title"], *story["example"].values()): story["verdict"]
        for story in summary["scenarios"]
    }


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=900)
    return process.returncode, said


def test_four_shards_give_the_verdicts_of_one_run_and_leave_nobody(shards: Shards) -> None:
    ended = [end(process) for process in shards.start_all()]
    assert sorted(code for code, _ in ended) == [0, 0, 0, 1], ended
    assert shards.left() == []
    code, merged = shards.merge()
    assert end(shards.start("one"))[0] == code == 1
    one = shards.summary("one")
    assert verdicts(merged) == verdicts(one)
    assert merged["counts"]["broken"] == 1
    assert (merged["users"]["left"], merged["not_run"]) == (0, [])
    assert merged["users"]["created"] >= one["users"]["created"] > 0
    results = list((shards.folder / "all/allure-results").glob("*-result.json"))
    identities = Counter(json.loads(file.read_text(encoding="utf-8"))["historyId"] for file in results)
    assert set(identities.values()) == {1}
    assert len(identities) == len(one["scenarios"])
    # Each did something, and one of them swept for all.
    assert all(shards.summary(f"shard-{n}")["counts"]["kept"] for n in range(1, OF + 1))
    assert sum("this shard came last" in said for _, said in ended) == 1


def test_a_shard_that_is_killed_costs_its_own_stories_and_nothing_else(shards: Shards) -> None:
    processes = shards.start_all()
    victim, begun = processes[1], shards.folder / "shard-2/allure-results"
    deadline = time.monotonic() + 600
    while not list(begun.glob("*-result.json")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    victim.kill()
    ended = [end(process) for process in processes]
    assert [code for code, _ in ended if code not in {0, 1}] == [-9], ended
    assert shards.left() == []
    code, merged = shards.merge()
    assert code == (1 if merged["counts"]["broken"] else 10)
    assert merged["users"]["left"] == 0
    plan = json.loads((shards.folder / "shard-1/reports/shard.json").read_text(encoding="utf-8"))["plan"]
    assert merged["not_run"] == sorted(story for story, number in plan.items() if number == 2)
    audits = [story for story in merged["scenarios"] if story["feature"] == "The end of the run"]
    assert audits
    assert {story["verdict"] for story in audits} == {"kept"}
    # What is told at the end of a run is in nobody's part, and so is the look at the passwords.
    assert len(merged["scenarios"]) + len(merged["not_run"]) == len(plan) + len(audits) + 1
