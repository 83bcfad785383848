"""Workers that die: each is replaced, what it had been given is done by others, and the run says so.

pytest-xdist replaces a worker that dies, but ends with an internal error where it dies before its session has
begun, or is sent something before its end is noticed. It also puts what the dead one had been given behind
everything else, where stories that must run alone would wait for it in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xdist.dsession import get_default_max_worker_restart
from xdist.scheduler import LoadScheduling

from support.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable

    from xdist.remote import Producer

ATTEMPTS = 3  # to start a worker
# What execnet says of a process that has gone away.
GONE = (EOFError, OSError, AssertionError)
INTERRUPTED = "keyboard-interrupt"


class OrderedScheduling(LoadScheduling):
    """Deals what a worker has left when it died before everything that comes later."""

    def remove_node(self, node: Any) -> str | None:
        """Take a worker out; return what it was at when it died, if it had anything left."""
        given = self.node2pending[node]
        self.pending[:] = sorted([*given[1:], *self.pending])
        del given[1:]
        crashed: str | None = super().remove_node(node)
        return crashed


class Deaths:
    """A plugin of the process that starts the run; says in `notes` which workers died.

    `stop` is called when no other takes a dead one's place, so that nobody waits for what it had left.
    """

    def __init__(self, config: pytest.Config, notes: list[str], stop: Callable[[], None]) -> None:
        self._config = config
        self._most = get_default_max_worker_restart(config)
        self._notes = notes
        self._stop = stop
        self._dead = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, config: pytest.Config) -> None:
        """Have a worker that dies before it has begun started again."""
        session: Any = config.pluginmanager.get_plugin("dsession")
        manager = session.nodemanager
        manager.setup_node = self._again(manager.setup_node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let what is sent to a dead worker be lost: when its end is noticed, others are given it."""
        send = node.sendcommand

        def send_if_alive(name: str, **words: object) -> None:
            try:
                send(name, **words)
            except OSError:
                node.log("is dead and cannot be told", name)

        node.sendcommand = send_if_alive

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> LoadScheduling | None:
        """Deal stories in their order."""
        return OrderedScheduling(config, log) if config.getoption("dist") == "load" else None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Note that a worker has died."""
        if not error or error == INTERRUPTED:
            return
        self._dead += 1
        is_last = self._most is not None and self._dead > self._most
        self._notes.append(
            f"worker {node.gateway.id}, a process that runs stories, died"
            + (": no other takes its place" if is_last else ", and another took its place")
        )
        if is_last:
            self._stop()

    def _again(self, setup: Callable[..., Any]) -> Callable[..., Any]:
        def set_up(spec: Any, putevent: Any) -> Any:
            for _ in range(ATTEMPTS):
                try:
                    return setup(spec, putevent)
                except GONE as error:
                    why = str(error) or type(error).__name__
                    spec.id = None  # its name is taken
                    self._notes.append("a process that runs stories died before it began: started again")
            raise Inconclusive(f"processes that run stories die before they begin ({why})")

        return set_up
