"""Reads from real replicas: PostgreSQL hot standbys that follow the primary by streaming replication.

How far a standby lags is its own affair (`recovery_min_apply_delay`); this module only finds out, in the
transaction of each read, how far it has come. The change log is replicated like everything else, and its
last entry is the position. One that is down or breaks a query off costs a passing fault at the most.
"""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from support.reference.store.databases import explain, give_up, open_standby
from support.reference.store.schema import changes, users
from support.reference.store.schema import secrets as secrets_table
from support.reference.store.views import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.reference.faults.switches import Switches
    from support.reference.store.primary import Store

# How long a standby may take to show what the primary had when we started [s].
_FOLLOWS_WITHIN_S = 30
_LAST = select(func.max(changes.c.seq))


class Standby:
    """One hot standby and our one connection to it."""

    def __init__(self, url: str, switches: Switches) -> None:
        self._engine = open_standby(url)
        with explain("--replica"):
            self._connection = self._engine.connect()
        self._view = View(self._connection, switches)

    @contextmanager
    def read(self) -> Iterator[tuple[View, int]]:
        """Return one state of the standby to read from, and its position in the change log."""
        with self._connection.begin():
            yield self._view, self._connection.execute(_LAST).scalar_one() or 0

    def wait_for(self, secret: bytes, population: int) -> None:
        """Wait until the standby has what the primary begins with: its secret, and so many users.

        Raises ValueError when it never does.
        """
        deadline = time.monotonic() + _FOLLOWS_WITHIN_S
        with self._connection.begin():
            if not self._connection.execute(select(func.pg_is_in_recovery())).scalar_one():
                raise ValueError("--replica: this server is no standby")
        while not self._has(secret, population):
            if time.monotonic() > deadline:
                raise ValueError(f"--replica: has not followed the database within {_FOLLOWS_WITHIN_S} s")
            time.sleep(0.05)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
        self._engine.dispose()

    def _has(self, secret: bytes, population: int) -> bool:
        try:
            with self._connection.begin():
                kept = self._connection.execute(select(secrets_table.c.value)).scalars().all()
                number = self._connection.execute(select(func.count()).select_from(users)).scalar_one()
        except ProgrammingError:  # no tables yet
            return False
        return secret in kept and number == population


class Standbys:
    """All standbys, and the primary for those who ask for the newest state."""

    def __init__(self, store: Store, urls: Sequence[str], switches: Switches, seed: int) -> None:
        self._store = store
        self._random = random.Random(f"replicas:{seed}")
        self._standbys = [Standby(url, switches) for url in urls]
        population = len(store.all_users())
        with explain("--replica"):
            for standby in self._standbys:
                standby.wait_for(store.secret, population)

    @contextmanager
    def read(self, at_least: int | None, *, is_list: bool = False) -> Iterator[tuple[View, int]]:  # noqa: ARG002
        """Return a state to read from and its position in the change log.

        It is some standby's, unless that one is behind the position `at_least` or down: then the primary's.
        None asks for the newest state. Raises Problem 502 when a standby breaks a query off.
        """
        is_chosen = False
        try:
            if at_least is not None:
                with self._random.choice(self._standbys).read() as (view, position):
                    if position >= at_least:
                        is_chosen = True
                        yield view, position
                        return
        except OperationalError as error:
            if is_chosen:
                raise give_up(error) from error
        with self._store.read() as view:
            yield view, self._store.position

    def close(self) -> None:
        """Let go of all standbys."""
        for standby in self._standbys:
            standby.close()
