"""The service that a profile brings along: started for a run, and gone with it.

It is a process of its own that ends when its standard input does, so that it outlives nobody, not even a
run that was killed. What it is, is the profile's affair: this module only starts a Python module.
"""

from __future__ import annotations

import os
import secrets
import selectors
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from support.errors import ConfigurationError
from support.secrets import REDACTOR
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

START_WITHIN_S = 30.0
RESIDENTS_IN_A_SECOND = 500  # on a machine that is busy otherwise
STOP_WITHIN_S = 5.0


class EmbeddedService:
    """A service in a child process on loopback, with tokens made for this run.

    `residents` are the foreign users who are there from the start, where the service makes some.
    """

    def __init__(
        self, module: str, variables: Sequence[str], options: Sequence[str], residents: int = 0
    ) -> None:
        self._within_s = START_WITHIN_S + residents / RESIDENTS_IN_A_SECOND
        crowd = ["--residents", str(residents)] if residents else []
        self.tokens = {name: secrets.token_urlsafe(24) for name in variables}
        for name, token in self.tokens.items():
            REDACTOR.register(token, name)
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - as long as the service
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of the profile
            [sys.executable, "-m", module, "--exit-with-stdin", *options, *crowd],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, **self.tokens},
            cwd=ROOT,
            text=True,
        )
        self.base_url = self._read_base_url()

    @property
    def pid(self) -> int:
        """The process of the service."""
        return self._process.pid

    def stop(self) -> None:
        """End the service: first by closing its input, then by signal."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_WITHIN_S)

    def _read_base_url(self) -> str:
        """Read the first line, which comes once requests are accepted; raises ConfigurationError."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + self._within_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            ready = selector.select(max(0.0, deadline - time.monotonic()))
        line = self._process.stdout.readline().strip() if ready else ""
        if line.startswith("http"):
            return line
        self._process.kill()
        self.stop()
        self._said.seek(0)
        said = self._said.read().strip().splitlines()
        reason = said[-1] if said else f"no address within {self._within_s:g} s"
        raise ConfigurationError(f"the embedded service does not start: {reason}")
