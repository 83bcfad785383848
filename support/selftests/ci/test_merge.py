"""Shards put together are what one run would have written; what a shard has not told is said."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from ci.merge.__main__ import main
from support.cleanup.run import Shard
from support.report.record import StoryRecord
from support.runner.shards.manifest import Manifest
from support.runner.shards.plan import durations_of, read_durations
from support.runner.shards.stories import LEFT_TO_THE_LAST

if TYPE_CHECKING:
    from pathlib import Path

STORIES = ("features/users/a.feature::test_one", "features/users/a.feature::test_two")
AUDIT = "features/strain/end.feature::test_audit"


def record(nodeid: str, verdict: str = "kept", reason: str = "") -> StoryRecord:
    """Make the record of a story."""
    return StoryRecord(
        ["ABC-01"], "A feature", "A rule", nodeid, {}, ["1.1"], "features/users/a.feature", nodeid,
        verdict=verdict, reason=reason, seconds=1.5, attempts=3, lags=[("create", "single", 5.0, 2000.0)],
    )  # fmt: skip


class ShardFolder:
    """What a shard of a run has left."""

    def __init__(self, folder: Path, number: int, *records: StoryRecord, of: int = 2, **more: Any) -> None:
        self.folder = folder / f"shard-{number}"
        for name in ("allure-results", "reports"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        facts: dict[str, Any] = {
            "shard": Shard(number, of, "nightly"),
            "mark": f"acc{number}",
            "seed": 7,
            "target": "x",
            "promises": ["put"],
            "known": {},
            "alert": {},
            "plan": {story: index % of + 1 for index, story in enumerate(STORIES)},
            "records": list(records),
            "users": {"created": number, "deleted": number, "left": 0},
            "problems": [],
            "broken": [],
            "notes": [],
            "seconds": float(number),
            "ahead_s": 1000.0 * number,
            "is_together": True,
            "is_apart": False,
        }
        manifest = Manifest(**{**facts, **more})
        (self.folder / "reports/shard.json").write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        line = json.dumps({"run": manifest.mark, "sent_at": 1.0, "answered_at": 2.0}) + "\n"
        (self.folder / "reports/history.jsonl").write_text(line, encoding="utf-8")
        suite = ET.Element(
            "testsuite", name="pytest", time="2.0", timestamp=f"2026-01-0{number}", hostname="x"
        )
        for each in records:
            self._add(each, suite)
        ET.ElementTree(suite).write(self.folder / "reports/junit.xml")

    def _add(self, told: StoryRecord, suite: ET.Element) -> None:
        case = ET.SubElement(suite, "testcase", classname="x", name=told.nodeid)
        tags = {"broken": "failure", "inconclusive": "error", "not_applicable": "skipped"}
        if told.verdict in tags:
            ET.SubElement(case, tags[told.verdict], message=told.reason)
        statuses = {"kept": "passed", "broken": "failed", "inconclusive": "broken"}
        result = {
            "historyId": told.nodeid,
            "status": statuses.get(told.verdict, "skipped"),
            "statusDetails": {"message": told.reason},
            "attachments": [{"source": f"{told.verdict}-attachment.txt"}],
        }
        allure = self.folder / "allure-results"
        (allure / f"{self.folder.name}-{len(suite)}-result.json").write_text(json.dumps(result))
        (allure / f"{told.verdict}-attachment.txt").write_text(told.verdict)


def merge(into: Path, *shards: ShardFolder) -> tuple[int, dict[str, Any]]:
    """Put shards together; return the exit code and the summary."""
    code = main([*(str(shard.folder) for shard in shards), "--into", str(into)])
    return code, json.loads((into / "reports/summary.json").read_text(encoding="utf-8"))


def suite_of(folder: Path) -> ET.Element:
    """Return what JUnit's file tells of a run."""
    found = ET.parse(folder / "reports/junit.xml").getroot().find("testsuite")  # noqa: S314 - our own file
    assert found is not None
    return found


def test_shards_are_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = ShardFolder(tmp_path, 1, record(STORIES[0]), record(AUDIT, "not_applicable", LEFT_TO_THE_LAST))
    two = ShardFolder(tmp_path, 2, record(STORIES[1]), record(AUDIT))
    code, summary = merge(tmp_path / "all", one, two)
    assert (code, summary["verdict"]) == (0, "kept")
    assert summary["counts"] == {"kept": 3, "broken": 0, "known": 0, "inconclusive": 0, "not_applicable": 0}
    assert summary["users"] == {"created": 3, "deleted": 3, "left": 0}
    assert (summary["requests"], summary["seed"], summary["target"], summary["not_run"]) == (9, 7, "x", [])
    assert summary["lag_ms"]["max"] == 5.0
    reports = tmp_path / "all/reports"
    suite = suite_of(tmp_path / "all")
    assert {name: suite.get(name) for name in ("tests", "skipped", "timestamp")} == {
        "tests": "3",
        "skipped": "0",
        "timestamp": "2026-01-01",
    }
    lines = [json.loads(line) for line in (reports / "history.jsonl").read_text().splitlines()]
    assert [line["sent_at"] for line in lines] == [1001.0, 2001.0]
    results = list((tmp_path / "all/allure-results").glob("*-result.json"))
    assert len(results) == 3
    assert len(list((tmp_path / "all/allure-results").glob("*-globals.json"))) == 1
    assert read_durations(durations_of("x", tmp_path / "all")).keys() == {*STORIES, AUDIT}
    assert "3 kept" in capsys.readouterr().out
    assert (reports / "summary.md").read_text(encoding="utf-8").startswith("## ✅")


def test_what_was_broken_after_the_stories_breaks_the_whole_run(tmp_path: Path) -> None:
    one = ShardFolder(tmp_path, 1, record(STORIES[0]), broken=["a deleted user is there"])
    code, summary = merge(tmp_path / "all", one, ShardFolder(tmp_path, 2, record(STORIES[1])))
    assert (code, summary["verdict"], summary["promises"]) == (1, "broken", ["put"])


def test_what_shards_tried_of_one_story_adds_up(tmp_path: Path) -> None:
    tried = {"operations": {"create, done": 2}}
    told = [replace(record(STORIES[0]), tried=tried) for _ in range(2)]
    shards = [ShardFolder(tmp_path, number, each) for number, each in enumerate(told, 1)]
    _, summary = merge(tmp_path / "all", *shards)
    assert summary["scenarios"][0]["tried"] == {"operations": {"create, done": 4}}


def test_a_second_merge_replaces_the_first(tmp_path: Path) -> None:
    one, two = ShardFolder(tmp_path, 1, record(STORIES[0])), ShardFolder(tmp_path, 2, record(STORIES[1]))
    for _ in range(2):
        code, _ = merge(tmp_path / "all", one, two)
    assert code == 0
    assert len(list((tmp_path / "all/allure-results").glob("*-result.json"))) == 2


def test_a_broken_promise_of_any_shard_is_one_of_the_run(tmp_path: Path) -> None:
    one = ShardFolder(tmp_path, 1, record(STORIES[0], "broken", "seen"))
    two = ShardFolder(tmp_path, 2, record(STORIES[1], "inconclusive", "out"))
    code, summary = merge(tmp_path / "all", one, two)
    assert (code, summary["verdict"]) == (1, "broken")
    suite = suite_of(tmp_path / "all")
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")


def test_a_missing_shard_is_said_with_its_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = ShardFolder(tmp_path, 1, record(STORIES[0]))
    two = ShardFolder(tmp_path, 2)
    (two.folder / "reports/shard.json").unlink()
    code, summary = merge(tmp_path / "all", one, two)
    assert (code, summary["verdict"]) == (10, "inconclusive")
    assert summary["not_run"] == [STORIES[1]]
    said = capsys.readouterr().out
    assert "shard 2/2 is missing: 1 story did not run (test_two)" in said
    assert "that shard did not come to its end" in said
    assert "test\\_two" in (tmp_path / "all/reports/summary.md").read_text(encoding="utf-8")


def test_a_shard_that_was_stopped_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, summary = merge(
        tmp_path / "all", ShardFolder(tmp_path, 1, record(STORIES[0])), ShardFolder(tmp_path, 2)
    )
    assert (code, summary["not_run"]) == (10, [STORIES[1]])
    assert "shard 2/2 did not come to its end: 1 story did not run" in capsys.readouterr().out


def test_an_audit_that_each_left_to_others_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = record(AUDIT, "not_applicable", LEFT_TO_THE_LAST)
    code, _ = merge(
        tmp_path / "all",
        ShardFolder(tmp_path, 1, record(STORIES[0]), left),
        ShardFolder(tmp_path, 2, record(STORIES[1]), left),
    )
    assert code == 10
    assert "no shard came last: 1 story did not run (test_audit)" in capsys.readouterr().out


@pytest.mark.parametrize("broken_first", [True, False])
def test_of_an_audit_that_each_made_the_worst_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, broken_first: bool
) -> None:
    audits = [record(AUDIT, "broken", "lost"), record(AUDIT)]
    first, second = audits if broken_first else audits[::-1]
    code, summary = merge(
        tmp_path / "all",
        ShardFolder(tmp_path, 1, record(STORIES[0]), first, is_together=False),
        ShardFolder(tmp_path, 2, record(STORIES[1]), second, is_together=False),
    )
    assert (code, summary["counts"]["broken"], summary["counts"]["kept"]) == (1, 1, 2)
    assert "each shard audited and swept only its own users" in capsys.readouterr().out
    results = [
        json.loads(file.read_text()) for file in (tmp_path / "all/allure-results").glob("*-result.json")
    ]
    assert sorted(result["status"] for result in results) == ["failed", "passed", "passed"]
    suite = suite_of(tmp_path / "all")
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")


def test_shards_that_were_cut_differently_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = ShardFolder(tmp_path, 1, record(STORIES[0]), record(STORIES[1]))
    two = ShardFolder(tmp_path, 2, record(STORIES[1]), plan=dict.fromkeys(STORIES, 2))
    code, summary = merge(tmp_path / "all", one, two)
    assert (code, summary["counts"]["kept"]) == (10, 2)
    assert "cut the stories differently" in capsys.readouterr().out


def test_what_does_not_belong_together_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = ShardFolder(tmp_path, 1), ShardFolder(tmp_path / "b", 1)
    other = ShardFolder(tmp_path / "c", 2, shard=Shard(2, 3, "other"))
    into = tmp_path / "all"
    empty = tmp_path / "empty"
    empty.mkdir()
    for folders, reason in (
        ([one.folder, two.folder], "shard 1 is there twice"),
        ([one.folder, other.folder], "shards of several runs: 'nightly' in 2 shards against x, 'other' in 3"),
        ([empty], "no folder holds what a shard leaves"),
        ([into], "is the folder of a shard"),
    ):
        assert main([*map(str, folders), "--into", str(into)]) == 4
        assert reason in capsys.readouterr().err
        assert not (into / "allure-results").exists()


def test_known_deviations_stay_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"DEL-01": {"reason": "The index keeps them.", "expires": "2999-01-31"}}
    known = record(STORIES[0], "known", "known deviation")
    known.ids = ["DEL-01"]
    one = ShardFolder(tmp_path, 1, known, known=said)
    code, summary = merge(tmp_path / "all", one, ShardFolder(tmp_path, 2, record(STORIES[1]), known=said))
    assert (code, summary["counts"]["known"]) == (0, 1)
    assert summary["known"][0]["state"] == "deviates"
    assert "The index keeps them." in capsys.readouterr().out
