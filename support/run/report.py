"""The report, as ci/report.sh builds it: one file that opens from disk, where there is a Node to build it."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BUILDER = ROOT / "ci" / "report"
REPORT = ROOT / "allure-report"
OLDEST_NODE = 20
LONGEST_S = 600.0


class NoReportError(Exception):
    """There is no report; the line says why."""


def build() -> str:
    """Build the report from allure-results; return where it is. Raises NoReportError."""
    node = _find_node()
    _install()
    clear(REPORT)
    REPORT.mkdir(exist_ok=True)
    cli = BUILDER / "node_modules" / "allure" / "cli.js"
    config = BUILDER / "allurerc.mjs"
    folders = (f"--output={REPORT}", str(ROOT / "allure-results"))
    # GIT_DIR: the builder would copy the remote's address into the report, with any token that is in it.
    _call([node, str(cli), "generate", "--config", str(config), *folders], {"GIT_DIR": os.devnull})
    _call([node, str(BUILDER / "offline.mjs"), "allure-report/index.html"], {})
    return "allure-report/index.html"


def clear(folder: os.PathLike[str]) -> None:
    """Empty a folder, which may be mounted from outside and is not removed itself."""
    for entry in os.scandir(folder) if os.path.isdir(folder) else ():  # noqa: PTH112 - any kind of path
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)  # noqa: PTH108


def _find_node() -> str:
    node = shutil.which("node")
    check = f"process.exit(Number.parseInt(process.versions.node, 10) < {OLDEST_NODE} ? 1 : 0)"
    if node and subprocess.run([node, "-e", check], check=False, timeout=LONGEST_S).returncode == 0:  # noqa: S603
        return node
    raise NoReportError(f"for a report with pictures install Node {OLDEST_NODE} or newer")


def _install() -> None:
    lock, stamp = BUILDER / "package-lock.json", BUILDER / "node_modules" / ".locked.json"
    if stamp.is_file() and filecmp.cmp(lock, stamp, shallow=False):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise NoReportError("npm is missing beside node; install it")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    _call([npm, "ci", "--prefix", str(BUILDER), *quiet], {})
    shutil.copyfile(lock, stamp)


def _call(command: Sequence[str], variables: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command,
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoReportError(f"it could not be built ({error})") from None
    if done.returncode:
        said = [line for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
        raise NoReportError(f"it could not be built; the verdict is not touched by that ({said[-1:]})")
