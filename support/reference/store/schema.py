"""The tables of the primary, portable between SQLite and PostgreSQL, and the user as a value.

Instants are whole microseconds since 1970 in UTC [us]. Text compares by code point.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class User:
    """One version of a user, as stored. The order of the fields is the order of the columns."""

    id: str
    tenant: str
    name: str
    email: str
    email_key: str
    nickname: str | None
    role: str
    password_hash: str | None
    version: int
    created_at: int
    updated_at: int


# Returns the values of a user in this order; `astuple` would copy each of them.
row_of: Callable[[User], tuple[object, ...]] = attrgetter(*(field.name for field in fields(User)))

# SQLite compares by code point unless told otherwise, PostgreSQL only when told to.
_TEXT = String().with_variant(String(collation="C"), "postgresql")

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", _TEXT, primary_key=True),
    Column("tenant", _TEXT, nullable=False),
    Column("name", _TEXT, nullable=False),
    Column("email", _TEXT, nullable=False),
    Column("email_key", _TEXT, nullable=False),
    Column("nickname", _TEXT),
    Column("role", _TEXT, nullable=False),
    Column("password_hash", _TEXT),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("users_by_created_at", "tenant", "created_at", "id"),
    Index("users_by_name", "tenant", "name", "id"),
    Index("users_by_email", "tenant", "email", "id"),
    # With the order of a search that asks for none, or its database may rather walk through the tenant.
    Index("users_by_email_key", "tenant", "email_key", "created_at", "id"),
)

# Who holds which address. Its primary key is what makes an email unique within a tenant.
addresses = Table(
    "addresses",
    metadata,
    Column("tenant", _TEXT, nullable=False),
    Column("email_key", _TEXT, nullable=False),
    Column("user_id", _TEXT, nullable=False),
    PrimaryKeyConstraint("tenant", "email_key"),
)

# Every change in the order in which it was committed: what replicas follow. A deletion has no content.
changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("tenant", _TEXT, nullable=False),
    Column("user_id", _TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("content", _TEXT),
    sqlite_autoincrement=True,
)

# The key ledger: which answer an idempotency key got.
answers = Table(
    "answers",
    metadata,
    Column("tenant", _TEXT, nullable=False),
    Column("key", _TEXT, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", _TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "key"),
)

# What must outlive a restart so that cursors and tokens stay good.
secrets = Table(
    "secrets",
    metadata,
    Column("name", _TEXT, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
