"""The results of a run on disk: replaced only by a run that runs stories, and nothing else is ever touched.

A folder for Allure's results is used when it is empty or new, or when a run of ours has marked it and it
holds nothing but files of Allure's own kinds; any other is refused in one line, before anything is touched.
A folder for reports may hold whatever it likes beside, but nothing by the names of a run's own.
The results of the run before are moved aside, into `reports/previous`, so that a run of one story does not
cost anybody the report of all.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest import timing
from _pytest.junitxml import xml_key

from support.errors import ConfigurationError
from support.report.reproductions.reproducer import FOLDER as REPRODUCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _pytest.junitxml import LogXML

MARK = ".users-acceptance"
MARK_TEXT = "Results of the acceptance suite: its next run moves them aside. Put nothing else here.\n"
# What Allure writes; by the longer names it is written first, and a run that is killed may leave it so.
KINDS = (
    "*-result.json",
    "*-result.json.tmp",
    "*-container.json",
    "*-container.json.tmp",
    "*-globals.json",
    "*-globals.json.tmp",
    "*-attachment*",
    "environment.properties",
    "executor.json",
    "categories.json",
)
REPORTS = ("summary.json", "summary.md", "junit.xml", "run.jsonl", "history.jsonl", "shard.json")
DEFAULT_JUNIT = "reports/junit.xml"  # as pyproject.toml names it
LINES = ("run.jsonl", "history.jsonl")  # what the processes of a run append to, in the run's own folder
SCRIPTS = ("[A-Z]*-[a-z]*.py", "[A-Z]*-[a-z]*.sh")
PREVIOUS = "previous"  # below the folder of the reports


class Results:
    """Keeps the results folders of one run; a plugin of the process that starts it."""

    def __init__(self, config: pytest.Config, reports: Path) -> None:
        given = config.getoption("allure_report_dir", None)
        self._config = config
        self._allure = Path(config.invocation_params.dir, given) if given else None
        self._reports = reports
        junit = config.option.xmlpath
        self._junit_folder = Path(config.invocation_params.dir, junit).parent if junit else None
        self._lines: Path | None = None
        self.has_begun = False
        self._junit = hold_junit(config)

    def check(self) -> None:
        """Make the folders where there are none; raise ConfigurationError where one cannot be used."""
        for folder in (self._allure, self._reports, self._junit_folder):
            if folder is None:
                continue
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ConfigurationError(
                    f"results cannot be written: {error.strerror} ({error.filename})"
                ) from None
        if self._allure is not None:
            check_ours(self._allure)
        for folder in (self._reports, self._reports / PREVIOUS):
            _check_reports(folder)

    def collect_lines_from(self, folder: Path) -> None:
        """Say where the processes of the run write their lines until it ends."""
        self._lines = folder

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin with fresh folders when stories are going to run in this process."""
        if session.items:
            self._begin()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Begin with fresh folders when stories are going to run in the workers."""
        if ids:
            self._begin()

    def publish_lines(self) -> None:
        """Put what the processes have written beside the summary."""
        if self._lines is None or not self.has_begun:
            return
        for name in LINES:
            with contextlib.suppress(FileNotFoundError):
                shutil.move(str(self._lines / name), str(self._reports / name))

    def _begin(self) -> None:
        if self.has_begun:
            return
        self.has_begun = True
        if self._junit is not None:
            self._config.pluginmanager.register(self._junit)
            self._config.stash[xml_key] = self._junit
        try:
            begin_afresh(self._allure, self._reports)
        except OSError as error:
            pytest.exit(f"results cannot be written: {error.strerror} ({error.filename})", returncode=4)


def begin_afresh(allure: Path | None, reports: Path) -> None:
    """Move the results of the run before aside, and mark the folder of Allure's; raises OSError."""
    previous = reports / PREVIOUS
    _forget(previous)
    for folder in (reports, previous):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")
    if allure is not None:
        _move_aside(list(allure_files(allure)), previous / "allure-results")
        for folder in (allure, previous / "allure-results"):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")
    files = [reports / name for name in REPORTS]
    _move_aside([file for file in files if file.is_file()], previous)
    _move_aside(scripts_in(reports), previous / REPRODUCTIONS)


def hold_junit(config: pytest.Config) -> LogXML | None:
    """Take away what would write a JUnit file, also one about no story over that of the run before."""
    junit = config.stash.get(xml_key, None)
    if junit is not None:
        junit.suite_start = timing.Instant()  # as it would note when the session starts
        del config.stash[xml_key]
        config.pluginmanager.unregister(junit)
    return junit


def allure_files(folder: Path) -> Iterator[Path]:
    """Return the files of Allure's own kinds in a folder."""
    return (file for pattern in KINDS for file in folder.glob(pattern) if file.is_file())


def scripts_in(reports: Path) -> list[Path]:
    """Return the scripts that a run has left of what it found, by the form of their names."""
    return [file for pattern in SCRIPTS for file in (reports / REPRODUCTIONS).glob(pattern) if file.is_file()]


def check_ours(folder: Path) -> None:
    """Raise ConfigurationError unless a folder is empty, or holds only results of a run of ours."""
    ours = {*allure_files(folder), folder / MARK}
    others = sorted(path.name for path in folder.iterdir() if path not in ours)
    if others:
        raise ConfigurationError(
            f"--alluredir={folder}: holds {others[0]!r}, which is no result of a run; "
            "give a folder of its own"
        )
    if any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConfigurationError(
            f"--alluredir={folder}: holds results that no run of this suite has marked as its own; "
            "remove them, or give another folder"
        )


def _check_reports(folder: Path) -> None:
    """Raise ConfigurationError where others keep files by the names of a run's own."""
    if (folder / MARK).exists() or _is_summary(folder / REPORTS[0]):
        return
    others = [file for file in (*(folder / name for name in REPORTS), *scripts_in(folder)) if file.exists()]
    if others:
        raise ConfigurationError(
            f"--reports: {others[0]} is not known to be of a run of this suite; "
            "move it away, or give another folder"
        )


def _is_summary(file: Path) -> bool:
    """Return whether a run has written a file, also one of before folders were marked."""
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and {"verdict", "counts", "scenarios", "seed"} <= said.keys()


def _forget(previous: Path) -> None:
    """Remove what a run moved aside before, file by file: whatever else stands there is not ours."""
    allure = previous / "allure-results"
    files = [previous / name for name in REPORTS]
    files += allure_files(allure) if (allure / MARK).exists() else ()
    files += scripts_in(previous)
    for file in files:
        file.unlink(missing_ok=True)


def _move_aside(files: Sequence[Path], folder: Path) -> None:
    if files:
        folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.move(str(file), str(folder / file.name))
