"""A team's own features and steps run beside ours: same world, same report; ours do not change by that."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from support.runner.command_line.own_stories import own_stories
from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FEATURE = """@own
Feature: What our users are called
  Names go onto badges.

  Rule: A name is kept

    @OWN-01 @clause-2.1 @badge
    Scenario: A name is long enough for a badge
      Given user Ada exists
      When the client looks up user Ada
      Then the name of user Ada fits onto a badge of 200 letters

    @OWN-02 @badge
    Scenario: A name is too long for the smallest badge
      Given user Ada exists
      When the client looks up user Ada
      Then the name of user Ada fits onto a badge of 1 letters
"""
STEPS = '''"""Badges."""

from __future__ import annotations

from pytest_bdd import parsers, then

from support.cast import People


@then(parsers.parse("the name of user {label} fits onto a badge of {letters:d} letters"))
def fits(people: People, label: str, letters: int) -> None:
    name = people[label].details["name"]
    assert len(name) <= letters
'''


class Team:
    """A repository of a team's own, with a profile, features and a step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.features = folder / "features"
        self.features.mkdir(parents=True)
        (folder / "steps").mkdir()
        (self.features / "badges.feature").write_text(FEATURE, encoding="utf-8")
        (folder / "steps" / "badges.py").write_text(STEPS, encoding="utf-8")
        profile = (ROOT / "support/target/profiles/reference.toml").read_text(encoding="utf-8")
        (folder / "staging.toml").write_text(profile, encoding="utf-8")

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run stories with those of the team."""
        addopts = f"--alluredir={self.folder / 'allure'} --junitxml={self.folder / 'junit.xml'}"
        return subprocess.run(  # noqa: S603 - this interpreter
            [
                *(sys.executable, "-m", "pytest", "-o", f"addopts={addopts} -p no:cacheprovider"),
                *(f"--stories={self.features}", f"--target={self.folder / 'staging.toml'}"),
                *("--weather=calm", "--explore=0", f"--reports={self.folder / 'reports'}", *options),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    @property
    def stories(self) -> dict[str, Any]:
        """What became of the stories of the run, by their titles."""
        text = (self.folder / "reports/summary.json").read_text(encoding="utf-8")
        return {story["title"]: story for story in json.loads(text)["scenarios"]}


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "ours")


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_stories_and_steps_of_a_team_run_with_ours(team: Team, workers: tuple[str, ...]) -> None:
    done = team.run("-k", "badge or test_a_deleted_user_can_no_longer_be_looked_up", *workers)
    assert done.returncode == 1, done.stdout + done.stderr
    verdicts = {title: story["verdict"] for title, story in team.stories.items()}
    assert verdicts == {
        "A name is long enough for a badge": "kept",
        "A name is too long for the smallest badge": "broken",
        "A deleted user can no longer be looked up": "kept",
    }
    assert team.stories["A name is long enough for a badge"]["ids"] == ["OWN-01"]
    told = [
        json.loads(file.read_text(encoding="utf-8"))
        for file in (team.folder / "allure").glob("*-result.json")
    ]
    assert {result["name"] for result in told} == set(verdicts)
    own = [result["descriptionHtml"] for result in told if "badge" in result["name"]]
    assert len(own) == 2
    assert all("pytest --stories=" in description for description in own), own
    assert str(team.features.name) in (team.folder / "junit.xml").read_text(encoding="utf-8")


def test_a_deviation_of_a_team_s_own_story_may_be_known(team: Team) -> None:
    entry = '[known]\n"OWN-02" = { reason = "Badges are small.", expires = 2999-01-31 }\n'
    profile = team.folder / "staging.toml"
    profile.write_text(profile.read_text(encoding="utf-8") + entry, encoding="utf-8")
    done = team.run("-k", "badge")
    assert done.returncode == 0, done.stdout + done.stderr
    assert team.stories["A name is too long for the smallest badge"]["verdict"] == "known"


def test_one_story_of_a_team_is_run_alone(team: Team) -> None:
    story = "test_a_name_is_long_enough_for_a_badge"
    team.features /= f"badges.feature::{story}"
    done = team.run("--collect-only", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    collected = [line for line in done.stdout.splitlines() if "::" in line]
    assert [line.rpartition("::")[2] for line in collected] == [story]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("features", "there is no such folder"),
        ("steps/badges.py", "badges.py: cannot be imported (SyntaxError"),
    ],
)
def test_what_cannot_be_read_is_one_line(team: Team, broken: str, reason: str) -> None:
    place = team.folder / broken
    if place.is_dir():
        place.rename(team.folder / "elsewhere")
    else:
        place.write_text("def broken(:\n", encoding="utf-8")
    done = team.run("--collect-only", "-q")
    assert done.returncode == 4
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "there is no such folder"),
        ("nowhere", "there is no such folder"),
        ("pyproject.toml", "holds no stories"),
        ("empty", "holds no stories"),
    ],
)
def test_what_holds_no_stories_is_not_passed_over(tmp_path: Path, given: str, reason: str) -> None:
    """A run of ours alone would look as if the team's stories had been kept."""
    (tmp_path / "empty" / "steps").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    config = SimpleNamespace(
        option=SimpleNamespace(stories=[given]), invocation_params=SimpleNamespace(dir=tmp_path)
    )
    with pytest.raises(pytest.UsageError, match=f"^--stories .*{reason}"):
        own_stories(cast("pytest.Config", config))
