"""The scripts keep what pipelines rely on: exit codes, single clear lines, locks without addresses.

Nothing is installed and no story is run here: a stand-in plays Python and writes down what it was asked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ci.requirements import find_missing

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = sorted(
    [
        *ROOT.glob("ci/*.sh"),
        *ROOT.glob("ci/targets/*.sh"),
        *ROOT.glob("ci/targets/*/*.sh"),
        ROOT / ".ci" / "run",
    ]
)
SOURCED = ("environment.sh", "json-server.sh", "node-service.sh", "python-service.sh", "service.sh")
LOCKS = sorted([*ROOT.glob("ci/locks/*.txt"), *ROOT.glob("ci/targets/*/requirements.txt")])
PACKAGE_LOCKS = sorted(
    [ROOT / "ci" / "report" / "package-lock.json", *ROOT.glob("ci/targets/*/package-lock.json")]
)
# What the scripts may use of a machine; Node and Python are left out, so that a test decides about them.
TOOLS = ("bash", "cmp", "cp", "dirname", "find", "mkdir", "mktemp", "rm", "sed", "sleep", "tail", "touch")
STAND_IN = """#!/usr/bin/env bash
case "$*" in
    -c*) exit 0 ;;                                              # is it new enough
    *requirements.py*) exit 0 ;;                                # is anything missing
    "-m venv --clear "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; exit 0 ;;
    "-m pip --version") exit 0 ;;
    "-m pip install"*) printf 'pip\\n' >>"$ASKED"; exit 0 ;;
esac
# Before it is seen to run, or a signal could come too early.
[[ -z ${STAYS:-} ]] || trap 'kill $!; printf "interrupted\\n" >>"$ASKED"; exit 3' TERM
printf '%s\\n' "$PWD" "$*" >>"$ASKED"
[[ -z ${RESULTS:-} ]] || { mkdir -p allure-results; touch allure-results/a-result.json; }
if [[ -n ${STAYS:-} ]]; then
    sleep 20 &
    wait
fi
exit "${CODE:-0}"
"""


class Project:
    """A copy of the scripts in a folder with a blank, on a machine that has only what a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a project"
        self.asked = folder / "asked"
        self.tools = folder / "tools"
        self.tools.mkdir(parents=True)
        for tool in TOOLS:
            (self.tools / tool).symlink_to(str(shutil.which(tool)))
        shutil.copytree(
            ROOT / "ci", self.folder / "ci", ignore=shutil.ignore_patterns("node_modules", ".venv")
        )
        shutil.copy(ROOT / "pyproject.toml", self.folder)

    def add_stand_in(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STAND_IN, encoding="utf-8")
        path.chmod(0o755)
        return path

    def activate(self) -> dict[str, str]:
        self.add_stand_in(self.folder.parent / "env" / "bin" / "python")
        return {"VIRTUAL_ENV": str(self.folder.parent / "env")}

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - a copy of our own script
            [self.folder / "ci" / "run_tests.sh", *arguments],
            cwd="/",
            env={"PATH": str(self.tools), "ASKED": str(self.asked), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        process = self.start(*arguments, **variables)
        said, _ = process.communicate(timeout=20)
        return process.returncode, said

    @property
    def answers(self) -> list[str]:
        return self.asked.read_text(encoding="utf-8").splitlines() if self.asked.exists() else []


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_are_bash(script):
    """Every script can be read by bash, and every one but the sourced files can be started."""
    subprocess.run(["bash", "-n", script], check=True)  # noqa: S603, S607 - our own script
    assert os.access(script, os.X_OK) == (script.name not in SOURCED)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_locks_have_hashes_and_no_addresses(lock):
    """Every requirement is pinned with a hash, and none says where it comes from."""
    text = lock.read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert [
        entry for entry in requirements if not re.match(r"[\w.-]+==\S+.*\\\n +--hash=sha256:", entry)
    ] == []
    assert "://" not in text


def test_the_locks_contain_each_other():
    """What the checks and the image run with is what the stories run with."""
    run, container, check = (
        set(
            re.findall(
                r"^[\w.-]+==\S+", (ROOT / "ci" / "locks" / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in ("run.txt", "container.txt", "check.txt")
    )
    assert run <= container <= check


@pytest.mark.parametrize("lock", PACKAGE_LOCKS, ids=lambda path: path.parent.name)
def test_package_locks_have_hashes_and_no_addresses(lock):
    """Every npm package is pinned with its hash and without the address of a registry."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    assert [name for name, package in installed.items() if not package.get("integrity")] == []
    assert [name for name, package in installed.items() if "resolved" in package] == []


@pytest.mark.parametrize("code", [0, 1, 4, 10])
def test_the_exit_code_is_that_of_pytest(project, code):
    """Whatever the verdict, the script ends with it."""
    assert project.run(**project.activate(), CODE=str(code))[0] == code


@pytest.mark.parametrize("code", [0, 10])
def test_a_missing_report_builder_is_one_line_and_no_verdict(project, code):
    """Without Node there is one line that says how to get the report, and pytest's exit code stands."""
    status, said = project.run(**project.activate(), CODE=str(code), RESULTS="1")
    assert status == code
    assert said.splitlines() == [
        "report: for a report with pictures install Node 20 or newer, then run ci/report.sh"
    ]


def test_a_failing_report_builder_is_one_line_and_no_verdict(project):
    """A builder that breaks costs a warning, never the verdict."""
    for tool in ("node", "npm"):
        path = project.tools / tool
        path.write_text('#!/usr/bin/env bash\n[[ $1 == -e ]] && exit 0\necho "no space left"\nexit 1\n')
        path.chmod(0o755)
    status, said = project.run(**project.activate(), CODE="1", RESULTS="1")
    assert status == 1
    assert len(said.splitlines()) == 1
    assert "could not be installed (no space left)" in said


@pytest.mark.parametrize(("left", "stays"), [({}, True), ({"RESULTS": "1"}, False)])
def test_an_old_report_stands_as_long_as_its_results(project, left, stays):
    """A run that ran nothing loses nothing; one that left results is not shown by the report of another."""
    report = project.folder / "allure-report" / "index.html"
    report.parent.mkdir()
    report.touch()
    (project.folder / "allure-results").mkdir()
    (project.folder / "allure-results" / "old-result.json").touch()
    os.utime(project.folder / "allure-results" / "old-result.json", (1, 1))
    assert project.run(**project.activate(), CODE="4", **left)[0] == 4
    assert report.exists() is stays


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ((), {}, "-m pytest -n 12"),
        (("-m", "users and not slow"), {"WORKERS": "2"}, "-m pytest -n 2 -m users and not slow"),
        (("-n", "8", "-k", "Ada"), {}, "-m pytest -n 8 -k Ada"),
        (("-n0",), {}, "-m pytest -n0"),
        (("--numprocesses=3",), {}, "-m pytest --numprocesses=3"),
        (("-p", "no:xdist"), {}, "-m pytest -p no:xdist"),
        (("--pdb",), {}, "-m pytest --pdb"),
        ((), {"PYTEST_ADDOPTS": "-x -n 1"}, "-m pytest"),
    ],
)
def test_the_caller_decides_about_workers(project, arguments, variables, expected):
    """Arguments reach pytest as they are, in the project's folder, with workers unless the caller chose."""
    project.run(*arguments, **project.activate(), **variables)
    assert project.answers == [str(project.folder), expected]


def test_a_signal_reaches_the_suite(project):
    """A container that is stopped tells only the script; the suite must get to delete its users."""
    process = project.start(**project.activate(), STAYS="1")
    deadline = time.monotonic() + 10
    while len(project.answers) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 3
    assert project.answers[-1] == "interrupted"


def test_the_environment_is_made_once(project):
    """Packages are installed for a new lock and never again for the same one."""
    base = project.add_stand_in(project.tools / "python3.11")
    for _ in range(2):
        assert project.run(BASE_PYTHON=str(base))[0] == 0
    assert project.answers.count("pip") == 1
    with (project.folder / "ci" / "locks" / "run.txt").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    project.run()
    assert project.answers.count("pip") == 2
    assert project.answers.count("-m pytest -n 12") == 3


def test_a_missing_python_is_one_line(project):
    """Without Python there is one line that says what to install, and exit 4."""
    status, said = project.run()
    assert status == 4
    assert said.startswith("Python 3.11 or newer is needed")
    assert len(said.splitlines()) == 1


def test_missing_packages_are_named(tmp_path):
    """An environment that somebody else made is held against what the project asks for, markers included."""
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        '[project]\ndependencies = ["pytest>=1", "pytest<1", "no-such-package; python_version < \'3\'"]\n'
        '[project.optional-dependencies]\ncheck = ["no-such-package==1"]\n'
    )
    assert find_missing(pyproject) == ["pytest<1"]
    assert find_missing(pyproject, "check") == ["pytest<1", "no-such-package==1"]


def test_an_extra_may_include_others(tmp_path):
    """What an extra takes over from another one is looked for as well."""
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        '[project]\nname = "mine"\ndependencies = []\n'
        '[project.optional-dependencies]\none = ["no-such-package==1"]\ncheck = ["mine[one]", "pytest<1"]\n'
    )
    assert find_missing(pyproject, "check") == ["pytest<1", "no-such-package==1"]
