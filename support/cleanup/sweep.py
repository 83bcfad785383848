"""Undoing what runs created, and making sure that it is gone.

The same sweep ends every run and, as `python -m support.cleanup`, mends one that was killed: it deletes those
whom the journals name, then goes through the list for whatever bears the run's mark, until nothing does: the
whole list, or where the newest can be listed first, whoever came since an hour before the run. It goes
through clients of its own that no circuit breaker stops, and says what it could not look at.
"""

from __future__ import annotations

import contextlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from support.cleanup.outage import Silence
from support.cleanup.swept import Swept
from support.cleanup.untrue_deletions import find_untrue
from support.cleanup.view import NoAnswer, Standing, Unfinished, UsersView, runs_in
from support.clock import SystemClock
from support.errors import SuiteError, one_line
from support.http import History, SessionClient
from support.http.authentication.credentials import credentials_for
from support.http.gates.rate_limiter import Gates
from support.http.retry import FaultRetries
from support.http.transport import Transport
from support.target.settings import load_constants, load_tls
from support.users import Normalizer
from support.users.markers import find_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from support.cleanup.leftovers import Leftovers, Pair
    from support.http.gates.rate_limiter import RateLimiter
    from support.target import Target

AT_ONCE = 32  # most of the time goes in waiting for a busy service to recover
ROUNDS = 4
MANY = 20
SHOWN = 5
CLOCKS_APART = timedelta(hours=1)


class Sweeper:
    """Deletes users of runs at one target, as those who may see them, at its pace."""

    def __init__(
        self, base_url: str, target: Target, tokens: Mapping[str, str], pace: RateLimiter | None = None
    ) -> None:
        self.base_url = base_url
        self.target = target
        self.clock = SystemClock()
        normalizer = Normalizer(target)
        history = History()
        retries = FaultRetries(target.faults, self.clock, random.SystemRandom(), target.timeouts.operation_s)
        # Together for all callers: they ask one service.
        silence = Silence(target.faults.max_outage_s)
        self._main = target.auth.token if target.auth.scheme != "none" else ""
        # The clients of all callers, by the variables of their tokens.
        self.clients = {
            name: SessionClient(
                base_url,
                target,
                transport=Transport(target, self.clock, load_tls(target.auth)),
                history=history,
                retries=retries,
                credentials=credentials_for(target, tokens, name, base_url),
                gate=Gates([silence, pace] if pace else [silence]),
                constants=load_constants(target),
            )
            for name in dict.fromkeys([self._main, *tokens])
        }
        tenants = (self._main, target.auth.other_tenant)
        self.views = {
            name: UsersView(self.clients[name], target, normalizer, name)
            for name in tenants
            if name is not None and name in self.clients
        }

    @property
    def client(self) -> SessionClient:
        """The client with the profile's main token."""
        return self.clients[self._main]

    @property
    def tenants(self) -> list[str]:
        """The callers of whom each sees users of their own, as far as their tokens are set."""
        others = [name for name in self.views if name != self._main and self.target.promise("tenants")]
        return [self._main, *others]

    def viewpoint(self, caller: str) -> str:
        """Name the caller who sees what a caller has made: of one tenant, the one that may do most."""
        return caller if caller and caller == self.target.auth.other_tenant else self._main

    def sweep(self, leftovers: Leftovers) -> Swept:
        """Delete those whom the journals of one run name and whatever bears its mark; verify that it is gone.

        Users whose deletion a story has heard of are in the list only if it was not true.
        """
        return _RunSweep(self, leftovers).sweep()

    def unseen_callers(self, callers: Iterable[str]) -> list[str]:
        """Say of each caller whose users cannot be looked at why that is so."""
        unseen = []
        for caller in sorted(callers):
            if self.viewpoint(caller) not in self.views:
                unseen.append(f"{caller} is not set: the users of its tenant could not be looked at")
            elif caller and caller not in self.target.auth.variables:
                unseen.append(f"the profile does not name {caller}: its users are seen only as {self._main}")
        return unseen


class _RunSweep:
    """The sweep of one run: who is not known to be gone yet, as seen by whom, and why."""

    def __init__(self, sweeper: Sweeper, leftovers: Leftovers) -> None:
        self._sweeper = sweeper
        self._run = leftovers.run
        self._bounds = sweeper.target.bounds
        began = find_run(leftovers.run)
        self._since = began[1] - CLOCKS_APART if began else None
        viewpoint = sweeper.viewpoint
        self._known = {(viewpoint(caller), user_id): at for (caller, user_id), at in leftovers.known.items()}
        self._left: dict[Pair, str] = {
            (viewpoint(caller), user_id): "" for caller, ids in leftovers.ids.items() for user_id in ids
        }
        self._not_ours: list[str] = []
        self._nameless: dict[
            str, int
        ] = {}  # what shows the run's mark and has no id, as each caller saw last
        self._unseen = [*leftovers.damage, *sweeper.unseen_callers(leftovers.callers)]
        self._is_out = False
        self._open = len(leftovers.open)
        # A creation whose answer was lost may still come to be for as long as twice the bound.
        self._latest = leftovers.last_open_at + 2 * self._bounds.list_s
        # Where it is not known who created anybody, everyone who can be looked at is.
        seen_from = {viewpoint(caller) for caller in leftovers.callers}
        if leftovers.damage or not seen_from:
            seen_from.update(sweeper.tenants)
        self._views = {name: view for name, view in sweeper.views.items() if name in seen_from}

    def sweep(self) -> Swept:
        """Delete, verify, and say how it ended."""
        seen = self._look_at_many()
        self._remove([pair for pair in self._left if pair in seen], self._remove_listed)
        self._remove([pair for pair in self._left if pair not in seen], self._remove_named)
        unknown = self._sweep_lists()
        if self._not_ours:
            named = ", ".join(self._not_ours[:SHOWN])
            self._unseen.append(
                f"{len(self._not_ours)} users whom its journal names do not show its mark and were left "
                f"alone ({named}): are they somebody else's?"
            )
        self._unseen += sorted({reason for reason in self._left.values() if reason})[:SHOWN]
        nameless = max(self._nameless.values(), default=0)
        if nameless:
            self._unseen.append(
                f"{nameless} entries of the list show its mark and no id, so that nobody can delete them: "
                "does the service keep forms that are no user (sending.broken_forms)?"
            )
        created = len(self._known) + unknown + nameless
        left = [*(str(user_id) for _, user_id in self._left), *(["(no id)"] * nameless)]
        return Swept(created, created - len(left), left, self._unseen, self._find_untrue())

    def _find_untrue(self) -> list[str]:
        sweeper = self._sweeper
        views = {} if self._is_out else sweeper.views
        return find_untrue(self._left, views, self._run, self._known, self._bounds, sweeper.clock)

    def _remove(self, pairs: Sequence[Pair], remove: Callable[[Pair], str]) -> None:
        """Remove users, several at once; keep each of whom that is not known, with the reason."""

        def attempt(pair: Pair) -> str | None:
            if self._is_out or pair[0] not in self._sweeper.views:
                return None
            try:
                return remove(pair)
            except NoAnswer as error:
                self._note_outage(error)
                return None
            except SuiteError as error:
                return one_line(str(error))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for pair, reason in zip(pairs, pool.map(attempt, pairs), strict=True):
                if reason == "":
                    self._left.pop(pair, None)
                elif reason is not None:
                    self._left[pair] = reason

    def _remove_named(self, pair: Pair) -> str:
        """Delete a user whom the journal names, if it is the run's own who stands there."""
        name, user_id = pair
        view, noted_at = self._sweeper.views[name], self._known[pair]
        standing = view.standing(user_id, self._run, noted_at)
        if standing is Standing.SOMEBODY_ELSE:
            self._not_ours.append(str(user_id))
            return ""
        # Where reads lag, a user of a moment ago may be there although nobody is shown.
        if standing is Standing.GONE and time.time() > noted_at + 2 * self._bounds.single_s:
            return ""
        return view.delete(user_id)

    def _remove_listed(self, pair: Pair) -> str:
        """Delete a user who was seen with the run's mark."""
        return self._sweeper.views[pair[0]].delete(pair[1])

    def _sweep_lists(self) -> int:
        """Delete whatever in the lists bears the run's mark; return how many of them no journal names."""
        unknown: set[Pair] = set()
        unlisted: set[str] = set() if self._sweeper.target.has_list else set(self._views)
        if unlisted and self._open:
            self._unseen.append(
                f"nobody can look for {self._open} users whose creation was never answered: "
                "the profile says that there is no list"
            )
        found: list[Pair] = []
        for _ in range(0 if self._is_out else ROUNDS):
            found = []
            for name in sorted(self._views.keys() - unlisted):
                try:
                    found += self._marked(name)
                except SuiteError as error:
                    unlisted.add(name)
                    if self._open or not isinstance(error, Unfinished):
                        self._unseen.append(f"the list could not be looked at: {one_line(str(error))}")
            if self._is_out or (not found and time.time() >= self._latest):
                break
            unknown.update(pair for pair in found if pair not in self._known)
            self._remove(found, self._remove_listed)
            if found:
                self._wait_for_lists(self._views.keys() - unlisted)
            else:
                self._sweeper.clock.sleep(self._latest - time.time())
        for pair in found:
            self._left.setdefault(pair, "")
        if unlisted and not self._is_out:
            self._sweeper.clock.sleep(self._bounds.single_s)
            self._remove([pair for pair in self._known if pair[0] in unlisted], self._require_gone)
        return len(unknown)

    def _wait_for_lists(self, names: Iterable[str]) -> None:
        """Wait until no list shows anybody of the run, for as long as lists may lag."""
        clock = self._sweeper.clock
        until, pause = clock.monotonic() + self._bounds.list_s, self._bounds.list_s / 16
        with contextlib.suppress(SuiteError):  # the look after it tells of it
            while clock.monotonic() < until:
                clock.sleep(min(pause, until - clock.monotonic()))
                pause *= 2
                if not any(self._marked(name) for name in names):
                    return

    def _look_at_many(self) -> set[Pair]:
        """Return who bears the run's mark, as far as lists tell: it saves looking at each of many."""
        seen: set[Pair] = set()
        if len(self._left) < MANY or not self._sweeper.target.has_list:
            return seen
        for name in self._views:
            with contextlib.suppress(SuiteError):  # the walk that verifies tells of it
                seen.update(self._marked(name, hasty=True))
        return seen

    def _marked(self, name: str, *, hasty: bool = False) -> list[Pair]:
        view = self._views[name]
        listed = view.listed(hasty=hasty, since=self._since)
        ids = [view.id_of(raw) for raw in listed if self._run in runs_in(raw)]
        self._nameless[name] = ids.count(None)
        return [(name, user_id) for user_id in ids if user_id is not None]

    def _require_gone(self, pair: Pair) -> str:
        """Look once more at a user whom no list can show to be gone; return why not."""
        name, user_id = pair
        standing = self._sweeper.views[name].standing(user_id, self._run, self._known[pair])
        return f"user {user_id} is still there" if standing is Standing.OURS else self._left.get(pair, "")

    def _note_outage(self, error: NoAnswer) -> None:
        if not self._is_out:
            self._is_out = True
            self._unseen.append(
                f"the service did not answer, and not everybody could be looked at: {one_line(str(error))}"
            )
