"""A run with a journal, and a sweeper at whatever directory a test makes."""

from __future__ import annotations

import contextlib

import pytest

from support.cleanup.journal import Journal, write_header
from support.cleanup.leftovers import read_leftovers
from support.cleanup.sweep import Sweeper
from support.selftests.cleanup.directory import RUN, serve
from support.target.profiles import parse_target

PROFILE = {
    "name": "swept",
    "auth": {"other_tenant": "B_TOKEN", "throttled": "SLOW_TOKEN"},
    "bounds": {"single_s": 0, "list_s": 0},
    "timeouts": {"operation_s": 0.2},
    "faults": {"max_outage_s": 0},
}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / RUN
    write_header(made, {"base_url": "http://127.0.0.1:1/api", "target": "x", "seed": 1})
    return made


@pytest.fixture
def journal(folder):
    journal = Journal(folder / "journal-gw0.jsonl")
    yield journal
    journal.close()


@pytest.fixture
def sweeper_at():
    with contextlib.ExitStack() as stack:

        def make(directory, *, tokens=None, **profile):
            server = stack.enter_context(contextlib.closing(serve(directory)))
            target = parse_target({**PROFILE, **profile}, source="here")
            return Sweeper(server.url, target, tokens or {"API_TOKEN": "a", "B_TOKEN": "b"})

        yield make


@pytest.fixture
def sweep_at(sweeper_at, folder):
    return lambda directory, **options: sweeper_at(directory, **options).sweep(read_leftovers(folder))
