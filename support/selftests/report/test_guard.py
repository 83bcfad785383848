# ruff: noqa: RUF001 - the marks of what is hidden
"""Whatever a test does with a secret, no file and no terminal shows it."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import allure_commons
import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResult as Result
from allure_commons.model2 import TestResultContainer as Container
from allure_commons.model2 import TestStepResult as Step

from support.report.allure.guard import guard_logging, hide
from support.report.allure.writer import GuardedWriter, write_facts
from support.secrets.redaction import REDACTOR
from support.selftests.secrets.known_secrets import PASSWORD
from support.selftests.secrets.leaks import find_leaks, find_pieces
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.whole_run

TOKEN = "tök3n-\"&%é\\'<Zk39xQvLw8aPqRsT0uVwXyZ> "

CONFTEST = """
import os
from support.secrets.redaction import REDACTOR
from support.report.allure.guard import SecretGuard

REDACTOR.register(os.environ["A_TOKEN"], "A_TOKEN")

def pytest_configure(config):
    config.pluginmanager.register(SecretGuard(), "secret-guard")
"""

AT_COLLECTION = """
import os
raise RuntimeError("collected " + os.environ["A_TOKEN"])
"""


@pytest.fixture
def registered() -> Iterator[None]:
    """Have the redactor of this process know the two secrets."""
    REDACTOR.register(TOKEN, "A_TOKEN")
    REDACTOR.register(PASSWORD, "password")
    return  # type: ignore[return-value]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[GuardedWriter]:
    """Return a writer that took another one's place."""
    plain = AllureFileLogger(str(tmp_path / "results"))
    allure_commons.plugin_manager.register(plain)
    guarded = GuardedWriter.take_over()
    assert guarded is plain
    yield guarded
    allure_commons.plugin_manager.unregister(plain)


@pytest.mark.parametrize(
    "options",
    [
        ["-p", "no:xdist"],
        ["-p", "no:xdist", "-vv", "--showlocals", "--log-cli-level=INFO"],
        ["-p", "no:xdist", "--tb=native", "-rA", "--color=yes"],
        ["-p", "no:xdist", "--tb=line", "-v", "-s", "-k", "not output"],
        ["-n", "2", "-vv", "--showlocals", "-rA"],
    ],
    ids=" ".join,
)
def test_nothing_that_a_failing_suite_leaves_shows_a_secret(tmp_path: Path, options: list[str]) -> None:
    """Terminal, log file, JUnit and Allure's results, however the run was told to speak."""
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("leaky_suite.py"), tmp_path / "test_suite.py")
    (tmp_path / "test_not_collected.py").write_text(AT_COLLECTION, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\njunit_logging = all\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    files = ["--alluredir=results", "--junitxml=junit.xml", "--log-file=run.log", "--log-file-level=DEBUG"]
    done = subprocess.run(  # noqa: S603 - this interpreter and arguments of this file
        [*command, *files, *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "A_TOKEN": TOKEN, "A_PASSWORD": PASSWORD},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout.decode() + done.stderr.decode()
    shown = {
        "terminal": done.stdout.decode("utf-8", "replace"),
        "errors": done.stderr.decode("utf-8", "replace"),
    }
    for path in (tmp_path / "junit.xml", tmp_path / "run.log", *(tmp_path / "results").iterdir()):
        shown[path.name] = path.read_bytes().decode("utf-8", "replace")
    assert len(shown) > 30
    assert "‹A_TOKEN›" in shown["terminal"]
    leaks = {
        f"{found} in {name}"
        for name, text in shown.items()
        for secret in (TOKEN, PASSWORD)
        for found in (*find_leaks(text, secret), *find_pieces(text, secret))
        if found != "acct0abcdzz"
    }
    assert not sorted(leaks)
    for name, text in shown.items():
        if name.endswith(".json"):
            json.loads(text)


@pytest.mark.usefixtures("registered")
def test_results_are_written_whole_and_hidden(writer: GuardedWriter, tmp_path: Path) -> None:
    """Members that say nothing are left out, half a character does not stop the writing."""
    hook = allure_commons.plugin_manager.hook
    step = Step(name=f"step {PASSWORD}", status="passed", start=1, stop=2)
    hook.report_result(result=Result(uuid="u", name=f"half \udc80 {TOKEN}", steps=[step]))
    hook.report_attached_data(body=TOKEN.encode("latin-1", "replace"), file_name="a.bin")
    hook.report_attached_data(body=b"\xff\x00\xfe", file_name="b.bin")
    writer.flush()
    files = {path.name: path.read_bytes() for path in (tmp_path / "results").iterdir()}
    result = json.loads(next(body for name, body in files.items() if name.endswith("-result.json")))
    assert result == {
        "uuid": "u",
        "name": "half \udc80 ‹A_TOKEN›",
        "steps": [{"name": "step ‹password›", "status": "passed", "start": 1, "stop": 2}],
    }
    assert files["b.bin"] == b"\xff\x00\xfe"
    assert b"Zk39" not in files["a.bin"]
    assert not writer.problem


def test_containers_that_nobody_reads_are_left_out(writer: GuardedWriter, tmp_path: Path) -> None:
    """Only a fixture with steps or attachments is worth a file."""
    hook = allure_commons.plugin_manager.hook
    hook.report_container(container=Container(uuid="1", befores=[Step(name="quiet")]))
    told = Step(name="told", steps=[Step(name="inner")])
    hook.report_container(container=Container(uuid="2", befores=[told]))
    writer.flush()
    assert len(list((tmp_path / "results").iterdir())) == 1
    assert not writer.problem


def test_a_place_that_cannot_be_written_is_a_problem_and_no_exception(
    writer: GuardedWriter, tmp_path: Path
) -> None:
    """A story ends as it would have, and the run says in one line what is missing."""
    shutil.rmtree(tmp_path / "results")
    allure_commons.plugin_manager.hook.report_attached_data(body="text", file_name="a.txt")
    allure_commons.plugin_manager.hook.report_result(result=Result(uuid="u", name="n"))
    writer.flush()
    assert "results cannot be written: No such file or directory" in writer.problem


def test_results_are_never_more_than_one_story_behind(writer: GuardedWriter, tmp_path: Path) -> None:
    """A run that is killed has lost the story that it was at, and the one before at most."""
    hook = allure_commons.plugin_manager.hook
    for number in range(5):
        hook.report_attached_data(body=f"{number}" * 100_000, file_name=f"{number}.txt")
        hook.report_result(result=Result(uuid=f"{number}", name="n"))
        names = {path.name for path in (tmp_path / "results").iterdir()}
        assert {f"{before}.txt" for before in range(number)} <= names
        assert sum(name.endswith("-result.json") for name in names) >= number
    writer.flush()
    assert len(list((tmp_path / "results").iterdir())) == 10


@pytest.mark.usefixtures("registered")
def test_a_json_document_stays_one() -> None:
    """Hiding in the written form alone could tear it."""
    document = json.dumps({"a": [TOKEN, TOKEN[:9]], "b": {PASSWORD: 1}, "password": "kept: no secret"})
    assert json.loads(REDACTOR.document(document)) == {
        "a": ["‹A_TOKEN›", TOKEN[:9]],
        "b": {"‹password›": 1},
        "password": "kept: no secret",
    }


@pytest.mark.usefixtures("registered")
def test_facts_of_the_environment_are_those_that_were_allowed(tmp_path: Path) -> None:
    """What is not on the list is not written, whatever it is called."""
    write_facts(tmp_path, "environment.properties", {"target": "x", "HOME": "/y"}, frozenset({"target"}))
    assert (tmp_path / "environment.properties").read_text(encoding="utf-8") == "target=x\n"


@pytest.mark.usefixtures("registered")
def test_log_records_are_hidden_and_the_factory_is_given_back() -> None:
    """Also for handlers that pytest knows nothing of."""
    before = logging.getLogRecordFactory()
    undo = guard_logging()
    record = logging.getLogger("x").makeRecord("x", 20, "f", 1, "a %s", (TOKEN,), None)
    undo()
    assert record.getMessage() == "a ‹A_TOKEN›"
    assert logging.getLogRecordFactory() is before


@pytest.mark.usefixtures("registered")
def test_lines_of_a_traceback_are_taken_together() -> None:
    """A secret over three lines is one."""
    lines = ["first", f"E   {TOKEN[:14]}", f"E   {TOKEN[14:25]}", f"E   {TOKEN[25:]}", "last"]
    assert hide(lines) == ["first", "E   ‹A_TOKEN›", "last"]


@pytest.mark.usefixtures("registered")
def test_guarding_a_result_without_secrets_is_cheap() -> None:
    """A story's result of 6 kB costs far less than writing it."""
    text = json.dumps({"steps": [{"name": "When the client creates user Ada", "status": "passed"}] * 80})
    begin = time.thread_time()
    for _ in range(50):
        assert REDACTOR.document(text) is text
    assert (time.thread_time() - begin) / 50 < 0.003  # 60 microseconds on an idle machine
