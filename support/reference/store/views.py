"""Reading users from one database, the primary's or a replica's: one user, a page, a count.

It knows nothing of lag and nothing of HTTP. Every query names the tenant. Some defects leave the ghost of
a deleted user behind: a row with a negative version, which nobody but the defect sees.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select

from support.reference.store.schema import User, users

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

    from support.reference.faults.switches import Switches
    from support.reference.store.sizes import Sizes

DEFAULT_ORDER, NEWEST_FIRST = "createdAt", "-createdAt"
ORDERS = {
    DEFAULT_ORDER: (users.c.created_at, False),
    NEWEST_FIRST: (users.c.created_at, True),
    "name": (users.c.name, False),
    "-name": (users.c.name, True),
    "email": (users.c.email, False),
}
# The defects that leave ghosts, and all that change what a list is asked for.
GHOSTLY = ("M42", "M43", "M45", "M61", "M113")
_LISTING = (*GHOSTLY, "M52", "M55", "M60", "M63", "M140", "N24", "N26", "N63", "N142", "N143", "N148")

_ONE = select(users)
# Made once, as most requests ask this.
_OF_ID = _ONE.where(users.c.id == bindparam("wanted"))
_OF_TENANT = _OF_ID.where(users.c.tenant == bindparam("asking"))
# By order, and whether it is about everyone and from the beginning on.
_PAGES: dict[tuple[str, bool, bool], Select[Any]] = {}


@dataclass(frozen=True, slots=True)
class Listing:
    """Which users a list is about, and from where on.

    `after` is the sort key and id of the last user already shown.
    """

    tenant: str
    order: str = DEFAULT_ORDER
    email_key: str | None = None
    limit: int = 20
    after: tuple[Any, str] | None = None


class View:
    """What one database shows."""

    def __init__(self, connection: Connection, switches: Switches, sizes: Sizes | None = None) -> None:
        self.connection = connection
        self._switches = switches
        # Without it users are counted each time, as where somebody else changes the database.
        self._sizes = sizes
        self._miscounts = switches.has("N26", "N63", *GHOSTLY)
        self._is_plain = not switches.has(*_LISTING)

    def find(self, tenant: str, user_id: str) -> User | None:
        """Return a user of a tenant, or None."""
        row = self._find_of(tenant, user_id)
        if row is None and self._switches.has("N07", "N08"):
            row = self._find_roughly(tenant, user_id)
        return _user(row) if row and row.version > 0 else None

    def find_anywhere(self, user_id: str) -> User | None:
        """Return a user of whatever tenant, or None."""
        row = self._find_row(user_id)
        return _user(row) if row and row.version > 0 else None

    def find_ghost(self, tenant: str, user_id: str) -> User | None:
        """Return what a defect kept of a deleted user, or None."""
        row = self._find_row(user_id, users.c.tenant == tenant, users.c.version < 0)
        return _user(row) if row else None

    def page(self, listing: Listing) -> list[User]:
        """Return up to `limit` + 1 users of a list, so that one can see whether there is more."""
        kind = (listing.order, listing.email_key is None, listing.after is None)
        query = _PAGES.get(kind) if self._is_plain else None
        if query is None:
            query = self._select_page(listing)
            if self._is_plain:
                _PAGES[kind] = query
        found = [_user(row) for row in self.connection.execute(query, _values(listing))]
        if self._switches.has("N148"):
            column, descends = ORDERS[listing.order]
            page = sorted(found[: listing.limit], key=attrgetter(column.key), reverse=descends)
            return page + found[listing.limit :]
        return found

    def _select_page(self, listing: Listing) -> Select[Any]:
        column, descends = ORDERS[listing.order]
        if self._switches.on("N143", listing.order == NEWEST_FIRST):
            column = users.c.updated_at
        if self._switches.on("N148", listing.order != DEFAULT_ORDER):
            column, descends = ORDERS[DEFAULT_ORDER]
        query = self._restrict(_ONE, listing)
        if self._switches.on("M63", listing.email_key is None):
            query = query.where(~users.c.name.regexp_match("[^ -~]"))
        tie: Any = func.random() if self._switches.on("N24") or self._switches.has("M52") else users.c.id
        shown: Any = func.lower(column) if self._switches.on("N142", column is users.c.name) else column
        query = query.order_by(shown.desc() if descends else shown, tie)
        if listing.after is not None:
            if self._switches.on("M52") or self._switches.on("M55") or self._switches.has("N148"):
                query = query.offset(listing.after[0])
            else:
                key = bindparam("key", type_=column.type)
                passed = column < key if descends else column > key
                # The first condition says nothing new, but lets an index lead there.
                begun = column <= key if descends else column >= key
                later = and_(column == key, users.c.id > bindparam("last"))
                query = query.where(begun, or_(passed, later))
        return query.limit(bindparam("most", type_=Integer))

    def count(self, listing: Listing) -> int:
        """Return the number of users that the whole list has, whatever the page."""
        if self._sizes and listing.email_key is None and not self._miscounts:
            return self._sizes.of(listing.tenant, lambda: self._count(listing))
        return self._count(listing)

    def _count(self, listing: Listing) -> int:
        query = select(func.count()).select_from(users)
        if not self._switches.on("N26"):
            query = self._restrict(query, listing, shows_ghosts=self._switches.has("M61"))
        return int(self.connection.execute(query, _values(listing)).scalar_one())

    def _find_row(self, user_id: str, *more: ColumnElement[bool]) -> Row[Any] | None:
        if "\0" in user_id:  # no stored text has one, and PostgreSQL does not even want to be asked
            return None
        if not more:
            return self.connection.execute(_OF_ID, {"wanted": user_id}).one_or_none()
        return self.connection.execute(_ONE.where(users.c.id == user_id, *more)).one_or_none()

    def _find_of(self, tenant: str, user_id: str) -> Row[Any] | None:
        if "\0" in user_id:
            return None
        return self.connection.execute(_OF_TENANT, {"wanted": user_id, "asking": tenant}).one_or_none()

    def _restrict(self, query: Select[Any], listing: Listing, *, shows_ghosts: bool = False) -> Select[Any]:
        """Restrict a query to the users of a list."""
        is_search = listing.email_key is not None
        is_sorted = listing.order != DEFAULT_ORDER
        if not self._switches.on("M140", is_search) and not self._switches.on("N63", is_sorted):
            query = query.where(users.c.tenant == bindparam("asking"))
        if listing.email_key is not None:
            pattern = any(sign in listing.email_key for sign in "_%")
            if self._switches.on("M60", pattern):
                query = query.where(users.c.email_key.like(listing.email_key))
            else:
                query = query.where(users.c.email_key == bindparam("wanted"))
        if self._switches.has(*GHOSTLY) and not shows_ghosts:
            query = query.where(self._is_shown(is_search=is_search))
        return query

    def _is_shown(self, *, is_search: bool) -> ColumnElement[bool]:
        """Return which users a list shows while there are ghosts."""
        lives = users.c.version > 0
        if self._switches.has("M43" if is_search else "M42"):
            return or_(lives, users.c.version < 0)
        if self._switches.has("M113"):
            since = (time.time() - 3 * self._switches.bound_s) * 1e6
            return or_(lives, users.c.updated_at > since)
        return lives

    def _find_roughly(self, tenant: str, user_id: str) -> Row[Any] | None:
        """Find a user by an id that is not quite theirs."""
        mine = _ONE.where(users.c.tenant == tenant).limit(1)
        row = None
        if self._switches.has("N07"):
            query = mine.where(users.c.id.startswith(user_id, autoescape=True))
            row = self.connection.execute(query).one_or_none()
            self._switches.on("N07", row)
        if self._switches.has("N08"):
            row = self.connection.execute(mine.where(func.lower(users.c.id) == user_id.lower())).one_or_none()
            self._switches.on("N08", row)
        return row


def _values(listing: Listing) -> dict[str, Any]:
    """Return what stands for the marks in the statement of a list."""
    key, last = listing.after or (None, "")
    # No stored text has a zero, and PostgreSQL does not even want to be asked.
    wanted = None if "\0" in (listing.email_key or "") else listing.email_key
    return {
        "asking": listing.tenant,
        "wanted": wanted,
        "key": key,
        "last": last,
        "most": listing.limit + 1,
    }


def _user(row: Row[Any]) -> User:
    return User(*tuple(row))  # the columns are the fields, in order
