"""Runs cases side by side: for each a service of its own, started afresh, and the peer against it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.proof.catalogue import as_data

# What the proof asks of a service, asked in the same way: whether its defect has acted.
from ci.proof.runner import TOKENS, hits_of
from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ci.peer.tool import Peer
    from ci.proof.catalogue import Case

IDENTITIES = {"one": "API_TOKEN", "two": "OTHER_TENANT_TOKEN"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How cases are run: by which peer, the promised time [s], how many at once."""

    peer: Peer
    bound_s: float
    at_once: int


def run_cases(cases: Sequence[Case], plan: Plan) -> Iterator[dict[str, Any]]:
    """Run cases and return each one's result as soon as it is there."""
    with ThreadPoolExecutor(plan.at_once) as pool:
        futures = [pool.submit(run_case, case, plan) for case in cases]
        for future in as_completed(futures):
            yield future.result()


def run_case(case: Case, plan: Plan) -> dict[str, Any]:
    """Run one case and return its result as plain data; a run that fails to run says so in `error`."""
    begun = time.monotonic()
    result: dict[str, Any] = {"case": as_data(case), "name": case.name, "examples": plan.peer.examples}
    tokens = {variable: secrets.token_urlsafe(24) for variable in TOKENS}
    callers = {name: tokens[variable] for name, variable in IDENTITIES.items()}
    with tempfile.TemporaryDirectory(prefix="peer-") as name:
        try:
            with _serve(case, plan.bound_s, tokens) as base_url:
                result |= plan.peer.run(base_url, case.seed, callers, Path(name))
                result["hits"] = hits_of(base_url, case.defect)
        except (OSError, ValueError) as error:
            result["error"] = str(error)
    result["seconds"] = round(time.monotonic() - begun, 2)
    return result


@contextmanager
def _serve(case: Case, bound_s: float, tokens: Mapping[str, str]) -> Iterator[str]:
    """Start the service of a case and return its base URL; it stops with its standard input, or with us."""
    command = [sys.executable, "-m", "support.reference", "--weather", case.weather, "--seed", str(case.seed)]
    command += ["--bound", str(bound_s), "--inspect", "--exit-with-stdin"]
    command += ["--defect", case.defect] if case.defect else []
    command += ["--oddity", ",".join(case.oddities)] if case.oddities else []
    service = subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env={**os.environ, **tokens},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with service:
        try:
            base_url = service.stdout.readline().strip() if service.stdout else ""
            if not base_url.startswith("http"):
                raise ValueError("the service does not start")
            yield base_url
        finally:
            service.terminate()
            try:
                service.wait(10)
            except subprocess.TimeoutExpired:
                service.kill()
