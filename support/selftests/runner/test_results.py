"""Results are replaced only by a run that runs stories; nothing that is not a run's own is touched."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.runner.results import MARK, PREVIOUS
from support.target.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.whole_run

ONE_STORY = ("-k", "test_a_deleted_user_can_no_longer_be_looked_up", "--weather=calm", "--bound=0.2", "-q")
KEPT = ("summary.json", "summary.md", "junit.xml", "run.jsonl", "history.jsonl")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the stories with results below a folder."""
    junit = folder / "reports" / "junit.xml"
    addopts = f"--alluredir={folder / 'allure'} --junitxml={junit} -p no:hypothesispytest"
    command = [sys.executable, "-m", "pytest", "-o", f"addopts={addopts}", f"--reports={folder / 'reports'}"]
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [(), ("--clean-alluredir",)], ids=" ".join)
@pytest.mark.parametrize(
    "files",
    [
        {"thesis.txt": "years of work"},
        {".git/config": "[core]"},
        {"0-result.json": "{}", "notes.md": "mine"},
        {"0-result.json": "{}"},  # another project's results: no run of ours has marked them
        {MARK: "", "thesis.txt": "years of work"},
    ],
    ids=" ".join,
)
def test_a_folder_that_holds_anything_else_is_refused_whole(
    tmp_path: Path, files: dict[str, str], options: tuple[str, ...]
) -> None:
    for name, text in files.items():
        (tmp_path / "allure" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "allure" / name).write_text(text)
    before = contents(tmp_path / "allure")
    done = run(tmp_path, *ONE_STORY, *options)
    assert done.returncode == 4
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1
    assert lines[0].startswith("ERROR: --alluredir=")
    assert contents(tmp_path / "allure") == before


@pytest.mark.parametrize("place", ["reports", f"reports/{PREVIOUS}"])
@pytest.mark.parametrize("name", ["summary.json", "junit.xml", "reproductions/A-b.py"])
def test_a_report_that_no_run_is_known_to_have_written_is_left_alone(
    tmp_path: Path, place: str, name: str
) -> None:
    file = tmp_path / place / name
    file.parent.mkdir(parents=True)
    file.write_text("years of work")
    done = run(tmp_path, *ONE_STORY)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert (done.returncode, len(lines)) == (4, 1)
    assert lines[0].startswith(f"ERROR: --reports: {file} is not known")
    assert file.read_text() == "years of work"


def test_reports_from_before_folders_were_marked_are_known_by_their_summary(tmp_path: Path) -> None:
    summary = tmp_path / "reports" / "summary.json"
    summary.parent.mkdir()
    summary.write_text('{"verdict": "kept", "counts": {}, "scenarios": [], "seed": 1}')
    (tmp_path / "reports" / "junit.xml").write_text("<testsuites/>")
    done = run(tmp_path, *ONE_STORY)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "reports" / PREVIOUS / "junit.xml").read_text() == "<testsuites/>"


def test_what_stands_beside_the_results_of_the_run_before_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "reports" / PREVIOUS / "mine.txt"
    results = tmp_path / "reports" / PREVIOUS / "allure-results" / "0-result.json"
    for file in (mine, results):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("years of work")
    assert run(tmp_path, *ONE_STORY).returncode == 0
    assert mine.read_text() == results.read_text() == "years of work"


@pytest.mark.parametrize("kind", ["result.json", "container.json", "attachment.txt"])
def test_what_a_killed_run_was_about_to_write_stops_no_other(tmp_path: Path, kind: str) -> None:
    """Allure writes each file by a longer name first: the run after one that was killed was refused."""
    half = tmp_path / "allure" / f"0-{kind}.tmp"
    half.parent.mkdir()
    (half.parent / MARK).write_text("")
    half.write_text('{"name": "A st')
    assert run(tmp_path, *ONE_STORY).returncode == 0
    assert not half.exists()


def test_a_run_keeps_what_was_there_and_one_without_a_story_changes_nothing(tmp_path: Path) -> None:
    first = run(tmp_path, *ONE_STORY)
    assert first.returncode == 0, first.stdout + first.stderr
    old = contents(tmp_path)
    assert set(KEPT) <= {name.removeprefix("reports/") for name in old}
    for arguments in (
        ("-k", "nonesuch"),
        ("-k", "nonesuch", "-n", "2"),
        ("nonesuch.py",),
        ("--collect-only",),
        ("--setup-plan",),
        ("--fixtures",),
        ("--markers",),
    ):
        run(tmp_path, *arguments, "-q")
        assert contents(tmp_path) == old, arguments
    assert run(tmp_path, *ONE_STORY).returncode == 0
    new = contents(tmp_path)
    for name, body in old.items():
        moved = f"reports/{PREVIOUS}/" + (
            name if name.startswith("allure/") else name.removeprefix("reports/")
        )
        moved = moved.replace(f"{PREVIOUS}/allure/", f"{PREVIOUS}/allure-results/")
        assert name.endswith(MARK) or new[moved] == body
    # What is attached depends on the weather, too.
    stories = [[name for name in each if re.match("allure/.*-result.json", name)] for each in (old, new)]
    assert len(stories[0]) == len(stories[1]) == 1
