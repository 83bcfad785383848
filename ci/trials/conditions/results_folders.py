"""C1 and C2: what a run does to the files that it finds, where it is told to write and elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.trials.conditions.checks import (
    FEW,
    changed,
    ends_with,
    few,
    files_of,
    is_brief,
    judge,
    nobody_left,
)
from ci.trials.runs import suite
from support.runner.results import MARK, MARK_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ci.trials.conditions.rows import Row

REFUSED = "4, one line, no file touched"
KEPT_FILES = "0, no file that was there touched"
UNTOUCHED = "the results of the last run are as they were"


def _write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MARK_TEXT if path.name == MARK else f"mine: {name}", encoding="utf-8")


def _link(folder: Path) -> None:
    _write(folder, "mine/letter.txt")
    (folder / "link").symlink_to("mine", target_is_directory=True)


def _files(*names: str) -> Callable[[Path], None]:
    return lambda folder: _write(folder, *names)


Prepare = tuple[str, "Callable[[Path], None]"]
FOREIGN: dict[str, Prepare] = {
    "--alluredir=. in a checkout": (".", _files(".git/HEAD", ".git/objects/aa/bb")),
    "--alluredir=.git": (".git", _files(".git/HEAD")),
    "--alluredir=features": ("features", _files()),
    "a folder with other files": ("mine", _files("mine/letter.txt", "mine/a-result.json")),
    "another suite's results": ("mine", _files("mine/a-result.json", "mine/a-container.json")),
    "a marked folder with another file": ("mine", _files(f"mine/{MARK}", "mine/letter.txt")),
    "a marked folder with a folder in it": ("mine", _files(f"mine/{MARK}", "mine/a/b-result.json")),
    "a folder that is named as a result": ("mine", _files(f"mine/{MARK}", "mine/a-result.json/letter.txt")),
    "a link to a folder with other files": ("link", _link),
}
CLEANED = ("--alluredir=. in a checkout", "a folder with other files", "another suite's results")


def foreign_files(folder: Path) -> Iterator[Row]:
    """C1: folders with other people's files in them, given for results."""
    cases: list[tuple[str, Prepare, tuple[str, ...]]] = [(name, case, ()) for name, case in FOREIGN.items()]
    cases += [(f"{name}, --clean-alluredir", FOREIGN[name], ("--clean-alluredir",)) for name in CLEANED]
    for number, (condition, (given, prepare), options) in enumerate(cases):
        prepare(folder)
        before = files_of(folder)
        ended = few(folder, f"--alluredir={given}", *options)
        wrong = changed(before, files_of(folder))
        yield judge("C1", condition, REFUSED, ended, wrong, ends_with(ended, 4), is_brief(ended))
        for name in ("mine", "link", ".git"):
            _put_away(folder, name, number)
    yield from _foreign_reports(folder)


def _put_away(folder: Path, name: str, number: int) -> None:
    """Take what one condition has made out of the way of the next."""
    if (folder / name).exists():
        (folder / name).rename(folder.parent / f"{name}-{number}")


def _foreign_reports(folder: Path) -> Iterator[Row]:
    """Give a folder for reports in which others keep files of the same and of other names."""
    _write(folder, "mine/letter.txt", "mine/summary.json", "mine/junit.xml", "mine/reproductions/own.py",
           "mine/previous/letter.txt", "mine/previous/summary.json")  # fmt: skip
    before = files_of(folder)
    for condition, options in (
        ("--reports=FOLDER with other files", ()),
        ("the same once more", ()),
    ):
        ended = few(folder, "--reports=mine", "--alluredir=allure", "--junitxml=junit.xml", *options)
        contents = set(files_of(folder).values())
        lost = sorted(name for name, content in before.items() if content not in contents)
        wrong = f"lost: {', '.join(lost)}" if lost else ""
        expected = "0, nothing that was there is lost; or 4, one line"
        yield judge("C1", condition, expected, ended, wrong, ends_with(ended, 0, 4))


QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "a wrong -k": ((*FEW[:1], "-q", "-k", "no_story_of_this_name"), (5,)),
    "a wrong -k, in two workers": ((*FEW[:1], "-q", "-k", "no_story_of_this_name", "-n", "2"), (5,)),
    "a wrong -m": ((*FEW[:1], "-q", "-m", "no_such_tag"), (5,)),
    "an unknown path": (("features/no_such.feature", "-q"), (4,)),
    "an unknown story": ((f"{FEW[0]}::test_no_such_story", "-q"), (4,)),
    "--collect-only": ((*FEW, "--collect-only"), (0,)),
    "--collect-only, in two workers": ((*FEW, "--collect-only", "-n", "2"), (0,)),
    "--fixtures": ((*FEW, "--fixtures"), (0,)),
    "--fixtures-per-test": ((*FEW, "--fixtures-per-test"), (0,)),
    "--markers": (("--markers",), (0,)),
    "--version": (("--version",), (0,)),
    "--help": (("--help",), (0,)),
    "a wrong option": (("--bund=1",), (4,)),
    "a wrong value": (("--bound=-1",), (4,)),
    "an unknown target": (("--target=refrence",), (4,)),
    "--setup-plan": ((*FEW, "--setup-plan"), (0, 4)),
}  # fmt: skip


def last_results(folder: Path) -> Iterator[Row]:
    """C2: whatever runs no story leaves the last results alone; a run of one keeps them beside."""
    whole = suite(folder, *FEW, variables={}).wait()
    yield judge("C2", "a run", "0", whole, ends_with(whole, 0), nobody_left(whole))
    before = _results(folder)
    for condition, (options, codes) in QUESTIONS.items():
        ended = suite(folder, *options, variables={}).wait()
        after = _results(folder)
        wrong = changed(before, after) or ("files are new" if after.keys() - before.keys() else "")
        yield judge("C2", condition, UNTOUCHED, ended, wrong, ends_with(ended, *codes))
    ended = suite(folder, *FEW, "-k", "says_where", variables={}).wait()
    previous = folder / "reports" / "previous"
    kept = {**files_of(previous), **files_of(previous / "allure-results")}
    lost = before.keys() - kept.keys()
    wrong = f"not kept: {min(lost)}" if lost else changed(before, kept)
    expected = "0, the results before are kept beside"
    yield judge("C2", "one story alone", expected, ended, wrong, ends_with(ended, 0))


def _results(folder: Path) -> dict[str, bytes]:
    found = {**files_of(folder / "reports"), **files_of(folder / "allure-results")}
    return {name: content for name, content in found.items() if not name.endswith(MARK)}
