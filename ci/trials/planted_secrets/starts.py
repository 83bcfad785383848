"""Starts that end with a line: set-up mistakes and services that refuse, with the secret in what is told.

Each way is started with every shape and encoding: a run, the sweep or the probe. Nothing of it gets as far
as a story.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.trials.planted_secrets.cases import Case
from ci.trials.planted_secrets.encodings import ENCODINGS
from ci.trials.planted_secrets.ways import WAYS
from ci.trials.projects import copy_project
from ci.trials.runs import environment
from support.selftests.servers.raw_server import RawServer, send, send_and_close

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from ci.trials.planted_secrets.cases import Start
    from ci.trials.planted_secrets.planting import Plantation
    from support.selftests.servers.raw_server import Received

QUICK = 3  # combinations of a way
ENDINGS = {0, 4, 10}
FORKS = Path(__file__).with_name("forks.py")


class Door:
    """The service of all starts: it answers as the start at hand has it, and else with a list of nobody."""

    def __init__(self) -> None:
        self.start: Start | None = None

    def __call__(self, connection: socket.socket, request: Received) -> None:
        """Answer a request."""
        answer = self.start.answer(request) if self.start else b""
        if answer:
            send(connection, answer)
        else:
            send_and_close(connection)


def start_all(folder: Path, plantation: Plantation, *, is_quick: bool, every: int = 1) -> list[Path]:
    """Start every way with every combination, every so many, or a few; return the folders of what is left."""
    project = copy_project(folder / "starts")
    shutil.copy(FORKS, project)
    said = folder / "said"
    said.mkdir()
    door = Door()
    server = RawServer(door)
    codes: Counter[str] = Counter()
    chosen = _combinations(plantation, is_quick=is_quick, every=every)
    try:
        with _forks(project) as forks:
            for number, (way, shape, encoding) in enumerate(chosen):
                told = plantation.plant(way, shape, encoding)
                secret = plantation.secrets[shape]
                case = Case(secret, told, ENCODINGS[encoding](secret), server.url, project)
                door.start = start = WAYS[way](case)
                file = said / f"{number}.txt"
                code = _run(forks, start, file)
                codes[f"{code}"] += 1
                has_said = bool(file.read_bytes().strip())
                plantation.ended[way] += has_said and code in ENDINGS
    finally:
        server.close()
    print(f"starts: exit codes {dict(sorted(codes.items()))}", flush=True)
    return [each for each in (said, project / ".acceptance", project / "reports") if each.is_dir()]


def _combinations(
    plantation: Plantation, *, is_quick: bool, every: int = 1
) -> Iterator[tuple[str, str, str]]:
    for turn, (way, make) in enumerate(WAYS.items()):
        combinations = plantation.combinations(make.encodings)
        fitting = [each for each in combinations if make.takes(each[0])]
        first = turn * QUICK % len(fitting)
        chosen = [*fitting[first:], *fitting[:first]][:QUICK] if is_quick else fitting[turn % every :: every]
        yield from ((way, shape, encoding) for shape, encoding in chosen)


@contextmanager
def _forks(project: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, FORKS.name],
        cwd=project,
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def _run(forks: subprocess.Popen[str], start: Start, said: Path) -> int:
    assert forks.stdin is not None
    assert forks.stdout is not None
    variables = {**environment({}), **start.variables}
    asked: dict[str, Any] = {"command": start.command, "arguments": start.arguments}
    asked |= {"variables": variables, "said": str(said)}
    forks.stdin.write(f"{json.dumps(asked)}{os.linesep}")
    forks.stdin.flush()
    return int(forks.stdout.readline())
