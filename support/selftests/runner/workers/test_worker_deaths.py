"""Workers that die cost a run the story that they were at, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from support.errors import Inconclusive
from support.runner.workers.deaths import ATTEMPTS, Deaths, OrderedScheduling


class Node:
    """A worker as the scheduler and the plugin know it, dead or alive."""

    def __init__(self, name, *, is_alive=True):
        self.gateway = SimpleNamespace(id=name)
        self.is_alive = is_alive
        self.shutting_down = False
        self.given = []

    def log(self, *_):
        pass

    def sendcommand(self, name, **words):
        if not self.is_alive:
            raise OSError("cannot send (already closed?)")
        self.given.append((name, words))

    def send_runtest_some(self, indices):
        self.sendcommand("runtests", indices=list(indices))

    def shutdown(self):
        self.shutting_down = True


@pytest.fixture
def notes():
    return []


@pytest.fixture
def stopped():
    return []


@pytest.fixture
def deaths(notes, stopped):
    option = SimpleNamespace(maxworkerrestart="1", numprocesses=2)
    return Deaths(SimpleNamespace(option=option), notes, lambda: stopped.append("stop"))  # type: ignore[arg-type]


def dealt(*stories, most=2):
    """Return a scheduler with two workers, who have been dealt their first stories."""
    options = {"tx": ["popen"] * 2, "maxschedchunk": most}
    config = SimpleNamespace(getvalue=options.get, getoption=options.get)
    sched = OrderedScheduling(config, None)  # type: ignore[arg-type]
    nodes = [Node("gw0"), Node("gw1")]
    for node in nodes:
        sched.add_node(node)  # type: ignore[arg-type]
    for node in nodes:
        sched.add_node_collection(node, stories)  # type: ignore[arg-type]
    sched.schedule()
    return sched, nodes


def test_what_a_dead_worker_had_left_comes_before_what_is_later():
    """Else a story that must be alone waits for one that stands behind it."""
    sched, (first, _) = dealt(*"abcdefgh")
    assert sched.remove_node(first) == "a"
    assert sched.pending == [1, 4, 5, 6, 7]


def test_a_worker_that_dies_with_nothing_left_takes_nothing_along():
    sched, _ = dealt(*"abcdefgh")
    late = Node("gw2")
    sched.add_node(late)
    assert sched.remove_node(late) is None
    assert sched.pending == [4, 5, 6, 7]


def test_what_is_sent_to_a_dead_worker_is_lost_and_ends_nothing(deaths):
    dead, living = Node("gw0", is_alive=False), Node("gw1")
    for node in (dead, living):
        deaths.pytest_configure_node(node)
        node.send_runtest_some([1, 2])
    assert living.given == [("runtests", {"indices": [1, 2]})]


def test_each_death_is_told_and_the_last_one_stops_the_waiting(deaths, notes, stopped):
    deaths.pytest_testnodedown(Node("gw0"), None)
    deaths.pytest_testnodedown(Node("gw0"), "keyboard-interrupt")
    assert notes == []
    deaths.pytest_testnodedown(Node("gw0"), "Not properly terminated")
    assert "gw0" in notes[0]
    assert "another took its place" in notes[0]
    assert stopped == []
    deaths.pytest_testnodedown(Node("gw2"), "Not properly terminated")
    assert "no other" in notes[1]
    assert stopped == ["stop"]


def start(deaths, *failures):
    """Start a worker that dies so before it is there; return how often that was tried, and how it ended."""
    left, tried = list(failures), []

    def setup_node(spec, putevent):
        tried.append((spec.id, putevent))
        spec.id = spec.id or f"gw{len(tried)}"
        if left:
            raise left.pop(0)
        return spec.id

    manager = SimpleNamespace(setup_node=setup_node)
    plugins = SimpleNamespace(get_plugin=lambda _: SimpleNamespace(nodemanager=manager))
    deaths.pytest_xdist_setupnodes(SimpleNamespace(pluginmanager=plugins))
    return tried, lambda: manager.setup_node(SimpleNamespace(id="gw0"), "put")


@pytest.mark.parametrize("gone", [EOFError(), OSError("cannot send"), BrokenPipeError()], ids=repr)
def test_a_worker_that_dies_before_it_began_is_started_again_under_another_name(deaths, notes, gone):
    tried, set_up = start(deaths, gone)
    assert set_up() == "gw2"
    assert tried == [("gw0", "put"), (None, "put")]
    assert len(notes) == 1


def test_workers_that_never_begin_are_no_verdict(deaths):
    tried, set_up = start(deaths, *[EOFError("closed")] * ATTEMPTS)
    with pytest.raises(Inconclusive, match=r"die before they begin \(closed\)"):
        set_up()
    assert len(tried) == ATTEMPTS
