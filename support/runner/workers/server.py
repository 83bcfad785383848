"""The fork server: imports what every worker needs, once, and forks a worker for each request.

A request is one byte on the control socket, with three descriptors: what is to be the worker's standard input
and output, and its lifeline, over which the server tells how the worker ended, and hears that it is to be
killed. The server ends when the control socket does. It has one thread, so that forking is safe, and it never
configures pytest: a worker begins as if it had just imported everything.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from _pytest.config import _prepareconfig

from support.command_line.signals import Start

REQUEST, KILL = b"f", b"k"
DESCRIPTORS = 3


def main() -> None:
    """Serve; in each worker, do what execnet asks for and return as any program does."""
    # An interrupt at the terminal reaches the workers themselves; it has been held until here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    control = socket.socket(fileno=int(sys.argv[1]))
    told: dict[str, Any] = json.loads(sys.argv[2])
    sys.path[:] = told["path"]
    os.chdir(told["folder"])
    _warm_up(told["arguments"], Path(told["features"]))
    Start.end()
    if _Server(control).serve():
        random.seed()
        exec(eval(sys.stdin.readline()), {"__name__": "__main__"})  # noqa: S307, S102 - execnet's own bootstrap
        # All is written by now. To take its memory apart would take each worker half a second.
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)


def _warm_up(arguments: list[str], features: Path) -> None:
    """Import everything the way that pytest does, with its assertions rewritten, and bind the features."""
    config = _prepareconfig(arguments, None)
    from support.cast import People  # noqa: PLC0415 - only after pytest has prepared its imports

    # Loads the names that people have; of Faker, a plugin, too, each worker would warn if it came later.
    People("", "", 0, with_password=False)
    config._ensure_unconfigure()  # noqa: SLF001 - nothing public undoes what was begun here
    import xdist.remote  # noqa: F401, PLC0415

    import support.report.allure.bridge  # noqa: PLC0415
    import support.runner.world  # noqa: F401, PLC0415
    from support.runner.binding import bind_ahead  # noqa: PLC0415

    bind_ahead(config, features)
    gc.collect()
    gc.freeze()


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lifelines: dict[int, socket.socket] = {}  # by the worker's process id
        self._selector = selectors.DefaultSelector()
        self._woken, waking = socket.socketpair()
        for end in (self._woken, waking):
            end.settimeout(0)
        self._waking = waking
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking.fileno())
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._selector.register(control, selectors.EVENT_READ)

    def serve(self) -> bool:
        """Fork as asked; return True in each worker, and False in the server when it is over."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    self._woken.recv(4096)
                    self._bury()
                elif key.fileobj is self._control:
                    request, descriptors, *_ = socket.recv_fds(self._control, 1, DESCRIPTORS)
                    if not request:
                        return False
                    if self._fork(descriptors):
                        return True
                elif key.data in self._lifelines:
                    self._heed(key.data)

    def _fork(self, descriptors: list[int]) -> bool:
        pid = os.fork()
        if pid:
            lifeline = socket.socket(fileno=descriptors.pop())
            for descriptor in descriptors:
                os.close(descriptor)
            self._lifelines[pid] = lifeline
            self._selector.register(lifeline, selectors.EVENT_READ, pid)
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for end in (self._control, self._woken, self._waking, *self._lifelines.values()):
            end.close()
        for standard, descriptor in enumerate(descriptors[:2]):
            os.dup2(descriptor, standard)
        for descriptor in descriptors:
            os.close(descriptor)
        sys.stdin, sys.stdout = os.fdopen(0, "r", closefd=False), os.fdopen(1, "w", closefd=False)
        return True

    def _bury(self) -> None:
        """Tell of each worker that has ended how it did."""
        for pid in list(self._lifelines):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                lifeline = self._lifelines.pop(pid)
                self._drop(lifeline)
                with contextlib.suppress(OSError):  # perhaps nobody waits for it
                    lifeline.send(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
                lifeline.close()

    def _heed(self, pid: int) -> None:
        lifeline = self._lifelines[pid]
        try:
            said = lifeline.recv(1)
        except OSError:
            said = b""
        if said == KILL:
            os.kill(pid, signal.SIGKILL)
        else:  # whoever asked for it is gone, and its input with it
            self._drop(lifeline)

    def _drop(self, lifeline: socket.socket) -> None:
        if lifeline in {key.fileobj for key in self._selector.get_map().values()}:
            self._selector.unregister(lifeline)
