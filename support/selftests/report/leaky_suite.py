# ruff: noqa: ARG001, B028, F841, FURB171, PT015, SIM117, T201, TRY301 - everything goes wrong on purpose
"""A suite that fails in every way with two secrets at hand; the guard's self-tests run a copy of it."""

import base64
import json
import logging
import os
import sys
import threading
import urllib.parse
import warnings

import allure
import pytest

from support.secrets.redaction import REDACTOR

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
    allure.attach(b"\xff\xfe" + TOKEN.encode(), "bytes", allure.attachment_type.PNG)
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
    assert ("y" * 60 + TOKEN * 5 + PASSWORD * 8) == 1  # type: ignore[comparison-overlap]


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
    raise ValueError("\n".join(TOKEN[at : at + 12] for at in range(0, len(TOKEN), 12)))


def test_raises():
    with pytest.raises(ValueError, match="other"):
        raise ValueError(TOKEN)


def test_subtest_like_names():
    assert [TOKEN] in [[PASSWORD]]
