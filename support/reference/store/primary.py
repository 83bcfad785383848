"""The primary: everything that is decided on the newest state, each decision in one transaction.

The effect on the user, the address it holds, the change log and the key ledger are committed together
or not at all. Nothing here waits and nothing here knows of HTTP.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from support.reference.http import problems
from support.reference.store.databases import add_unless_there, explain, give_up, open_primary
from support.reference.store.schema import User, addresses, changes, metadata, row_of, users
from support.reference.store.schema import secrets as secrets_table
from support.reference.store.sizes import Sizes
from support.reference.store.views import GHOSTLY, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.engine import Connection

    from support.reference.faults.switches import Switches

_NAMES = tuple(users.c.keys())
# Made once: putting a statement together costs more than the database takes for it.
_ADD, _NOTE = insert(users), insert(changes)
_REPLACE = update(users).where(users.c.id == bindparam("old_id"))
_DELETE = delete(users).where(users.c.id == bindparam("old_id")).returning(users.c.tenant)
_RELEASE = delete(addresses).where(
    addresses.c.tenant == bindparam("its_tenant"),
    addresses.c.email_key == bindparam("its_key"),
    addresses.c.user_id == bindparam("its_user"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change log: the new content of a user, or None for a deletion."""

    seq: int
    user_id: str
    user: User | None


class Store:
    """The primary database and its one connection."""

    def __init__(self, url: str, switches: Switches, *, is_lasting: bool = True) -> None:
        self._switches = switches
        self._engine = open_primary(url, is_lasting=is_lasting)
        with explain("--database"):
            self._connection = self._engine.connect()
        self.followers: list[Callable[[Change], None]] = []
        self._sizes = Sizes()
        self.view = View(self._connection, switches, self._sizes)
        with self._connection.begin():
            metadata.create_all(self._connection)
            self.secret = _keep_secret(self._connection)
            self.position = self._find_position()
        # Whether a connection was lost, and with it perhaps the word that a transaction was kept.
        self._is_unsure = False

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
        self._engine.dispose()

    def settle_in(self, residents: Iterable[User]) -> None:
        """Add users in bulk, except those whose address is taken: a database that lasts has them already.

        Nobody follows yet, and the change log does not tell of them: they were there before it begins.
        """
        with self._connection.begin():
            held = select(addresses.c.tenant, addresses.c.email_key)
            taken = {tuple(row) for row in self._connection.execute(held)}
            new = [user for user in residents if (user.tenant, user.email_key) not in taken]
            if not new:
                return
            self._connection.execute(insert(users), [_columns(user) for user in new])
            claims = [
                {"tenant": user.tenant, "email_key": user.email_key, "user_id": user.id} for user in new
            ]
            self._connection.execute(insert(addresses), claims)

    def all_users(self) -> list[User]:
        """Return every user of every tenant: what a replica starts from."""
        with self._connection.begin():
            return [User(*row) for row in self._connection.execute(select(users))]

    def count_users(self) -> dict[str, int]:
        """Return the number of users of each tenant that has any."""
        query = select(users.c.tenant, func.count()).where(users.c.version > 0).group_by(users.c.tenant)
        with self._connection.begin():
            return {row[0]: row[1] for row in self._connection.execute(query)}

    @contextmanager
    def read(self) -> Iterator[View]:
        """Return the newest state to read from; raises Problem 502 when the database is gone."""
        with self._gone_is_passing(), self._connection.begin():
            self._make_sure()
            yield self.view

    def find_as_of(self, user_id: str, position: int) -> User | None:
        """Return a user as a position of the change log left them, as a defect shows them."""
        query = select(changes.c.content).where(changes.c.user_id == user_id, changes.c.seq <= position)
        with self._connection.begin():
            content = self._connection.execute(query.order_by(changes.c.seq.desc()).limit(1)).scalar()
        return User(*json.loads(content)) if content else None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Decide and change something, wholly or not at all; followers hear of it once it is kept.

        Raises Problem 502 when the database is gone, and perhaps only its last word is missing.
        """
        with self._gone_is_passing(), self._connection.begin():
            self._make_sure()
            transaction = Transaction(self._connection, self.view, self._switches)
            yield transaction
        for tenant, difference in transaction.growth.items():
            self._sizes.note(tenant, difference)
        for change in transaction.changes:
            self.position = change.seq
            for follow in self.followers:
                follow(change)

    @contextmanager
    def _gone_is_passing(self) -> Iterator[None]:
        """Turn a lost connection into a fault that passes: the next transaction connects anew."""
        try:
            yield
        except DBAPIError as error:
            if not (error.connection_invalidated or self._connection.invalidated):
                raise
            self._is_unsure = True
            raise give_up(error) from error

    def _make_sure(self) -> None:
        if self._is_unsure:
            self.position = self._find_position()
            self._sizes.forget()
            self._is_unsure = False

    def _find_position(self) -> int:
        last = self._connection.execute(select(func.max(changes.c.seq))).scalar_one_or_none()
        return int(last or 0)


class Transaction:
    """What may be done to users between a beginning and a commit."""

    def __init__(self, connection: Connection, view: View, switches: Switches) -> None:
        self.connection = connection
        self.view = view
        self._switches = switches
        self.changes: list[Change] = []
        self.growth: Counter[str] = Counter()  # of each tenant

    def find(self, tenant: str, user_id: str) -> User | None:
        """Return the newest version of a user of a tenant, or None."""
        return self.view.find(tenant, user_id)

    def create(self, user: User, overlooks: str = "") -> None:
        """Add a user; raises Problem 409 when another one holds the address.

        `overlooks` is the defect that does not mind that, if any.
        """
        if self._switches.has("M10") and self._switches.on("M10", self.view.find_anywhere(user.id)):
            self._remove(user)
        self._claim(user, overlooks)
        self.connection.execute(_ADD, _columns(user))
        self.growth[user.tenant] += 1
        self._log(user.tenant, user.id, user)

    def update(self, old: User, new: User, overlooks: str = "") -> None:
        """Put a new version in the place of the old; raises Problem 409 as `create` does."""
        on = self._switches.on
        if new.email_key != old.email_key:
            self._claim(new, overlooks)
            if not (on("M74") or on("N133", old.version > 2)):
                self.release(old)
        if on("N170", new.email != new.email.strip()):
            self.release(new)
        if new.id != old.id:
            self._make_way(old, new.id)
        self.connection.execute(_REPLACE, {**_columns(new), "old_id": old.id})
        self._log(new.tenant, new.id, new)

    def delete(self, user: User) -> None:
        """Remove a user and free the address."""
        is_kept = self._switches.on("N134", user.email != user.email.lower())
        if not is_kept and not self._switches.on("M50"):
            self.release(user)
        if any(self._switches.on(defect) for defect in GHOSTLY):
            ghost = replace(user, version=-user.version, updated_at=time.time_ns() // 1000)
            self.connection.execute(update(users).where(users.c.id == user.id), _columns(ghost))
            self._log(user.tenant, user.id, ghost)
            return
        self._remove(user)
        self._log(user.tenant, user.id, None)

    def find_namesakes(self, user: User, by: str = "name") -> list[User]:
        """Return everyone else of a tenant who has the same name, or nickname."""
        query = select(users).where(
            users.c.tenant == user.tenant, users.c[by] == getattr(user, by), users.c.id != user.id
        )
        return [User(*row) for row in self.connection.execute(query)]

    def find_neighbours(self, user: User) -> list[User]:
        """Return the others of a tenant, the nearest in time of creation first."""
        distance = func.abs(users.c.created_at - user.created_at)
        query = select(users).where(users.c.tenant == user.tenant, users.c.id != user.id).order_by(distance)
        return [User(*row) for row in self.connection.execute(query.limit(2))]

    def reserve(self, tenant: str, email_key: str) -> None:
        """Take an address for nobody, as a defect does."""
        query = add_unless_there(self.connection, addresses)
        self.connection.execute(query, {"tenant": tenant, "email_key": email_key, "user_id": ""})

    def _remove(self, user: User) -> None:
        gone = self.connection.execute(_DELETE, {"old_id": user.id})
        for tenant in gone.scalars():
            self.growth[tenant] -= 1

    def _make_way(self, old: User, user_id: str) -> None:
        """Remove the user with the id that another is about to move to."""
        other = self.view.find_anywhere(user_id)
        if other:
            self.delete(other)
        self._log(old.tenant, old.id, None)

    def _claim(self, user: User, overlooks: str) -> None:
        claim = {"tenant": user.tenant, "email_key": user.email_key, "user_id": user.id}
        query = add_unless_there(self.connection, addresses)
        if self.connection.execute(query, claim).rowcount:
            return
        if not (self._switches.on("M65") or self._switches.on(overlooks)):
            raise problems.email_in_use()

    def release(self, user: User) -> None:
        """Free the address that a user holds."""
        claim = {"its_tenant": user.tenant, "its_key": user.email_key, "its_user": user.id}
        self.connection.execute(_RELEASE, claim)

    def _log(self, tenant: str, user_id: str, user: User | None) -> None:
        content = json.dumps(row_of(user)) if user else None
        entry = {"tenant": tenant, "user_id": user_id, "at": time.time_ns() // 1000, "content": content}
        result = self.connection.execute(_NOTE, entry)
        key = result.inserted_primary_key
        self.changes.append(Change(int(key[0]) if key else 0, user_id, user))


def _columns(user: User) -> dict[str, object]:
    return dict(zip(_NAMES, row_of(user), strict=True))


def _keep_secret(connection: Connection) -> bytes:
    query = select(secrets_table.c.value).where(secrets_table.c.name == "seals")
    kept: bytes | None = connection.execute(query).scalar_one_or_none()
    if kept is None:
        kept = secrets.token_bytes(32)
        connection.execute(insert(secrets_table), {"name": "seals", "value": kept})
    return kept
