"""Undoing what runs created, and making sure that it is gone.

The same sweep ends every run and, as `python -m support.cleanup`, mends one that was killed: it deletes what
the journals name, then goes through the list for whatever carries the run's mark, until nothing does: the
whole list, or where the newest can be listed first, whoever came since an hour before the run. It goes
through a client of its own that no circuit breaker stops. Its errors are never hidden.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.cleanup.journal import is_alive, read_leftovers
from support.cleanup.run import RUNS, choose_target
from support.clock import SystemClock
from support.errors import ConfigurationError, SuiteError
from support.http import Call, History, Outcome, SessionClient
from support.http.authentication.credentials import credentials_for
from support.http.call import segment
from support.http.gates.rate_limiter import RateLimiter
from support.http.retry import FaultRetries
from support.http.strict_json import MalformedAnswer
from support.http.transport import Transport
from support.target.settings import load_constants, load_settings, load_tls, load_tokens, resolve_base_url
from support.users import Normalizer
from support.users.forms.paths import texts_in
from support.users.markers import find_mark, find_run
from support.users.reachability import check
from support.users.story_horizon import NEWEST_FIRST, StoryHorizon
from support.users.user_versions import read_version, version_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from support.cleanup.journal import Leftovers
    from support.http import Operation
    from support.http.call import QueryValue
    from support.target import Target

AT_ONCE = 8
ROUNDS = 4
MOST_PAGES = 500
# Runs of others that may still be going on are left alone when a sweep goes by mark only.
FOREIGN_AGE_S = 3600.0
CLOCKS_APART = timedelta(hours=1)


@dataclass(slots=True)
class Swept:
    """What a sweep did: how many users it deleted, and which it could not."""

    created: int = 0
    deleted: int = 0
    left: list[str] = field(default_factory=list)


class Sweeper:
    """Deletes users of runs at one target, as the callers that created them, at its pace."""

    def __init__(
        self, base_url: str, target: Target, tokens: Mapping[str, str], pace: RateLimiter | None = None
    ) -> None:
        self._target = target
        self._clock = SystemClock()
        self.deleted = 0  # acknowledged so far, also when the sweep cannot be finished
        self._normalizer = Normalizer(target)
        self._history = History()
        retries = FaultRetries(target.faults, self._clock, random.SystemRandom(), target.timeouts.operation_s)
        self._default = target.auth.token if target.auth.scheme != "none" else ""
        self._clients = {
            name: SessionClient(
                base_url,
                target,
                transport=Transport(target, self._clock, load_tls(target.auth)),
                history=self._history,
                retries=retries,
                credentials=credentials_for(target, tokens, name, base_url),
                gate=pace,
                constants=load_constants(target),
            )
            for name in (tokens or {"": ""})
        }

    @property
    def clients(self) -> Mapping[str, SessionClient]:
        """The clients of all callers, by the variables of their tokens."""
        return self._clients

    @property
    def client(self) -> SessionClient:
        """The client with the profile's main token."""
        return self._clients.get(self._default) or next(iter(self._clients.values()))

    def sweep(self, leftovers: Leftovers) -> Swept:
        """Delete what the journals of one run name and whatever carries its mark; verify that it is gone.

        Users whose deletion a story has heard of are in the list only if it was not true.
        """
        for caller, ids in leftovers.ids.items():
            self._delete(caller, ids)
        unknown: set[tuple[str, int | str]] = set()
        # A creation whose answer was lost may still come to be for as long as twice the bound.
        latest = leftovers.last_open_at + 2 * self._target.bounds.list_s
        marks = {leftovers.run}
        for _ in range(ROUNDS):
            found = self._find_again(leftovers, marks)
            if not found and time.time() >= latest:
                break
            for caller in {caller for caller, _ in found}:
                self._delete(caller, [user_id for name, user_id in found if name == caller])
            unknown.update(pair for pair in found if pair not in leftovers.known)
            self._clock.sleep(self._target.bounds.list_s if found else latest - time.time())
        created = leftovers.created + len(unknown)
        left = [str(user_id) for _, user_id in found]
        return Swept(created, created - len(left), left)

    def _find_again(self, leftovers: Leftovers, marks: set[str]) -> list[tuple[str, int | str]]:
        """Return who is still there of a run: of its list, or of the ids that are known where there is none.

        Raises SuiteError where there is no list and a creation was never answered: nobody can look for it.
        """
        if self._target.has_list:
            began = find_run(leftovers.run)
            since = began[1] - CLOCKS_APART if began else None
            callers = self._callers(leftovers)
            return [pair for caller in callers for pair in self._find(caller, marks, since=since)]
        if leftovers.open:
            raise SuiteError(
                f"cleanup cannot look for {len(leftovers.open)} users whose creation was never answered: "
                f"the profile says that there is no list"
            )
        return [pair for pair in sorted(leftovers.known, key=str) if self._is_there(*pair)]

    def _is_there(self, caller: str, user_id: int | str) -> bool:
        operation = self._look_up(self._clients.get(caller, self.client), user_id)
        if operation.response is None:
            raise SuiteError(f"cleanup got no answer: {operation.describe()}")
        return not self._normalizer.shows_gone(operation.response)

    def _look_up(self, client: SessionClient, user_id: int | str) -> Operation:
        path = self._target.route("look_up").path.replace("{id}", segment(user_id))
        return client.send(Call("GET", path), "look up", f"user {user_id}")

    def sweep_foreign(self, older_than_s: float = FOREIGN_AGE_S) -> Swept:
        """Delete whatever carries the mark of any run that began so long ago [s]; for lost journals."""
        if not self._target.has_list:
            raise SuiteError("cleanup cannot look for other runs: the profile says that there is no list")
        swept = Swept()
        found = list(self._find(self._default, None, older_than_s))
        self._delete(self._default, [user_id for _, user_id in found])
        swept.created = swept.deleted = len(found)
        return swept

    def _callers(self, leftovers: Leftovers) -> list[str]:
        return [name for name in self._clients if not leftovers.callers or name in leftovers.callers]

    def _delete(self, caller: str, ids: Sequence[int | str]) -> None:
        client = self._clients.get(caller, self.client)

        def delete(user_id: int | str) -> Operation:
            route, headers = self._target.route("delete"), {}
            if self._target.promise("precondition-required"):
                version = read_version(self._target, self._look_up(client, user_id).response)
                headers = version_headers(self._target, version)
            path = route.path.replace("{id}", segment(user_id))
            return client.send(Call(route.method, path, headers=headers), "delete", f"user {user_id}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for operation in pool.map(delete, ids):
                if operation.response is None:
                    raise SuiteError(f"cleanup got no answer: {operation.describe()}")
                self.deleted += operation.outcome is Outcome.OK

    def _find(
        self,
        caller: str,
        marks: set[str] | None,
        older_than_s: float = 0.0,
        *,
        since: datetime | None = None,
    ) -> Iterable[tuple[str, int | str]]:
        """Go through the list for users that carry one of the marks, or any old enough; by caller and id.

        Where the newest can be listed first, those from before `since` are left out: a tenant may be crowded.
        """
        lists = self._target.lists
        headers = self._target.headers
        strong = {headers.strong_read: headers.strong_value} if self._target.promise("strong-read") else {}
        query: Mapping[str, QueryValue] | None
        query = {**lists.always, **lists.sized(self._target.walk_size)}
        route = self._target.route("list")
        client = self._clients[caller]
        horizon = StoryHorizon(client, self._normalizer)
        since = since if horizon.is_offered else None
        if since is not None:
            query = {**query, **lists.ordered(NEWEST_FIRST)}
        for _ in range(MOST_PAGES):
            call = Call(route.method, route.path, query=query or {}, headers=strong)
            operation = client.send(call, "list", "users")
            if operation.outcome is not Outcome.OK and not self._normalizer.found_nothing(operation.response):
                raise SuiteError(f"cleanup cannot read the list: {operation.describe()}")
            try:
                page = self._normalizer.page(operation.last)
            except MalformedAnswer as error:
                raise SuiteError(f"cleanup cannot read the list: {error}") from None
            for item in page.items:
                if (user_id := self._marked(item, marks, older_than_s)) is not None:
                    yield caller, user_id
            query = page.next
            if query is None or (since is not None and horizon.is_passed(page.items, since)):
                return

    def _marked(self, item: Any, marks: set[str] | None, older_than_s: float) -> int | str | None:
        if not isinstance(item, dict):
            return None
        for value in texts_in(item):
            run = find_run(value)
            if run and (run[0] in marks if marks else self._is_old(value, run[1], older_than_s)):
                return self._normalizer.id_of(item)
        return None

    def _is_old(self, text: str, started: datetime, older_than_s: float) -> bool:
        # A user that no journal names must carry the whole mark of a person.
        is_marked = find_mark(text) is not None
        return is_marked and (self._clock.now() - started).total_seconds() > older_than_s


def forget(folder: Path) -> None:
    """Remove the folder of a run of which nothing is left."""
    shutil.rmtree(folder, ignore_errors=True)


def forget_embedded() -> None:
    """Remove the folders of runs that were killed together with the service that they had brought along."""
    for folder in RUNS.iterdir() if RUNS.is_dir() else ():
        leftovers = read_leftovers(folder)
        if leftovers is not None and leftovers.header.get("embedded") and not is_alive(folder):
            forget(folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep what earlier runs left at a target; say in one line each what was done."""
    parser = argparse.ArgumentParser(prog="python -m support.cleanup", description=main.__doc__)
    parser.add_argument("--target", help="a profile's name, or the path of a .toml file")
    parser.add_argument(
        "--all-runs",
        action="store_true",
        help="also delete what carries the mark of any run that began more than an hour ago",
    )
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        target = choose_target(settings, options.target, None)
        base_url = resolve_base_url(target, settings.base_url)
        with tempfile.TemporaryDirectory() as folder:
            pace = RateLimiter(Path(folder), target.request_limits, SystemClock())
            sweeper = Sweeper(base_url, target, load_tokens(target), pace)
            check(sweeper.client, SystemClock())
            return _sweep_runs(sweeper, base_url, all_runs=options.all_runs)
    except ConfigurationError as error:
        sys.stderr.write(f"cleanup: {error}\n")
        return 4
    except SuiteError as error:
        sys.stderr.write(f"cleanup: {error}\n")
        return 10


def sweep_dead(sweeper: Sweeper, base_url: str) -> Iterator[tuple[str, Swept]]:
    """Sweep what runs that are over have left at a service, and forget those of which nothing is left."""
    for folder in sorted(RUNS.iterdir()) if RUNS.is_dir() else ():
        leftovers = read_leftovers(folder)
        if leftovers is None or leftovers.header.get("base_url") != base_url or is_alive(folder):
            continue
        swept = sweeper.sweep(leftovers)
        if not swept.left:
            forget(folder)
        yield leftovers.run, swept


def _sweep_runs(sweeper: Sweeper, base_url: str, *, all_runs: bool) -> int:
    left = 0
    for run, swept in sweep_dead(sweeper, base_url):
        left += len(swept.left)
        sys.stdout.write(f"run {run}: {swept.deleted} users deleted, {len(swept.left)} left\n")
    if all_runs:
        swept = sweeper.sweep_foreign()
        sys.stdout.write(f"other runs: {swept.deleted} users deleted\n")
    sys.stdout.write("nothing is left\n" if not left else f"{left} users are left\n")
    return 0 if not left else 10
