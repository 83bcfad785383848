"""Tests that go wrong in every way with secrets at hand, which nobody but the guard hides.

They are run in a folder of their own, where `plan.json` holds the texts of each way.
"""

import json
import logging
import os
import sys
import threading
import warnings
from pathlib import Path

import allure
import pytest

PLAN = json.loads(Path(__file__).with_name("plan.json").read_text(encoding="utf-8"))
KINDS = allure.attachment_type


class Thing:
    """Something that shows what it holds."""

    def __init__(self, text) -> None:
        self.text = text

    def __repr__(self):
        return f"Thing({self.text!r})"


def each_of(way):
    return pytest.mark.parametrize("number", range(len(PLAN[way])))


@each_of("exception")
def test_exception(number):
    raise ValueError(PLAN["exception"][number])


@each_of("chained exception")
def test_chained_exception(number):
    try:
        raise KeyError(PLAN["chained exception"][number])
    except KeyError as error:
        raise RuntimeError("another") from error


@each_of("note of an exception")
def test_note(number):
    error = ValueError("noted")
    error.add_note(PLAN["note of an exception"][number])
    raise error


@each_of("exception of a group")
def test_group(number):
    raise ExceptionGroup("several", [ValueError(PLAN["exception of a group"][number])])


@each_of("assertion of texts")
def test_texts(number):
    text = PLAN["assertion of texts"][number]
    assert f"the beginning is the same {text} end" == f"the beginning is the same {text} END"


@each_of("assertion of tables")
def test_tables(number):
    assert {"token": PLAN["assertion of tables"][number], "n": 1} == {"token": "x", "n": 2}


@each_of("message of an assertion")
def test_message(number):
    assert number < 0, PLAN["message of an assertion"][number]


@each_of("local variable")
def test_local(number):
    token = PLAN["local variable"][number]
    headers, thing = {"Authorization": f"Bearer {token}"}, Thing(token)
    assert (len(headers), thing) == 0


@each_of("reason of a skip")
def test_skip(number):
    pytest.skip(PLAN["reason of a skip"][number])


@each_of("reason of a known failure")
def test_xfail(number):
    pytest.xfail(PLAN["reason of a known failure"][number])


@each_of("failure without a trace")
def test_fail(number):
    pytest.fail(PLAN["failure without a trace"][number], pytrace=False)


@each_of("standard output")
def test_output(number):
    print(PLAN["standard output"][number])
    assert 0


@each_of("standard error")
def test_errors(number):
    print(PLAN["standard error"][number], file=sys.stderr)
    assert 0


@each_of("file descriptor")
def test_descriptor(number):
    os.write(1, PLAN["file descriptor"][number].encode())
    assert 0


@each_of("log")
def test_log(number):
    logging.getLogger("x").error("log %s", PLAN["log"][number])
    assert 0


@each_of("log with a trace")
def test_log_trace(number):
    try:
        raise ValueError(PLAN["log with a trace"][number])
    except ValueError:
        logging.getLogger("x").exception("what was raised")
    assert 0


@each_of("warning")
def test_warning(number):
    warnings.warn(PLAN["warning"][number], UserWarning)


@each_of("thread")
def test_thread(number):
    thread = threading.Thread(target=lambda: {}[PLAN["thread"][number]])
    thread.start()
    thread.join()


@each_of("property in JUnit")
def test_property(number, record_property):
    record_property("token", PLAN["property in JUnit"][number])
    assert 0


@each_of("what was raised instead")
def test_raises(number):
    with pytest.raises(ValueError, match="other"):
        raise ValueError(PLAN["what was raised instead"][number])


@pytest.fixture
def broken_at_first(number):
    raise RuntimeError(PLAN["set-up"][number])


@each_of("set-up")
def test_setup(number, broken_at_first):
    pass


@pytest.fixture
def broken_at_last(number):
    yield
    raise RuntimeError(PLAN["tear-down"][number])


@each_of("tear-down")
def test_teardown(number, broken_at_last):
    pass


@pytest.mark.parametrize("value", [Thing(text) for text in PLAN["parametrised value"]])
def test_value(value):
    assert value == "other"


@pytest.mark.parametrize("value", [1] * len(PLAN["id of a row"]), ids=PLAN["id of a row"])
def test_row(value):
    assert value == 2


@each_of("step in Allure")
def test_step(number):
    with allure.step(PLAN["step in Allure"][number]):
        with allure.step(f"inner {PLAN['step in Allure'][number]!r}"):
            pass


@each_of("parameter in Allure")
def test_parameter(number):
    allure.dynamic.parameter("token", PLAN["parameter in Allure"][number])


@each_of("description in Allure")
def test_description(number):
    allure.dynamic.description(PLAN["description in Allure"][number])
    allure.dynamic.title(PLAN["description in Allure"][number])


@each_of("label and link in Allure")
def test_label(number):
    text = PLAN["label and link in Allure"][number]
    allure.dynamic.tag(text)
    allure.dynamic.link(f"https://help.example/?t={text}", name=text)


@each_of("text attached")
def test_attached_text(number):
    allure.attach(PLAN["text attached"][number], "text", KINDS.TEXT)


@each_of("JSON attached")
def test_attached_json(number):
    allure.attach(json.dumps({"said": [PLAN["JSON attached"][number]]}), "json", KINDS.JSON)


@each_of("bytes attached")
def test_attached_bytes(number):
    allure.attach(b"\xff\xfe" + PLAN["bytes attached"][number].encode(), "bytes", KINDS.PNG)


@each_of("file attached")
def test_attached_file(number, tmp_path):
    (tmp_path / "a.txt").write_text(PLAN["file attached"][number], encoding="utf-8")
    allure.attach.file(str(tmp_path / "a.txt"), "file")


@each_of("name of what is attached")
def test_attached_name(number):
    allure.attach("nothing", PLAN["name of what is attached"][number], KINDS.TEXT)
