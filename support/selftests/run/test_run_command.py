"""`python -m support.run` takes what ci/run_tests.sh takes, and hands it to pytest as that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.run import __main__ as command
from support.run.report import NoReportError, clear

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what pytest is asked for, in a project of the test's own."""
    calls: list[list[str]] = []

    def play(arguments: list[str]) -> int:
        calls.append(arguments)
        results = tmp_path / "allure-results"
        results.mkdir(exist_ok=True)
        (results / "a-result.json").touch()
        return 10

    def build() -> str:
        raise NoReportError("there is no Node")

    for name, value in (("ROOT", tmp_path), ("REPORT", tmp_path / "allure-report"), ("build", build)):
        monkeypatch.setattr(command, name, value)
    monkeypatch.setattr(pytest, "main", play)
    for name in ("WORKERS", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return calls


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["-n", "8"]),
        (["-m", "blocker"], ["-n", "8", "-m", "blocker"]),
        (["-n", "2"], ["-n", "2"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
        (["--pdb"], ["--pdb"]),
        (["--target", "../x.toml", "--stories", "../y"], ["-n", "8", "--target=../x.toml", "--stories=../y"]),
        (["--target=x", "--shard", "1/4"], ["-n", "8", "--target=x", "--shard=1/4"]),
    ],
)
def test_arguments_go_to_pytest_and_its_exit_code_comes_back(
    asked: list[list[str]], capsys: pytest.CaptureFixture[str], given: list[str], expected: list[str]
) -> None:
    assert command.main(given) == 10
    assert asked == [expected]
    said = capsys.readouterr()
    is_shard = "--shard" in given
    assert ("there is no Node" in said.err) is not is_shard
    assert ("ci.merge" in said.out) is is_shard


def test_the_environment_may_say_how_many_workers(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", "3")
    command.main([])
    monkeypatch.setenv("PYTEST_ADDOPTS", "-n 1")
    command.main([])
    assert asked == [["-n", "3"], []]


def test_a_run_that_ran_nothing_leaves_an_earlier_report(
    asked: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = tmp_path / "allure-results" / "a-result.json"
    old.parent.mkdir()
    old.touch()
    (tmp_path / "allure-report" / "pictures").mkdir(parents=True)
    (tmp_path / "allure-report" / "index.html").touch()
    monkeypatch.setattr(pytest, "main", lambda _: 4)
    assert command.main([]) == 4
    assert {path.name for path in (tmp_path / "allure-report").iterdir()} == {"index.html", "pictures"}
    assert capsys.readouterr() == ("", "")
    assert asked == []


@pytest.mark.parametrize("given", [(), ("--shard", "1/2")])
def test_an_old_report_is_not_taken_for_this_run(
    asked: list[list[str]], tmp_path: Path, given: tuple[str, ...]
) -> None:
    (tmp_path / "allure-report" / "pictures").mkdir(parents=True)
    (tmp_path / "allure-report" / "index.html").touch()
    assert command.main(given) == 10
    assert list((tmp_path / "allure-report").iterdir()) == []
    assert len(asked) == 1


def test_what_is_cleared_need_not_be_there(tmp_path: Path) -> None:
    clear(tmp_path / "nowhere")
