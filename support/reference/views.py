"""Reading users from one database, the primary's or a replica's: one user, a page, a count.

It knows nothing of lag and nothing of HTTP. Every query names the tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from support.reference.schema import User, users

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

    from support.reference.switches import Switches

ORDERS = {
    "createdAt": (users.c.created_at, False),
    "name": (users.c.name, False),
    "-name": (users.c.name, True),
    "email": (users.c.email, False),
}
DEFAULT_ORDER = "createdAt"

_ONE = select(users)


@dataclass(frozen=True, slots=True)
class Listing:
    """Which users a list is about, and from where on.

    `after` is the sort key and id of the last user already shown.
    """

    tenant: str
    order: str = DEFAULT_ORDER
    email_key: str | None = None
    limit: int = 20
    after: tuple[str | int, str] | None = None


class View:
    """What one database shows."""

    def __init__(self, connection: Connection, switches: Switches) -> None:
        self.connection = connection
        self._switches = switches

    def find(self, tenant: str, user_id: str) -> User | None:
        """Give a user of a tenant, or None."""
        query = _ONE.where(users.c.id == user_id, users.c.tenant == tenant)
        row = self.connection.execute(query).one_or_none()
        return _user(row) if row else None

    def page(self, listing: Listing) -> list[User]:
        """Give up to `limit` + 1 users of a list, so that one can see whether there is more."""
        column, descends = ORDERS[listing.order]
        query = _ONE.where(*_selection(listing))
        if listing.after is not None:
            value, user_id = listing.after
            passed = column < value if descends else column > value
            query = query.where(or_(passed, and_(column == value, users.c.id > user_id)))
        query = query.order_by(column.desc() if descends else column, users.c.id)
        return [_user(row) for row in self.connection.execute(query.limit(listing.limit + 1))]

    def count(self, listing: Listing) -> int:
        """Give the number of users that the whole list has, whatever the page."""
        query = select(func.count()).select_from(users).where(*_selection(listing))
        return int(self.connection.execute(query).scalar_one())


def _selection(listing: Listing) -> list[ColumnElement[bool]]:
    selection: list[ColumnElement[bool]] = [users.c.tenant == listing.tenant]
    if listing.email_key is not None:
        selection.append(users.c.email_key == listing.email_key)
    return selection


def _user(row: Row[Any]) -> User:
    return User(*tuple(row))  # the columns are the fields, in order
