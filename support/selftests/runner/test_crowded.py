"""Stories cost about the same in a crowded tenant as in an empty one, and accuse nobody there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.target.settings import ROOT
from support.users.lists.reader import MOST_PAGES_SORTED, MOST_PAGES_WHOLE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.whole_run

RESIDENTS = 100 * max(MOST_PAGES_WHOLE, MOST_PAGES_SORTED) + 1000
STORIES = (
    "test_every_user_is_listed_exactly_once or test_all_pages_together or test_equal_names_do_not "
    "or test_no_user_is_skipped or test_the_announced_number or test_a_deleted_user_disappears "
    "or test_an_email_in_use_cannot or test_every_user_is_as_their_stories_left_them"
)


def count_requests(folder: Path, stories: str, residents: int) -> int:
    """Run stories with so many residents; return how many requests the kept stories took."""
    reports = folder / f"reports-{residents}"
    addopts = f"--alluredir={folder / f'allure-{residents}'} --junitxml={reports / 'junit.xml'}"
    settings = [
        "--weather=calm",
        "--bound=0.3",
        "--seed=1",
        f"--residents={residents}",
        f"--reports={reports}",
    ]
    command = [sys.executable, "-m", "pytest", "-o", f"addopts={addopts}", *settings, "-q", "-k", stories]
    done = subprocess.run(  # noqa: S603 - this interpreter
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((reports / "summary.json").read_text(encoding="utf-8"))
    counts = summary["counts"]
    assert counts["kept"] == sum(counts.values()), counts
    return int(summary["requests"])


def test_a_crowd_costs_stories_no_more_than_half_as_many_requests_again(tmp_path: Path) -> None:
    alone, crowded = (count_requests(tmp_path, STORIES, residents) for residents in (0, RESIDENTS))
    assert crowded <= 1.5 * alone


def test_an_order_that_puts_people_anywhere_is_walked_for_so_many_pages(tmp_path: Path) -> None:
    story = "test_the_list_keeps_the_order_that_was_asked_for and last"
    alone, crowded = (count_requests(tmp_path, story, residents) for residents in (0, RESIDENTS))
    assert crowded - alone <= 4 * MOST_PAGES_SORTED
