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
from typing import TYPE_CHECKING

import allure_commons
import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResult as Result
from allure_commons.model2 import TestResultContainer as Container
from allure_commons.model2 import TestStepResult as Step

from support.redaction import REDACTOR
from support.report.guard import guard_logging, hide
from support.report.writer import GuardedWriter, redact_json, write_facts
from support.selftests.leaks import find_leaks, find_pieces
from support.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "tök3n-\"&%é\\'<Zk39xQvLw8aPqRsT0uVwXyZ> "
PASSWORD = "Pw-acct0abcdzz.gw0-12-\"&%é\\'<+ k3j9x0qa"

CONFTEST = """
import os
from support.redaction import REDACTOR
from support.report.guard import SecretGuard

REDACTOR.register(os.environ["A_TOKEN"], "A_TOKEN")

def pytest_configure(config):
    config.pluginmanager.register(SecretGuard(), "secret-guard")
"""

SUITE = """
import base64, json, logging, sys, threading, urllib.parse, warnings
import os
import allure
import pytest
from support.redaction import REDACTOR

TOKEN = os.environ["A_TOKEN"]
PASSWORD = os.environ["A_PASSWORD"]
BASIC = base64.b64encode(f"ada:{TOKEN}".encode()).decode()

@pytest.fixture(autouse=True)
def _made_at_run_time():
    REDACTOR.register(PASSWORD, "password")

class Thing:
    def __repr__(self):
        return f"Thing({PASSWORD!r}, {TOKEN!r})"

@pytest.fixture
def broken_at_first():
    raise RuntimeError(f"no fixture with {TOKEN}")

@pytest.fixture
def broken_at_last():
    yield
    raise RuntimeError(f"no end with {PASSWORD}")

@pytest.fixture
def told():
    with allure.step(f"fixture step {TOKEN}"):
        allure.attach(TOKEN, "in a fixture")

def test_attachments(tmp_path, told):
    allure.attach(f"text {TOKEN}", f"name {PASSWORD}", allure.attachment_type.TEXT)
    allure.attach(json.dumps({"password": PASSWORD}), "json", allure.attachment_type.JSON)
    allure.attach(f"<p>{urllib.parse.quote(TOKEN)}</p>", "html", allure.attachment_type.HTML)
    allure.attach(b"\\xff\\xfe" + TOKEN.encode(), "bytes", allure.attachment_type.PNG)
    (tmp_path / "a.txt").write_text(BASIC, encoding="utf-8")
    allure.attach.file(str(tmp_path / "a.txt"), "file")

def test_steps_and_words():
    with allure.step(f"step {TOKEN}"):
        with allure.step(f"inner {PASSWORD!r}"):
            pass
    allure.dynamic.description(f"description {TOKEN}")
    allure.dynamic.description_html(f"<b>{TOKEN}</b>")
    allure.dynamic.link(f"http://127.0.0.1/?t={urllib.parse.quote(TOKEN, safe='')}", name=TOKEN)
    allure.dynamic.title(f"title {PASSWORD}")
    allure.dynamic.tag(TOKEN)
    allure.dynamic.parameter("hidden", TOKEN, mode=allure.parameter_mode.MASKED)

@allure.step("with {thing} and {words}")
def act(thing, words):
    pass

def test_step_arguments():
    act(Thing(), TOKEN)

@pytest.mark.parametrize("value", [TOKEN, "other"])
def test_parameter(value):
    assert value == "other"

@pytest.mark.parametrize("value", [1], ids=[TOKEN.encode("ascii", "ignore").decode()])
def test_parameter_id(value):
    assert value == 2

def test_message():
    raise ValueError(f"message {TOKEN} and {PASSWORD!r}")

def test_chain():
    try:
        raise KeyError(PASSWORD)
    except KeyError as error:
        raise RuntimeError(f"chained {BASIC}") from error

def test_assertion_of_equality():
    assert {"token": TOKEN, "n": [PASSWORD] * 3} == {"token": "x", "n": []}

def test_assertion_of_texts():
    same = "a long beginning of a text that is the same"
    assert f"{same} {TOKEN} end" == f"{same} {TOKEN} END"

def test_assertion_cut_in_the_middle():
    assert ("y" * 60 + TOKEN * 5 + PASSWORD * 8) == 1

def test_assertion_behind_an_equal_beginning():
    assert ("z" * 50 + PASSWORD[:30] + PASSWORD[30:]) == ("z" * 50 + PASSWORD[:30] + "?")

def test_assertion_with_message():
    assert not TOKEN, f"should not be {json.dumps(TOKEN)}"

def test_assertion_in_a_call():
    assert len(Thing().__repr__()) == 0

def test_locals():
    token, headers, things = TOKEN, {"Authorization": f"Basic {BASIC}"}, [Thing(), PASSWORD.encode()]
    assert 0

def test_skip():
    pytest.skip(f"no {TOKEN}")

def test_xfail():
    pytest.xfail(f"no {TOKEN}")

@pytest.mark.xfail(reason=f"never with {TOKEN}", strict=True)
def test_strict_xfail():
    pass

def test_fail():
    pytest.fail(f"failed with {urllib.parse.quote_plus(PASSWORD)}")

def test_fail_without_trace():
    pytest.fail(f"failed with {PASSWORD}", pytrace=False)

def test_output():
    print(f"out {TOKEN}")
    print(f"err {PASSWORD}", file=sys.stderr)
    os.write(1, f"low {TOKEN}".encode())
    assert 0

def test_log():
    logging.getLogger("x").error("log %s", TOKEN)
    try:
        raise ValueError(PASSWORD)
    except ValueError:
        logging.getLogger("x").exception("log with a trace")
    assert 0

def test_setup(broken_at_first):
    pass

def test_teardown(broken_at_last):
    pass

def test_warning():
    warnings.warn(f"warned of {TOKEN}", UserWarning)

def test_thread():
    thread = threading.Thread(target=lambda: {}[PASSWORD])
    thread.start()
    thread.join()

def test_property(record_property, record_xml_attribute):
    record_property("token", TOKEN)
    assert 0

def test_notes():
    error = ValueError("noted")
    error.add_note(f"note {PASSWORD}")
    raise error

def test_group():
    raise ExceptionGroup(f"group {TOKEN}", [ValueError(PASSWORD), KeyError(TOKEN)])

def test_wrapped():
    raise ValueError("\\n".join(TOKEN[at:at + 12] for at in range(0, len(TOKEN), 12)))

def test_raises():
    with pytest.raises(ValueError, match="other"):
        raise ValueError(TOKEN)

def test_subtest_like_names():
    assert [TOKEN] in [[PASSWORD]]
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
    return


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[GuardedWriter]:
    """Give a writer that took another one's place."""
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
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
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
    assert json.loads(redact_json(document)) == {
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
    begin = time.perf_counter()
    for _ in range(50):
        assert redact_json(text) is text
    assert (time.perf_counter() - begin) / 50 < 0.003  # 60 microseconds on an idle machine
