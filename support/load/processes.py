"""The processes of a load test: one that leads, and those in which the clients act."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import gevent
from locust import User
from locust.env import Environment

from support.behaviours.strain.measurements import Measurements
from support.cleanup import Run
from support.http import History
from support.load.clients import client_class
from support.load.meter import Meter
from support.runner.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.convergence import Timeline

    # run (as text), seconds, clients, processes, people and page: see `support.behaviours.strain.load`.
    Order = Mapping[str, Any]

LOOPBACK = "127.0.0.1"
LONGEST_START_S = 45.0
LONGEST_END_S = 30.0
LOOK_AGAIN_S = 0.05
UNENDED = f"did not end within {LONGEST_END_S:g} s"
STORY = "load"


class Client(User):
    """Whom the process counts that leads: it has others run what bears the same name (`client_class`)."""

    def wait_time(self) -> float:
        """Return how long it rests [s]."""
        return 1.0


def lead(order: Order) -> Measurements:
    """Start the processes, have the clients act for a while, and return what all of them measured.

    Raises RuntimeError where they do not come up or do not end.
    """
    environment = Environment(user_classes=[Client], stop_timeout=LONGEST_END_S)
    runner = environment.create_master_runner(LOOPBACK, 0)
    port = runner.server.port
    if order["page"] is not None:
        environment.create_web_ui(LOOPBACK, order["page"])
    processes = [_start(order, port, number) for number in range(1, order["processes"] + 1)]
    try:
        _wait(lambda: len(runner.clients.ready) == len(processes), LONGEST_START_S, "come up")
        runner.start(order["clients"], spawn_rate=order["clients"])
        gevent.sleep(order["seconds"])
        runner.quit()
        total = Measurements()
        with gevent.Timeout(LONGEST_END_S, RuntimeError(f"a process of the clients {UNENDED}")):
            for process in processes:
                # Not `communicate`, which would close what tells a process that its caller is there.
                assert process.stdout is not None
                told = process.stdout.read()
                if not told:
                    raise RuntimeError(f"a process of the clients ended with {process.wait()}")
                total.include(Measurements.from_dict(json.loads(told)))
        return total
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def act(order: Order, port: int, number: int) -> Measurements:
    """Have this process's share of the clients act until the leading one says that it is enough."""
    run = Run.from_controller(order["run"])
    history, timelines = History(), list["Timeline"]()
    measured = Measurements()
    world = World(run, f"load{number}", history, timelines)
    world.begin(STORY)
    environment = Environment(
        user_classes=[client_class(world, measured, order["people"])], stop_timeout=LONGEST_END_S
    )
    meter = Meter(measured, run.target.slo, world.clock, environment)
    history.listen(meter.listen)
    runner = environment.create_worker_runner(LOOPBACK, port)
    gevent.spawn(meter.tick)
    gevent.spawn(_end_with_caller)
    runner.greenlet.join()
    meter.count()
    world.end()
    world.close()
    return measured


def _start(order: Order, port: int, number: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "support.load", "--port", str(port), "--number", str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(dict(order)) + "\n")
    process.stdin.flush()  # and stays open: a process ends when its caller is gone
    return process


def _wait(is_so: Any, longest_s: float, what: str) -> None:
    waited = 0.0
    while not is_so():
        if waited > longest_s:
            raise RuntimeError(f"the processes of the clients did not {what} within {longest_s:g} s")
        gevent.sleep(LOOK_AGAIN_S)
        waited += LOOK_AGAIN_S


def _end_with_caller() -> None:
    """End this process when whoever has started it is gone; its users are in the journal."""
    gevent.get_hub().threadpool.apply(sys.stdin.read)
    os._exit(1)
