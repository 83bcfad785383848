"""The runs whose folders are still here: each is swept for itself, and told of if it cannot be.

A folder goes only when everything that its journals could tell of was looked at and is gone.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from support.cleanup.journal import HEADER, PATTERN, is_alive
from support.cleanup.leftovers import read_leftovers
from support.cleanup.run import RUNS
from support.cleanup.swept import Swept
from support.errors import SuiteError
from support.users.markers import RUN_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.cleanup.leftovers import Leftovers
    from support.cleanup.sweep import Sweeper

PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def forget(folder: Path) -> None:
    """Remove the folder of a run of which nothing is left."""
    shutil.rmtree(folder, ignore_errors=True)


def forget_embedded() -> None:
    """Remove the folders of runs that were killed together with the service that they had brought along."""
    for folder in run_folders():
        try:
            leftovers = read_leftovers(folder)
            if leftovers is not None and leftovers.header.get("embedded") is True and not is_alive(folder):
                forget(folder)
        except OSError:
            continue  # it is told of when it is swept


def run_folders() -> list[Path]:
    """Return the folders that runs have left here, in the order in which the runs began."""
    if not RUNS.is_dir():
        return []
    return sorted(folder for folder in RUNS.iterdir() if folder.is_dir() and _is_of_a_run(folder))


def _is_of_a_run(folder: Path) -> bool:
    is_named = RUN_MARK.fullmatch(folder.name) is not None
    return is_named or (folder / HEADER).exists() or any(folder.glob(PATTERN))


def sweep_ended(sweeper: Sweeper) -> Iterator[tuple[str, Swept]]:
    """Sweep what runs that are over have left at a service, and forget those of which nothing is left."""
    forget_embedded()
    for folder in run_folders():
        try:
            leftovers = None if is_alive(folder) else read_leftovers(folder)
            if leftovers is None:
                continue
            elsewhere = _where_else(leftovers, sweeper)
            swept = Swept(unseen=[elsewhere]) if elsewhere else sweeper.sweep(leftovers)
            if swept.is_clean:
                forget(folder)
        except (OSError, SuiteError) as error:
            why = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else str(error)
            swept = Swept(unseen=[f"could not be looked at ({why})"])
        yield folder.name, swept


def living_runs() -> list[str]:
    """Return the runs that are still going on here."""
    living = []
    for folder in run_folders():
        try:
            if is_alive(folder):
                living.append(folder.name)
        except OSError:
            continue
    return living


def _where_else(leftovers: Leftovers, sweeper: Sweeper) -> str:
    """Say where else a run has been; nothing if it was here, or if that is not known."""
    header = leftovers.header
    base_url = header.get("base_url", sweeper.base_url)
    collection = str(header.get("collection", sweeper.target.collection))
    if _place(base_url + collection) == _place(sweeper.base_url + sweeper.target.collection):
        return ""
    return f"was at {base_url}{collection}, which was not looked at: give its BASE_URL and profile"


def _place(url: str) -> tuple[str, str, int | None, str]:
    """Return what tells services apart, in whatever way their URL is written."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", url, None, ""
    host = "localhost" if host in LOOPBACK else host
    return parts.scheme, host, port or PORTS.get(parts.scheme), re.sub("/+", "/", parts.path).rstrip("/")
