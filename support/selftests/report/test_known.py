"""Known deviations: reported as known, red when they expire and when they no longer deviate."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from support.selftests.report.playground import Outcome, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.whole_run

ANSWERS = """
Feature: Answers
  They are right.

  @REG-04 @clause-3.1
  Scenario: Answers are right
    Then the answer is wrong

  @REG-05 @clause-3.2
  Scenario Outline: Answers to <whom> are there
    Given the service is there

    Examples: People
      | whom |
      | Ada  |
      | Bob  |

  @REG-06 @clause-3.2
  Scenario: Nobody can tell
    Then nobody knows

  @REG-07 @needs-etag
  Scenario: Nobody asks
    Then nobody knows
"""
LINK = "https://issues.example.com/17"
LATER, LONG_AGO = "2999-12-31", "2001-01-31"


def known(folder: Path, *arguments: str, text: str = ANSWERS, **entries: str) -> Outcome:
    """Run the stories with these names in `[known]`, each with the day of its end."""
    table = {
        name.replace("_", "-") if name[0] != "c" else name[1:].replace("_", "."): {
            "reason": "Bob is  <b>loud</b>",
            "link": LINK,
            "expires": day,
        }
        for name, day in entries.items()
    }
    return run(folder, *arguments, environment={"STAGE_KNOWN": json.dumps(table)}, answers=text)


def states(outcome: Outcome) -> dict[str, str]:
    return {entry["name"]: entry["state"] for entry in outcome.summary["known"]}


@pytest.fixture(scope="module")
def deviating(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("deviating")
    return known(folder, "-n2", "--junitxml=junit.xml", "-k", "right or there", REG_04=LATER)


def test_a_deviation_that_is_known_is_not_red(deviating: Outcome) -> None:
    """The run is as if the story were not there, but it is counted and told."""
    assert deviating.code == 0
    assert deviating.summary["verdict"] == "kept"
    assert deviating.summary["counts"]["known"] == 1
    assert deviating.summary["counts"]["broken"] == 0
    assert deviating.summary["counts"]["kept"] == 2
    story = next(story for story in deviating.summary["scenarios"] if story["ids"] == ["REG-04"])
    assert story["verdict"] == "known"
    assert story["reason"].startswith(
        f"known deviation until {LATER} (REG-04: Bob is <b>loud</b>); promised:"
    )
    assert deviating.summary["known"] == [
        {
            "name": "REG-04",
            "reason": "Bob is <b>loud</b>",
            "link": LINK,
            "expires": LATER,
            "state": "deviates",
            "stories": 1,
        }
    ]


def test_people_see_it_in_the_terminal_and_in_markdown(deviating: Outcome) -> None:
    """One line says which, why and until when; no failure is shown in full."""
    assert "every promise was kept but those that are known not to be" in deviating.terminal
    line = f"known       REG-04: deviates as known until {LATER}: Bob is <b>loud</b> ({LINK}), 1 story"
    assert line in deviating.terminal
    assert "verdict     1 known, 2 kept" in deviating.terminal
    assert "BROKEN PROMISES" not in deviating.terminal
    text = (deviating.folder / "reports" / "summary.md").read_text(encoding="utf-8")
    assert "| 2 | 0 | 1 | 0 | 0 | staging" in text
    assert "- REG-04: deviates as known until" in text
    assert "### Known\n" in text


def test_allure_has_it_as_a_known_issue(deviating: Outcome) -> None:
    """Its status stays what was seen; it is marked, labelled and linked."""
    result = deviating.results["Answers are right"]
    assert result["status"] == "failed"
    assert result["statusDetails"]["known"] is True
    assert result["statusDetails"]["message"].startswith(f"known deviation until {LATER} (REG-04: ")
    assert {"name": "known", "value": "REG-04"} in result["labels"]
    assert {"type": "issue", "url": LINK, "name": "Bob is <b>loud</b>"} in result["links"]
    others = [value for name, value in deviating.results.items() if name != "Answers are right"]
    assert others
    assert not any(value.get("statusDetails", {}).get("known") for value in others)
    kinds = {link["type"] for value in others for link in value.get("links", ())}
    assert "issue" not in kinds  # those to clauses all have


def test_junit_has_it_as_skipped(deviating: Outcome) -> None:
    """A pipeline that reads JUnit sees no failure, and why."""
    suite = ET.parse(deviating.folder / "junit.xml").getroot()[0]  # noqa: S314 - ours
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "1")
    (skipped,) = suite.iter("skipped")
    assert str(skipped.get("message")).startswith(f"known deviation until {LATER} (REG-04: ")


def test_nothing_but_known_deviations(tmp_path: Path) -> None:
    """A run in which nothing was kept does not claim that it was."""
    outcome = known(tmp_path, "-k", "right", c3_1=LATER)
    assert outcome.code == 0
    assert outcome.summary["verdict"] == "known"
    assert "nothing deviates but what is known to" in outcome.terminal


@pytest.mark.parametrize("entry", ["REG_04", "c3_1"])
def test_a_deviation_that_has_expired_is_red(tmp_path: Path, entry: str) -> None:
    """The story is broken again, and says that it was known, by its id as by its clause."""
    outcome = known(tmp_path, "-k", "right or there", **{entry: LONG_AGO})
    assert outcome.code == 1
    assert list(states(outcome).values()) == ["expired"]
    assert outcome.summary["counts"]["broken"] == 1
    assert f"known deviation has expired on {LONG_AGO}" in outcome.terminal
    result = outcome.results["Answers are right"]
    assert not result["statusDetails"].get("known")
    assert result["statusDetails"]["message"].startswith(f"known deviation has expired on {LONG_AGO}")
    assert "BROKEN PROMISES" in outcome.terminal


def test_what_no_longer_deviates_is_red(tmp_path: Path) -> None:
    """An entry that would hide the next defect has to go, also when its day has not come."""
    outcome = known(tmp_path, "-k", "right or there", REG_04=LATER, REG_05=LATER)
    assert outcome.code == 1
    assert outcome.summary["verdict"] == "broken"
    assert outcome.summary["counts"]["broken"] == 0
    assert states(outcome) == {"REG-04": "deviates", "REG-05": "holds"}
    assert "known deviations of the profile have to be changed" in outcome.terminal
    line = "broken      REG-05: no longer deviates; remove it from [known]: Bob is <b>loud</b>"
    assert line in outcome.terminal
    text = (outcome.folder / "reports" / "summary.md").read_text(encoding="utf-8")
    assert "- ❌ REG-05: no longer deviates; remove it from \\[known\\]" in text


@pytest.mark.parametrize(
    ("selection", "entry"),
    [
        ("Ada", "REG_05"),  # one row of two
        ("there", "c3_2"),  # one story of two that bear the clause
        ("there", "REG_04"),  # none
        ("asks", "REG_07"),  # not asked
        ("there or tell", "c3_2"),  # one that could not be decided
    ],
)
def test_what_was_not_seen_as_a_whole_is_no_reason(tmp_path: Path, selection: str, entry: str) -> None:
    """A part of the stories cannot say that none of them deviates."""
    outcome = known(tmp_path, "-k", selection, **{entry: LATER})
    assert outcome.code in {0, 10}
    assert list(states(outcome).values()) == ["not seen"]
    assert outcome.summary["counts"]["known"] == 0


def test_a_doubt_is_not_covered(tmp_path: Path) -> None:
    """What could not be decided stays undecided: nobody knows whether it was the known deviation."""
    outcome = known(tmp_path, "-k", "tell", REG_06=LATER)
    assert outcome.code == 10
    assert outcome.summary["counts"]["inconclusive"] == 1


def test_an_entry_that_is_valid_wins_over_one_that_has_expired(tmp_path: Path) -> None:
    """A story may be covered by its id and by its clause."""
    outcome = known(tmp_path, "-k", "right", REG_04=LONG_AGO, c3_1=LATER)
    story = outcome.summary["scenarios"][0]
    assert story["verdict"] == "known"
    assert "(3.1: " in story["reason"]
    assert states(outcome) == {"REG-04": "expired", "3.1": "deviates"}
    assert outcome.code == 1
