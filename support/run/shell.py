"""The client by hand, for a Python shell: the same people, retries, journal and redaction as in a run.

What is created is in a journal, so that `python -m support.cleanup` deletes whoever is forgotten.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from support.cleanup.ended_runs import forget
from support.cleanup.journal import hold_alive, write_header
from support.cleanup.leftovers import read_leftovers
from support.cleanup.run import choose_target, external, new_identity
from support.http import History
from support.report.operations import render_all
from support.runner.world import World
from support.target.settings import REPORTS, load_settings

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from support.cast import People
    from support.cleanup import Run
    from support.users import UsersApi


class Shell:
    """A service, as one client sees it: `api` does things, `people` are who it is done to."""

    def __init__(self, run: Run, alive: BaseFileLock) -> None:
        self._run = run
        self._alive = alive
        self._history = History()
        self._world = World(run, "shell", self._history, [])
        self._world.begin("by hand")
        atexit.register(self.close)

    @property
    def api(self) -> UsersApi:
        """The users API: create, look_up, change, replace, delete, list."""
        return self._world.api

    @property
    def people(self) -> People:
        """People by their names, with data that nobody else has."""
        return self._world.people

    @property
    def history(self) -> str:
        """Everything that was asked and answered so far, without secrets."""
        return render_all(self._history.since(0))

    def close(self) -> None:
        """Close the connections; the folder of the run stays as long as somebody is left."""
        atexit.unregister(self.close)
        self._world.close()
        self._alive.release()
        leftovers = read_leftovers(self._run.folder)
        if leftovers is None or not (leftovers.ids or leftovers.open or leftovers.damage):
            forget(self._run.folder)


def connect(target: str | None = None) -> Shell:
    """Connect to the service of a profile, by name or file; BASE_URL and tokens are those of the environment.

    Raises ConfigurationError for what is missing.
    """
    settings = load_settings()
    profile = choose_target(settings, target, None)
    identity, seed, folder = new_identity(settings.seed)
    try:
        run = external(identity, seed, folder, REPORTS, settings, profile)
    except BaseException:
        forget(folder)
        raise
    facts = {"base_url": run.base_url, "collection": profile.collection, "target": profile.name}
    write_header(folder, {**facts, "seed": seed, "embedded": False})
    return Shell(run, hold_alive(folder))
