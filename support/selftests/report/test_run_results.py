"""What is left of a whole run: exit code, summary and terminal."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from support.selftests.report.playground import Outcome, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.whole_run

KEPT = """
@users
Feature: Signing in
  People come back by signing in.

  Rule: Who is known comes in

    @REG-02 @clause-2.4
    Scenario: Ada signs in
      When the client creates user Ada
      Then user Ada can be looked up within the promised time

    Scenario Outline: Signing in by <way>
      Given the service is there

      Examples: Ways
        | way   |
        | door  |
        | quote |
"""
NOT_ASKED = """
Feature: Versions
  Nobody overwrites anybody.

  @needs-etag
  Scenario: Versions differ
    Then nobody knows
"""
UNDECIDED = """
Feature: Weather
  It rains.

  @REG-03
  Scenario: Rain stays rain
    Then nobody knows
"""
BROKEN = """
Feature: Answers
  They are right.

  @REG-04
  Scenario: Answers are right
    Then the answer is wrong
"""
DEADLY = """
Feature: Crashes
  They are seen.

  Scenario: A worker dies
    Then the process dies
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("mixed")
    features = {"kept": KEPT, "versions": NOT_ASKED, "weather": UNDECIDED, "answers": BROKEN}
    return run(folder, "-n2", **features)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("features", "code", "verdict"),
    [
        ({"kept": KEPT, "versions": NOT_ASKED}, 0, "kept"),
        ({"kept": KEPT, "weather": UNDECIDED}, 10, "inconclusive"),
        ({"broken": BROKEN, "weather": UNDECIDED}, 1, "broken"),
        ({"versions": NOT_ASKED}, 0, "not_applicable"),
    ],
)
def test_exit_codes(tmp_path: Path, features: dict[str, str], code: int, verdict: str) -> None:
    """A broken promise outweighs a doubt, a doubt everything else."""
    outcome = run(tmp_path, **features)  # type: ignore[arg-type]
    assert outcome.code == code
    assert outcome.summary["verdict"] == verdict


def test_users_left_are_no_clean_run(tmp_path: Path) -> None:
    """A run that leaves users behind is not kept."""
    outcome = run(tmp_path, environment={"STAGE_LEFT": "1"}, kept=KEPT)
    assert outcome.code == 10
    assert outcome.summary["users"] == {"created": 3, "deleted": 3, "left": 1}


def test_a_promise_broken_after_all_stories_is_a_broken_run(tmp_path: Path) -> None:
    """A deletion that was not done, as the sweep finds it, is no doubt about who is left."""
    environment = {"STAGE_LEFT": "1", "STAGE_BROKEN": "the deletion of user u1 was acknowledged"}
    outcome = run(tmp_path, environment=environment, kept=KEPT)
    assert outcome.code == 1
    assert outcome.summary["verdict"] == "broken"


def test_no_story_at_all(tmp_path: Path) -> None:
    """The code of pytest for an empty run stays."""
    outcome = run(tmp_path, "-k", "nothing_of_that_name", kept=KEPT)
    assert outcome.code == 5


def test_a_worker_that_dies_is_no_verdict(tmp_path: Path) -> None:
    """The story that killed its process is named, and the run is inconclusive."""
    outcome = run(tmp_path, "-n1", "--max-worker-restart=0", crashes=DEADLY)
    assert outcome.code == 10
    assert "the process that ran test_stories.py::test_a_worker_dies died" in outcome.terminal


def test_summary(mixed: Outcome) -> None:
    """The summary has what pipelines rely on, in order of the feature files."""
    summary = mixed.summary
    assert set(summary) == {
        *("verdict", "seed", "target", "counts", "scenarios", "requests", "retries", "lag_ms", "users"),
        *("seconds", "ended", "known", "promises", "shard", "not_run", "weather", "versions"),
    }
    assert summary["counts"] == {
        "kept": 3,
        "broken": 1,
        "known": 0,
        "inconclusive": 1,
        "not_applicable": 1,
    }
    assert (summary["seed"], summary["target"]) == (42, "staging")
    assert summary["requests"] == 2 + 3 + 2 + 1
    assert summary["retries"] == 1 + 1
    assert summary["lag_ms"] == {"p50": 400.0, "p95": 400.0, "max": 400.0}
    by_title = {scenario["title"]: scenario for scenario in summary["scenarios"]}
    assert by_title["Ada signs in"] == {
        "ids": ["REG-02"],
        "feature": "Signing in",
        "rule": "Who is known comes in",
        "title": "Ada signs in",
        "example": {},
        "verdict": "kept",
        "reason": "",
        "clauses": ["2.4"],
        "seconds": by_title["Ada signs in"]["seconds"],
        "attempts": 5,
        "needs": [],
        "tried": {},
    }
    assert by_title["Signing in by door"]["example"] == {"way": "door"}
    assert by_title["Rain stays rain"]["reason"] == "no answer within 20 s"
    assert by_title["Versions differ"]["reason"] == "target staging does not promise etag"
    assert by_title["Answers are right"]["reason"] == 'promised: the name is "Ada"; seen: it is "Bob"'


def test_markdown(mixed: Outcome) -> None:
    """The job summary has the verdict, the counts and whatever was not kept."""
    text = (mixed.folder / "reports" / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("## ❌ Promises were broken\n")
    assert "| 3 | 1 | 0 | 1 | 1 | staging | 42 |" in text
    assert "| REG-04 Answers are right | Answers |  | promised:" in text
    assert "| REG-03 Rain stays rain | Weather |  | no answer within 20 s |" in text


def test_terminal(mixed: Outcome) -> None:
    """Progress by feature, the failures in full without tracebacks, then the result."""
    lines = mixed.terminal.splitlines()
    assert any(line.split() == ["Signing", "in", "...", "3", "kept"] for line in lines)
    assert any(line.split() == ["Answers", "x", "1", "broken"] for line in lines)
    assert any(line.split() == ["Weather", "?", "1", "inconclusive"] for line in lines)
    assert any(line.split() == ["Versions", "-", "1", "not", "applicable"] for line in lines)
    failure = mixed.terminal.partition("BROKEN PROMISES")[2]
    order = [
        "Answers: Answers are right",
        "Then the answer is wrong  (features/sign_up/answers.feature:7)",
        'promised: the name is "Ada"',
        'seen: it is "Bob"',
        "look up user Ada — 200 after 12 ms",
        "run it alone: pytest 'test_stories.py::test_answers_are_right'",
        "INCONCLUSIVE",
        "could not be decided: no answer within 20 s",
        "not asked   target staging does not promise etag (1 story)",
        "requests    8, 2 of them again after a passing fault",
        "lag         half of 1 changes seen after 400 ms",
        "users       3 created, 3 deleted, 0 left",
        "seed        42",
        "results     reports/summary.json; allure-results",
        "verdict     1 broken, 1 inconclusive, 3 kept, 1 not applicable",
    ]
    places = [failure.find(text) for text in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "Traceback" not in mixed.terminal
    assert "\x1b[" not in mixed.terminal


def test_terminal_in_detail(tmp_path: Path) -> None:
    """With -v each story has its line; with --tb a finding has its traceback."""
    outcome = run(tmp_path, "-v", "--tb=short", kept=KEPT, answers=BROKEN)
    assert "kept           Signing in: Ada signs in (" in outcome.terminal
    assert "broken         Answers: Answers are right (" in outcome.terminal
    assert "small_project.py:" in outcome.terminal


def test_terminal_in_brief(tmp_path: Path) -> None:
    """With -qq a run that was kept is one line."""
    outcome = run(tmp_path, "-qq", kept=KEPT)
    assert outcome.terminal.split("\n")[-2:] == ["verdict     3 kept", ""]
    assert len(outcome.terminal.strip().splitlines()) == 1


def test_colours_can_be_had_and_refused(tmp_path: Path) -> None:
    """Markup follows pytest's option and NO_COLOR."""
    coloured = run(tmp_path, "--color=yes", kept=KEPT)
    assert "\x1b[32m.\x1b[0m" in coloured.terminal
    plain = run(tmp_path, environment={"NO_COLOR": "1"}, kept=KEPT)
    assert "\x1b[" not in plain.terminal


def test_a_summary_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """No traceback and no verdict when the reports have no place."""
    (tmp_path / "reports").write_text("in the way")
    outcome = run(tmp_path, kept=KEPT)
    assert outcome.code == 10
    assert outcome.terminal.count("the results could not be written (File exists: ") == 1
    assert "Traceback" not in outcome.terminal


def test_without_allure_the_run_is_summed_up_all_the_same(tmp_path: Path) -> None:
    """No results folder, no bridge, but every verdict."""
    outcome = run(tmp_path, "-o", "addopts=", "-p", "support.selftests.report.small_project", kept=KEPT)
    assert outcome.code == 0
    assert outcome.summary["counts"]["kept"] == 3
    assert not outcome.results


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_junit_tells_doubt_from_evidence(tmp_path: Path, workers: str) -> None:
    """What could not be decided is an error, what is broken a failure; the totals say the same."""
    feature = "Feature: Answers\n  They are right.\n" + "".join(
        f"\n  Scenario: {title}\n    {step}\n"
        for title, step in (
            ("One is right", "Given the service is there"),
            ("One is wrong", "Then the answer is wrong"),
            ("One is unknown", "Then nobody knows"),
        )
    )
    outcome = run(tmp_path, workers, "--junitxml=junit.xml", answers=feature)
    suite = ET.parse(outcome.folder / "junit.xml").getroot()[0]  # noqa: S314 - ours
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    tags = {case.get("name"): [node.tag for node in case if node.tag != "properties"] for case in suite}
    assert tags == {
        "test_one_is_right": [],
        "test_one_is_wrong": ["failure"],
        "test_one_is_unknown": ["error"],
    }
