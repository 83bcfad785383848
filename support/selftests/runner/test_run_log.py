"""The run's log has every attempt on a line of its own, and no secret."""

from __future__ import annotations

import io
import json
import logging
import multiprocessing
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from support.http.history import Exchange, History, Operation, Outcome, Request, Response
from support.runner.run_log import RunLog, silence
from support.secrets.redaction import REDACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = 'log-"s3cret\\é%-0123456789abcdef'


@pytest.fixture(autouse=True)
def _secret_known() -> None:
    REDACTOR.register(SECRET, "LOG_SECRET")


def _exchange(path: str = "/api/users?limit=2", *, answered: bool = True) -> Exchange:
    return Exchange(
        request=Request("POST", f"http://127.0.0.1:1{path}", {"X-Correlation-ID": "c-1"}, b"{}"),
        attempt=2,
        sent_at=10.0,
        answered_at=10.0125,
        at=datetime(2030, 1, 2, tzinfo=UTC),
        outcome=Outcome.OK if answered else Outcome.UNKNOWN,
        response=Response(201, {}) if answered else None,
        fault=None if answered else "connection reset",
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reports" / "run.jsonl"


@pytest.fixture
def log(path: Path) -> Iterator[RunLog]:
    opened = RunLog(path, run="acc1", worker="gw0", correlation_id="X-Correlation-ID", console=io.StringIO())
    yield opened
    opened.close()


def test_an_attempt_is_one_line_with_its_facts(log: RunLog, path: Path) -> None:
    """Run, worker, story, attempt, correlation id, request line, answer and time."""
    history = History()
    history.listen(log.record)
    operation = history.begin(
        Operation("create", "user Ada", "features/users/creating_a_user.feature::test_a")
    )
    history.record(operation, _exchange(answered=False))
    history.record(operation, _exchange())
    lost, done = _lines(path)
    assert done == {
        "run": "acc1",
        "worker": "gw0",
        "at": "2030-01-02T00:00:00.000+00:00",
        "story": "features/users/creating_a_user.feature::test_a",
        "verb": "create",
        "subject": "user Ada",
        "attempt": 2,
        "correlation_id": "c-1",
        "method": "POST",
        "path": "/api/users?limit=2",
        "outcome": "ok",
        "ms": 12.5,
        "status": 201,
        "event": "attempt",
    }
    assert lost["fault"] == "connection reset"
    assert "status" not in lost


def test_no_line_and_no_warning_shows_a_secret(log: RunLog, path: Path) -> None:
    """Lines are hidden as they are written, and stay JSON."""
    log.record(Operation("look up", f"user {SECRET}"), _exchange(f"/users/{SECRET}"))
    log.note("noted", words=[SECRET, {"a": SECRET}])
    log.alert("warned", words=SECRET)
    console = log._console.getvalue()
    assert "s3cret" not in path.read_text(encoding="utf-8") + console
    assert [line["event"] for line in _lines(path)] == ["attempt", "noted", "warned"]
    assert "warned" in console
    assert "\x1b" not in console


def test_half_a_character_is_written(log: RunLog, path: Path) -> None:
    """Stories send what has no UTF-8."""
    log.note("odd", name="a\udc80b")
    assert _lines(path)[0]["name"] == "a\udc80b"


def _write_many(path: Path, worker: str) -> None:
    log = RunLog(path, run="acc1", worker=worker)
    for number in range(300):
        log.note("counted", number=number, filling="x" * 700)
    log.close()


def test_workers_do_not_tear_the_lines_of_each_other(path: Path) -> None:
    """Four processes append to one file and every line can be read."""
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_write_many, args=(path, f"gw{n}")) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    lines = _lines(path)
    for number in range(4):
        assert [line["number"] for line in lines if line["worker"] == f"gw{number}"] == list(range(300))


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """A log is not worth a run."""
    (tmp_path / "reports").write_text("a file, not a folder")
    log = RunLog(tmp_path / "reports" / "run.jsonl", run="acc1", worker="gw0")
    log.note("lost")
    assert log.problem.startswith("the log cannot be written: ")
    full = RunLog(tmp_path / "full", run="acc1", worker="gw0")
    full._file.close()
    full._file = open("/dev/full", "ab", buffering=0)  # noqa: PTH123, SIM115 - a device that is always full
    full.note("lost")
    full.note("lost too")
    assert full.problem == "the log cannot be written: No space left on device"


def test_noisy_libraries_are_silenced() -> None:
    """Their warnings still come through."""
    silence(("noisy.library",))
    assert not logging.getLogger("noisy.library.part").isEnabledFor(logging.INFO)
    assert logging.getLogger("noisy.library.part").isEnabledFor(logging.WARNING)


def test_a_line_is_cheap(log: RunLog) -> None:
    """About 20 microseconds on an idle machine."""
    operation, exchange = Operation("create", "user Ada", "story"), _exchange()
    begin = time.thread_time()
    for _ in range(300):
        log.record(operation, exchange)
    per_line = (time.thread_time() - begin) / 300
    assert per_line < 0.0005
