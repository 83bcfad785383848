"""The journal tells what was begun, before it is sent, and whether its run still lives."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from support.cleanup.journal import Journal, hold_alive, is_alive, write_header
from support.cleanup.leftovers import read_leftovers
from support.selftests.cleanup.directory import RUN
from support.target.settings import ROOT


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / RUN
    write_header(made, {"base_url": "http://127.0.0.1:1/api", "target": "x", "seed": 1})
    return made


def lines(folder, name="journal-gw0.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def test_what_may_come_to_be_is_on_disk_before_it_is_sent(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    number = journal.intend({"email": "ada@example.com", "password": "secret"}, "API_TOKEN")
    assert lines(folder)[0]["intend"] == "ada@example.com"
    assert "secret" not in (folder / "journal-gw0.jsonl").read_text(encoding="utf-8")
    leftovers = read_leftovers(folder)
    assert len(leftovers.open) == 1
    assert time.time() - 5 < leftovers.last_open_at <= time.time() + 0.001
    journal.created(7, "API_TOKEN")
    journal.settle([number])
    leftovers = read_leftovers(folder)
    assert (leftovers.open, leftovers.last_open_at) == ({}, 0.0)
    assert (leftovers.ids, leftovers.created) == ({"API_TOKEN": [7]}, 1)
    journal.close()


def test_every_process_of_a_run_counts_for_itself(folder):
    one, other = (Journal(folder / f"journal-gw{number}.jsonl") for number in range(2))
    one.settle([one.intend({"email": "a@example.com"}, "A")])
    other.intend({"email": "b@example.com"}, "B")
    one.created("u1", "A")
    other.created("u2", "B")
    other.created("u2", "B")
    leftovers = read_leftovers(folder)
    assert list(leftovers.open) == [("journal-gw1.jsonl", 1)]
    assert leftovers.ids == {"A": ["u1"], "B": ["u2"]}
    assert leftovers.callers == {"A", "B"}
    one.close()
    other.close()


def test_whom_the_service_called_deleted_is_not_deleted_again_but_counts(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    for user_id in ("u1", "u2", "u3"):
        journal.created(user_id, "A")
    journal.deleted("u1", "A")
    journal.deleted("u2", "B")  # nobody's: B has created nobody
    journal.deleted("u3", "A")
    journal.created("u3", "A")  # a service may give an id again
    journal.close()
    leftovers = read_leftovers(folder)
    assert (leftovers.ids, leftovers.created) == ({"A": ["u2", "u3"]}, 3)


def test_an_id_keeps_its_kind(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    for user_id in (2**64 + 1, str(2**64 + 1), "a/b é"):
        journal.created(user_id, "A")
    journal.close()
    assert read_leftovers(folder).ids == {"A": [2**64 + 1, str(2**64 + 1), "a/b é"]}


def test_a_run_is_alive_as_long_as_its_process(folder):
    assert not is_alive(folder)
    hold = (
        "import sys; from pathlib import Path; from support.cleanup.journal import hold_alive;"
        "lock = hold_alive(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", hold, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        holder.stdout.readline()
        assert is_alive(folder)
        holder.kill()
    assert not is_alive(folder)
    lock = hold_alive(folder)
    assert is_alive(folder)
    lock.release()
