"""A mistake in what a run is given is one line with the name of what is wrong, and exit code 4."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from support.target.settings import ROOT

PARTS = ("features", "steps", "support", "conftest.py", "pyproject.toml")
STORIES = ("features", "-q", "-k", "SEC_01 or created")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project, in which anything may be in the way."""
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    return folder


@pytest.fixture
def ending(project):
    """Return what runs pytest in the copy and returns its exit code and all lines that are not empty."""

    def run(*options, **variables):
        environment = {
            name: value for name, value in os.environ.items() if name not in {"TARGET", "BASE_URL"}
        }
        environment.pop("PYTEST_ADDOPTS", None)
        command = [sys.executable, "-m", "pytest", *STORIES, *options]
        ran = subprocess.run(  # noqa: S603 - this interpreter
            command, cwd=project, env={**environment, **variables},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
        )  # fmt: skip
        return ran.returncode, [line for line in ran.stdout.splitlines() if line.strip()]

    return run


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--bound", "-1"], "--bound -1: must be a number of seconds from 0 on"),
        (["--bound", "inf"], "--bound inf: must be a number of seconds from 0 on"),
        (["--bound", "1e9", "-n", "2"], "--bound 1e+09: input should be less than or equal to 600"),
        (["--seed", "x"], "--seed x: must be a whole number from 0 on"),
        (["--seed=-1"], "--seed -1: must be a whole number from 0 on"),
        (["-n", "-1"], "-n -1: must be a number of workers from 0 on, or auto"),
        (
            ["--max-worker-restart", "x", "-n", "2"],
            "--max-worker-restart x: must be a whole number from 0 on",
        ),
        (["--weather", "sunni"], "--weather sunni: there is no such weather"),
        (["--target", "refrence"], "unknown target 'refrence'"),
        (["--reports", "pyproject.toml"], "results cannot be written: File exists"),
        (["--alluredir", "pyproject.toml"], "--alluredir"),
        (["--junitxml", "pyproject.toml/x.xml"], "results cannot be written: "),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_a_wrong_option(ending, options, reason):
    code, lines = ending(*options)
    assert (code, len(lines)) == (4, 1), "\n".join(lines)
    assert lines[0].startswith(f"ERROR: {reason}")


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"SEED": "x"}, "SEED: input should be a valid integer"),
        ({"REDIS_URL": "redis"}, "REDIS_URL is no URL"),
        (
            {"BASE_URL": "127.0.0.1:80", "API_TOKEN": "t"},
            "BASE_URL '127.0.0.1:80' is not an http or https URL",
        ),
        ({"BASE_URL": "http://127.0.0.1:1", "API_TOKEN": ""}, "API_TOKEN is not set"),
    ],
    ids=str,
)
def test_a_wrong_variable(ending, variables, reason):
    code, lines = ending(**variables)
    assert (code, len(lines)) == (4, 1), "\n".join(lines)
    assert lines[0].startswith(f"ERROR: {reason}")


@pytest.mark.parametrize("name", [".acceptance", "allure-results", "reports"])
def test_a_file_where_a_folder_has_to_be(ending, project, name):
    shutil.rmtree(project / name, ignore_errors=True)
    (project / name).write_text("mine", encoding="utf-8")
    try:
        code, lines = ending("-p", "no:cacheprovider")
        assert (code, len(lines)) == (4, 1), "\n".join(lines)
        assert name in lines[0]
        assert (project / name).read_text(encoding="utf-8") == "mine"
    finally:
        (project / name).unlink()


def test_a_file_of_variables_that_is_a_folder(ending, project):
    (project / ".env").mkdir()
    try:
        code, lines = ending()
    finally:
        (project / ".env").rmdir()
    assert (code, len(lines)) == (4, 1), "\n".join(lines)
    assert ".env: cannot be read (Is a directory)" in lines[0]
