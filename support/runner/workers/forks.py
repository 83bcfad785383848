"""Workers of pytest-xdist that are forks of a warm process (`support.runner.workers.server`).

Takes the place of the one function of execnet that starts a process for a gateway; a self-test guards that
this goes on working. What cannot be forked, or not any more, is started as always.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import execnet.gateway_io
from execnet.gateway_base import Popen2IO

from support.runner.workers.server import KILL, REQUEST
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


class ForkedWorker(Popen2IO):
    """The two streams of a forked worker, and its lifeline."""

    def __init__(self, control: socket.socket, execmodel: Any) -> None:
        reads, into = os.pipe()
        comes, outof = os.pipe()
        self._lifeline, far = socket.socketpair()
        try:
            socket.send_fds(control, [REQUEST], [reads, outof, far.fileno()])
        except OSError:
            for descriptor in (into, comes):
                os.close(descriptor)
            raise
        finally:
            far.close()
            for descriptor in (reads, outof):
                os.close(descriptor)
        super().__init__(os.fdopen(into, "wb"), os.fdopen(comes, "rb"), execmodel=execmodel)

    def wait(self) -> int | None:
        """Wait for the end of the process; return its status, None where nobody can tell it any more."""
        with contextlib.suppress(OSError):
            said = self._lifeline.recv(1)
            return said[0] if said else None
        return None

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            self._lifeline.send(KILL)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Have Ctrl-C wait: what is started now begins like that, and decides about it when it has begun."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Forks:
    """Starts the fork server, and has execnet's local gateways come from it until `stop`."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        self._control, far = socket.socketpair()
        told = {
            "path": sys.path,
            "folder": str(folder),
            "arguments": list(arguments),
            "features": str(ROOT / "features"),
        }
        with far, _interrupts_held():
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
                [sys.executable, "-m", __package__, str(far.fileno()), json.dumps(told)],
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                pass_fds=[far.fileno()],
            )
        self._create: Callable[..., Any] = execnet.gateway_io.create_io
        execnet.gateway_io.create_io = self._fork

    @staticmethod
    def is_offered() -> bool:
        """Return whether this platform can fork a process and hand it what is open."""
        return hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "darwin"

    def stop(self) -> None:
        """Return execnet its own back, and end the server; its workers have ended by now."""
        execnet.gateway_io.create_io = self._create
        self._control.close()
        self._process.wait()

    def _fork(self, spec: Any, execmodel: Any) -> Any:
        is_plain = spec.popen and not spec.python
        if is_plain and self._process.poll() is None:
            with contextlib.suppress(OSError):
                return ForkedWorker(self._control, execmodel)
        return self._create(spec, execmodel)
