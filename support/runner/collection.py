"""Feature files as test files: `pytest features/users/deleting_a_user.feature` runs that feature.

Each feature file is a module of tests of its own, one for each scenario or row of an outline. A test is named
by the title of its scenario, and a row by its `case`, if the table has such a column. Where Allure's own
options select, its labels are marks of each test from the start. A file that is no Gherkin is an error of
collection and hides nothing else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.report.allure.labels import labels_of
from support.report.story import story_of
from support.runner.binding import bind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType

SUFFIX = ".feature"
# What makes allure-pytest choose among stories: options, by where they are kept, and a plan of tests.
SELECTIONS = tuple(
    f"allure_{what}" for what in ("epics", "features", "stories", "ids", "severities", "labels")
)
TEST_PLAN = "ALLURE_TESTPLAN_PATH"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """Take feature files as test files."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == SUFFIX else None


class FeatureFile(pytest.Module):
    """The stories of one feature file."""

    def _getobj(self) -> ModuleType:
        return bind(self.path)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Return the stories, each with the labels by which Allure selects."""
        stories = list(super().collect())
        if _is_selecting(self.config):
            for item in stories:
                story = story_of(item) if isinstance(item, pytest.Item) else None
                for name, value in labels_of(story) if story else ():
                    item.add_marker(pytest.mark.allure_label(value, label_type=name))
        return stories


def _is_selecting(config: pytest.Config) -> bool:
    """Return whether stories are chosen by labels; else ten marks for each would be made for nothing."""
    return bool(os.environ.get(TEST_PLAN)) or any(config.getoption(name, None) for name in SELECTIONS)
