"""Runs of which there is no journal are swept by their marks, and only when they must be over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import support.cleanup.other_runs
from support.cleanup.journal import hold_alive
from support.cleanup.other_runs import sweep_other_runs
from support.selftests.cleanup.directory import Directory, marked
from support.users.markers import new_run

OTHER = "acct0abcdyy"


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setattr(support.cleanup.other_runs, "RUNS", tmp_path)
    return tmp_path


def test_others_are_left_alone_unless_they_are_marked_whole_and_old(runs, sweeper_at):
    del runs
    directory = Directory(
        {
            "old": marked(1),
            "word": {"name": "Ada", "email": "accessories@example.com"},
            "half": {"name": f"Ada {OTHER}", "email": "half@example.com"},
            "list": {"name": "Ada", "email": "x@example.com", "tags": [OTHER]},
            "new": marked(1, run=new_run()),
        }
    )
    swept = sweep_other_runs(sweeper_at(directory))
    assert sorted(directory.users) == ["half", "list", "new", "word"]
    assert (swept.deleted, swept.is_clean) == (1, True)


def test_a_run_that_began_long_ago_is_left_alone_while_it_makes_users(runs, sweeper_at):
    del runs
    young = marked(2, createdAt=datetime.now(UTC).isoformat())
    directory = Directory({"old": marked(1, createdAt="2026-01-01T00:00:00Z"), "young": young})
    assert sweep_other_runs(sweeper_at(directory)).deleted == 0
    assert directory.deleted == []


def test_a_run_that_still_lives_here_is_left_alone(folder, runs, sweeper_at):
    assert folder.parent == runs
    directory = Directory({"old": marked(1)})
    lock = hold_alive(folder)
    try:
        assert sweep_other_runs(sweeper_at(directory)).deleted == 0
    finally:
        lock.release()
    assert sweep_other_runs(sweeper_at(directory)).deleted == 1


def test_who_of_other_runs_cannot_be_deleted_is_left_and_each_tenant_is_looked_at(runs, sweeper_at):
    del runs
    tenants = {"a": {"1": marked(1)}, "b": {"2": marked(2), "3": marked(3)}}
    directory = Directory({}, stubborn={"3"}, tenants=tenants)
    swept = sweep_other_runs(sweeper_at(directory, promises=["tenants"]))
    assert (swept.created, swept.deleted, swept.left) == (3, 2, ["3"])
    swept = sweep_other_runs(sweeper_at(directory, tokens={"API_TOKEN": "a"}, promises=["tenants"]))
    assert swept.unseen == ["B_TOKEN is not set: the users of its tenant could not be looked at"]
