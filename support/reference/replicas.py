"""Read replicas that lag: each follows the change log in order, each change after a delay of its own.

Whether a change is due is decided when somebody reads, so that no machine, however busy, makes a replica
later than it was meant to be. Delays stay below the bound; the weather says by how much.
"""

from __future__ import annotations

import random
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from support.reference.schema import metadata, users
from support.reference.views import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.reference.store import Change, Store
    from support.reference.switches import Switches

_COUNT = 3
_PUT = f"INSERT OR REPLACE INTO users VALUES ({', '.join('?' * len(users.c))})"  # noqa: S608 - only marks
_DROP = "DELETE FROM users WHERE id = ?"


class Replica:
    """One copy of the users, in memory, somewhat behind the primary."""

    def __init__(self, store: Store, lag: Callable[[], float], switches: Switches) -> None:
        self._lag = lag
        self._switches = switches
        self._pending: deque[tuple[float, Change]] = deque()
        self._due_last = 0.0
        self._engine = create_engine("sqlite://", poolclass=StaticPool, isolation_level="AUTOCOMMIT")
        self._connection = self._engine.connect()
        self.view = View(self._connection, switches)
        self.position = store.position
        metadata.create_all(self._connection)
        for user in store.all_users():
            self._connection.exec_driver_sql(_PUT, astuple(user))

    def follow(self, change: Change) -> None:
        """Take note of a change; it becomes visible after this replica's delay, never out of order."""
        self._due_last = max(self._due_last, time.monotonic() + self._lag())
        self._pending.append((self._due_last, change))

    def catch_up(self) -> None:
        """Make visible what is due."""
        now = time.monotonic()
        while self._pending and self._pending[0][0] <= now:
            self._apply(self._pending.popleft()[1])

    def close(self) -> None:
        """Let go of the copy."""
        self._connection.close()
        self._engine.dispose()

    def _apply(self, change: Change) -> None:
        if change.user is None:
            self._connection.exec_driver_sql(_DROP, (change.user_id,))
        else:
            self._connection.exec_driver_sql(_PUT, astuple(change.user))
        self.position = change.seq


class Replicas:
    """All replicas, and the primary for those who ask for the newest state."""

    def __init__(self, store: Store, lag: Callable[[int], float], switches: Switches, seed: int) -> None:
        self._store = store
        self._switches = switches
        self._random = random.Random(f"replicas:{seed}")
        self._replicas = [Replica(store, partial(lag, number), switches) for number in range(_COUNT)]
        store.followers += [replica.follow for replica in self._replicas]

    @contextmanager
    def read(self, at_least: int | None) -> Iterator[tuple[View, int]]:
        """Give a state to read from and its position in the change log.

        It is some replica's, unless that one is behind the position `at_least`: then the primary's.
        None asks for the newest state.
        """
        replica = self._random.choice(self._replicas)
        replica.catch_up()
        if at_least is not None and replica.position >= at_least:
            yield replica.view, replica.position
        else:
            with self._store.read() as view:
                yield view, self._store.position

    def close(self) -> None:
        """Let go of all copies."""
        for replica in self._replicas:
            replica.close()
