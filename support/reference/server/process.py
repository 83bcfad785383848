"""Serving: the socket, the signals, standard input as a lifeline, and the one line on standard output."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from support.reference.http.protocol import OpenProtocol
from support.reference.options import BASE_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

    from support.reference.options import Options

_PATIENCE_S = 1


class _Server(uvicorn.Server):
    """A server that says where it is once it is there, and ends without a trace when it is told to."""

    announcement = ""
    follows_stdin = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.follows_stdin:
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._watch_stdin, args=(loop,), daemon=True).start()
        gc.collect()
        gc.freeze()
        print(self.announcement, flush=True)  # noqa: T201 - this line is the interface

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; uvicorn's own way would raise them again, past our cleaning up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        yield

    def _watch_stdin(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(OSError):  # no standard input at all is an end of it too
            while os.read(0, 4096):
                pass
        loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        self.should_exit = True


def open_socket(host: str, port: int) -> socket.socket:
    """Take the address; raises OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # where it would share an address that somebody listens on already
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def serve(app: ASGIApp, listener: socket.socket, options: Options) -> None:
    """Serve until a signal or, if asked for, the end of standard input."""
    config = uvicorn.Config(
        app,
        http=OpenProtocol,
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=options.switches.isdisjoint({"B52", "B61"}),
        timeout_keep_alive=60,
        timeout_graceful_shutdown=_PATIENCE_S,
    )
    server = _Server(config)
    host = f"[{options.host}]" if ":" in options.host else options.host
    server.announcement = f"http://{host}:{listener.getsockname()[1]}{BASE_PATH}"
    server.follows_stdin = options.exits_with_stdin
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))
