"""Stories that must be alone wait for everything before them, and for nothing else."""

from __future__ import annotations

import multiprocessing
from typing import Any

import pytest

from support.clock import FakeClock
from support.errors import Inconclusive
from support.runner.ordering import LONGEST_WAIT_S, Ordering, Turn, rank, spread


class Item:
    def __init__(self, *marks):
        self.marks = marks

    def get_closest_marker(self, name):
        return name if name in self.marks else None


class Hall(FakeClock):
    """A clock by which things happen: what is due is done as time goes by."""

    def __init__(self):
        super().__init__()
        self.due = []

    def sleep(self, seconds):
        super().sleep(seconds)
        while self.due and self.due[0][0] <= self.monotonic():
            self.due.pop(0)[1]()


@pytest.fixture
def hall():
    return Hall()


@pytest.fixture
def ordering(tmp_path, hall):
    return Ordering(tmp_path / "done", hall)


def test_those_who_share_come_first_and_the_audit_last():
    items = [Item("last"), Item("exclusive"), Item(), Item("exclusive", "last"), Item("needs-etag")]
    assert [rank(item) for item in items] == [2, 1, 0, 2, 0]  # type: ignore[arg-type]


def test_nobody_waits_for_nothing(ordering, hall):
    ordering.wait([])
    assert hall.slept == []


def test_a_story_waits_until_all_before_it_are_done(ordering, hall):
    ordering.note("a[x-1 y]")
    hall.due = [(1000.2, lambda: ordering.note("unrelated")), (1000.5, lambda: ordering.note("b"))]
    ordering.wait(["a[x-1 y]", "b"])
    assert 1000.5 <= hall.monotonic() < 1000.6


def test_others_may_write_what_is_done(tmp_path, ordering, hall):
    other = Ordering(tmp_path / "done", hall)
    other.note("a")
    ordering.note("b")
    ordering.wait(["a", "b"])


def test_a_name_that_only_begins_alike_is_another(ordering):
    ordering.note("story[1]")
    with pytest.raises(Inconclusive, match="1 stories before this one did not end, story among them"):
        ordering.wait(["story"])


def test_waiting_ends(ordering, hall):
    with pytest.raises(Inconclusive, match="2 stories before this one did not end, a among them"):
        ordering.wait(["b", "a"])
    assert LONGEST_WAIT_S <= hall.monotonic() - 1000 < LONGEST_WAIT_S + 1


def test_a_run_that_is_stopped_keeps_nobody_waiting(ordering, hall):
    hall.due = [(1001.0, ordering.stop)]
    with pytest.raises(Inconclusive, match="the run is being stopped"):
        ordering.wait(["never"])
    assert hall.monotonic() < 1002


def test_those_who_take_turns_lie_far_apart_among_those_who_share():
    sharing: list[Any] = [Item() for _ in range(8)]
    turns: list[Any] = [Item("by-turns") for _ in range(3)]
    alone: list[Any] = [Item("exclusive"), Item("last")]
    items = spread([*sharing, *turns, *alone])
    assert [items.index(item) for item in turns] == [2, 5, 8]
    assert [item for item in items if item not in turns] == [*sharing, *alone]


def test_whoever_must_be_alone_takes_no_turn():
    items: list[Any] = [Item(), Item("by-turns", "exclusive"), Item("last")]
    assert spread(items) == items


def _take(file, told):
    turn = Turn(file, lambda: False)
    turn.take()
    told.put("taken")
    turn.leave()


def test_one_process_takes_its_turn_after_the_other(tmp_path):
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()
    mine = Turn(tmp_path / "turn", lambda: False)
    mine.take()
    other = context.Process(target=_take, args=(tmp_path / "turn", told))
    other.start()
    other.join(0.3)
    assert told.empty()
    mine.leave()
    other.join(10)
    assert told.get() == "taken"


def test_nobody_waits_for_a_turn_in_a_run_that_is_stopped(tmp_path):
    first, second = Turn(tmp_path / "turn", lambda: False), Turn(tmp_path / "turn", lambda: True)
    first.take()
    with pytest.raises(Inconclusive, match="take turns"):
        second.take()
    first.leave()
    second.leave()
