"""Read replicas that lag: each follows the change log in order, each change after a delay of its own.

Whether a change is due is decided when somebody reads, so that no machine, however busy, makes a replica
later than it was meant to be. Delays stay below the bound; the weather says by how much.
"""

from __future__ import annotations

import heapq
import random
import sqlite3
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from support.reference.store.schema import metadata, row_of, users
from support.reference.store.sizes import Sizes
from support.reference.store.views import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from support.reference.faults.switches import Switches
    from support.reference.store.primary import Change, Store
    from support.reference.store.schema import User

_COUNT = 3
_PUT = f"INSERT INTO users VALUES ({', '.join('?' * len(users.c))})"  # noqa: S608 - only marks
_DROP = "DELETE FROM users WHERE id = ? RETURNING tenant"


class Copies(Protocol):
    """What reads come from: copies that lag behind, or the primary for those who ask for the newest state."""

    def read(
        self, at_least: int | None, *, is_list: bool = False
    ) -> AbstractContextManager[tuple[View, int]]:
        """Return a state to read from that has reached a position in the change log, and its own position."""

    def close(self) -> None:
        """Let go of all copies."""


class Replica:
    """One copy of the users, in memory, somewhat behind the primary."""

    def __init__(
        self,
        store: Store,
        number: int,
        lag: Callable[[], float],
        switches: Switches,
        like: Replica | None = None,
    ) -> None:
        self._number = number
        self._lag = lag
        self._switches = switches
        self._pending: deque[tuple[float, Change]] = deque()
        self._due_last = 0.0
        self._engine = create_engine("sqlite://", poolclass=StaticPool, isolation_level="AUTOCOMMIT")
        self._connection = self._engine.connect()
        self._sizes = Sizes()
        self.view = View(self._connection, switches, self._sizes)
        self.position = store.position
        if like is not None:  # page by page, which is much quicker than user by user
            like.raw.backup(self.raw)
        else:
            metadata.create_all(self._connection)
            if everyone := [row_of(user) for user in store.all_users()]:
                self._connection.exec_driver_sql(_PUT, everyone)
        # Only defects use these: changes out of turn, the last change of each user, changes half made.
        self._out_of_turn: list[tuple[float, int, Change]] = []
        self._latest: dict[str, tuple[float, Change]] = {}
        self._half_made: set[int] = set()

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself."""
        connection = self._connection.connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        return connection

    def follow(self, change: Change) -> None:
        """Take note of a change; it becomes visible after this replica's delay, never out of order."""
        now = time.monotonic()
        if self._misses(change, now):
            return
        self._due_last = max(self._due_last, now + self._delay())
        self._pending.append((self._due_last, change))
        self._distort(change, now)

    def catch_up(self) -> None:
        """Make visible what is due."""
        now = time.monotonic()
        while self._pending and self._pending[0][0] <= now:
            _, change = self._pending.popleft()
            if change.seq not in self._half_made and self._switches.on("N41", self._make_half(change)):
                self._half_made.add(change.seq)
                self._pending.appendleft((now + 0.15, change))
                return
            self._apply(change)
        while self._out_of_turn and self._out_of_turn[0][0] <= now:
            self._apply(heapq.heappop(self._out_of_turn)[2])

    def close(self) -> None:
        """Let go of the copy."""
        self._connection.close()
        self._engine.dispose()

    def _delay(self) -> float:
        if self._switches.on("M109"):
            return 2 * self._switches.bound_s
        if self._switches.on("N42", chance=0.125):
            return 1.3 * self._switches.bound_s
        return self._lag()

    def _apply(self, change: Change) -> None:
        if change.user is None:
            self._drop(change.user_id)
        else:
            self._put(self._keep_email_key(change.user))
        self.position = max(self.position, change.seq)

    def _put(self, user: User) -> None:
        self._drop(user.id)
        self._connection.exec_driver_sql(_PUT, row_of(user))
        self._sizes.note(user.tenant, 1)

    def _drop(self, user_id: str) -> None:
        for (tenant,) in self._connection.exec_driver_sql(_DROP, (user_id,)):
            self._sizes.note(tenant, -1)

    def _misses(self, change: Change, now: float) -> bool:
        """Return whether a defect keeps a change from this replica."""
        if self._switches.on("M108", self._number == 2):
            return True
        is_edit = change.user is not None and change.user.version > 1
        if self._switches.on("M163", is_edit, chance=0.5):
            heapq.heappush(self._out_of_turn, (now + 2 * self._switches.bound_s, change.seq, change))
            return True
        at, _ = self._latest.get(change.user_id, (0.0, change))
        is_hurried = now - at < 0.05 and self._number == 1 and change.user is not None
        if self._switches.on("M114", is_hurried):
            return True
        if self._switches.has("M114"):
            self._latest[change.user_id] = (now, change)
        return False

    def _distort(self, change: Change, now: float) -> None:
        """Queue what defects add to a change."""
        if self._switches.has("M164"):
            at, previous = self._latest.get(change.user_id, (0.0, change))
            if self._switches.on("M164", now - at < 0.25 and change.user and previous.user, chance=0.4):
                self._pending.append((self._due_last, previous))
            self._latest[change.user_id] = (now, change)
        if self._switches.has("N20"):
            self._haunt(change, now)

    def _haunt(self, change: Change, now: float) -> None:
        """Let a deleted user come back from 1.2 to 3.2 bounds after the deletion."""
        _, previous = self._latest.get(change.user_id, (0.0, change))
        if self._switches.on("N20", change.user is None and previous.user):
            bound_s = self._switches.bound_s
            heapq.heappush(self._out_of_turn, (now + 1.2 * bound_s, change.seq, previous))
            heapq.heappush(self._out_of_turn, (now + 3.2 * bound_s, change.seq + 1, change))
        self._latest[change.user_id] = (now, change)

    def _make_half(self, change: Change) -> bool:
        """Take over the name of a change and leave the other fields for later."""
        if not self._switches.has("N41") or change.user is None:
            return False
        old = self.view.find_anywhere(change.user_id)
        if old is None or old.nickname == change.user.nickname:
            return False
        self._put(replace(change.user, nickname=old.nickname))
        return True

    def _keep_email_key(self, user: User) -> User:
        """Return a user as it is taken over; a defect leaves the search with the old address."""
        if not self._switches.has("M120"):
            return user
        old = self.view.find_anywhere(user.id)
        if old and self._switches.on("M120", old.email_key != user.email_key):
            return replace(user, email_key=old.email_key)
        return user


class Replicas:
    """All replicas, and the primary for those who ask for the newest state."""

    def __init__(self, store: Store, lag: Callable[[int], float], switches: Switches, seed: int) -> None:
        self._store = store
        self._switches = switches
        self._random = random.Random(f"replicas:{seed}")
        first = Replica(store, 0, partial(lag, 0), switches)
        others = [
            Replica(store, number, partial(lag, number), switches, first) for number in range(1, _COUNT)
        ]
        self._singles = [first, *others]
        self._lists = self._singles
        if switches.has("B49"):
            slow = partial(self._lag_twice, lag)
            self._lists = [
                Replica(store, number, partial(slow, number), switches, first) for number in range(_COUNT)
            ]
        self._replicas = list(dict.fromkeys([*self._singles, *self._lists]))
        store.followers += [replica.follow for replica in self._replicas]

    @contextmanager
    def read(self, at_least: int | None, *, is_list: bool = False) -> Iterator[tuple[View, int]]:
        """Return a state to read from and its position in the change log.

        It is some replica's, unless that one is behind the position `at_least`: then the primary's.
        None asks for the newest state.
        """
        replica = self._random.choice(self._lists if is_list else self._singles)
        replica.catch_up()
        if self._switches.on("B50", is_list):
            at_least = None
        if at_least is not None and replica.position >= at_least:
            yield replica.view, replica.position
        else:
            with self._store.read() as view:
                yield view, self._store.position

    def close(self) -> None:
        """Let go of all copies."""
        for replica in self._replicas:
            replica.close()

    def _lag_twice(self, lag: Callable[[int], float], number: int) -> float:
        self._switches.on("B49")
        return self._switches.bound_s * 0.9 + lag(number)
