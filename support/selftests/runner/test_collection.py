"""Feature files are test files: one module each, with readable ids, and Allure selects by their labels."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from support.runner.glossary.corpus import read_features
from support.target.settings import ROOT

FEATURE = "features/users/deleting_a_user.feature"
STORY = f"{FEATURE}::test_a_deleted_user_can_no_longer_be_looked_up"
ROW = "features/users/changing_a_detail.feature::test_a_changed_name_is_kept_as_it_was_written[Chinese]"


def collect(*options):
    """Return the exit code and the ids of the tests that a command would run."""
    ended = subprocess.run(  # noqa: S603 - this interpreter
        [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            "addopts=",
            "-p",
            "no:cacheprovider",
            "--collect-only",
            "-q",
            *options,
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, [line for line in ended.stdout.splitlines() if "::" in line]


@pytest.fixture(scope="module")
def everything():
    """Return the ids of all stories, as `pytest` without arguments collects them."""
    return collect()[1]


def test_every_story_is_a_test_of_its_feature_file(everything):
    expected: Counter[str] = Counter()
    for feature in read_features(ROOT / "features"):
        for story in feature.stories:
            expected[f"features/{feature.where}"] += sum(len(table.rows) for table in story.tables) or 1
    assert Counter(name.partition("::")[0] for name in everything) == expected


def test_ids_can_be_read_and_are_unique(everything):
    assert len(set(everything)) == len(everything)
    assert [name for name in everything if not name.isascii() or "\\u" in name or "\\x" in name] == []


@pytest.mark.parametrize("chosen", [FEATURE, STORY, ROW])
def test_a_feature_a_story_and_a_row_can_be_run_by_their_ids(chosen, everything):
    assert collect(chosen) == (0, [name for name in everything if name.startswith(chosen)])


@pytest.mark.parametrize(
    ("option", "part"),
    [
        ("--allure-features=Deleting a user", FEATURE),
        ("--allure-epics=Idempotency", "features/idempotency/"),
        ("--allure-ids=DEL-08", f"{FEATURE}::test_no_client_can_delete_all_users_at_once"),
    ],
)
def test_allure_selects_by_labels(option, part, everything):
    assert collect(option)[1] == [name for name in everything if name.startswith(part)]


def test_allure_selects_by_severity_and_rule(everything):
    blockers = collect("--allure-severities=blocker")[1]
    assert {name.partition("::")[0] for name in blockers} == {
        "features/idempotency/sending_again.feature", "features/users/creating_a_user.feature",
    }  # fmt: skip
    gone = collect("--allure-stories=A deleted user is gone for good")[1]
    assert STORY in gone
    assert len(gone) < len([name for name in everything if name.startswith(FEATURE)])


def test_what_is_no_gherkin_is_one_error_and_hides_nothing_else(tmp_path):
    (tmp_path / "sound.feature").write_text("Feature: Sound\n  Scenario: One\n    Given user Ada exists\n")
    (tmp_path / "garbled.feature").write_text("Feature: Garbled\n  Scenario: One\n    Given x\n    Whn y\n")
    code, names = collect(FEATURE, str(tmp_path))
    assert code == 2
    assert any(name.endswith("sound.feature::test_one") for name in names)
    assert STORY in names
