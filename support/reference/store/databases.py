"""Connections to databases by URL: SQLite files and PostgreSQL servers, and what each is told first.

Everything is decided on the newest state because a primary has one writer, which is us: SQLite begins each
transaction as a writer, and PostgreSQL keeps a lock for as long as our connection lasts. What is asked
and answered over a connection is nobody's affair here.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from support.reference.http import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Engine

# Any number, the same in each process that writes to the database.
_WRITER = 7_583_205
# How long to wait for a server, and for the writer before us to be gone [s].
_CONNECT_WITHIN_S = 5


def open_primary(url: str, *, is_lasting: bool) -> Engine:
    """Return the engine of a database to write to; nothing is connected yet.

    Raises ValueError with one line when there is no such kind of database.
    """
    with explain("--database"):
        engine = create_engine(url, connect_args=_arguments(url))
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine, is_lasting=is_lasting)
        else:
            _prepare_postgresql(engine)
        return engine


def open_standby(url: str) -> Engine:
    """Return the engine of a PostgreSQL hot standby: a transaction there is one state, however many queries.

    Raises ValueError as `open_primary` does.
    """
    with explain("--replica"):
        return create_engine(url, connect_args=_arguments(url), isolation_level="REPEATABLE READ")


@contextmanager
def explain(option: str) -> Iterator[None]:
    """Say in one line why the database of an option cannot be had: raises ValueError."""
    try:
        yield
    except ArgumentError as error:  # no URL, or no such kind of database
        raise ValueError(f"{option}: {error}") from None
    except ImportError as error:
        hint = "; it comes with the extra 'postgres'" if error.name == "psycopg" else ""
        raise ValueError(f"{option}: {error.name} is not installed{hint}") from None
    except OperationalError as error:
        raise ValueError(f"{option}: {_first_line(error)}") from None


def give_up(error: DBAPIError) -> problems.Problem:
    """Note on standard error why a database did not answer, and return what callers are told: it passes."""
    print(f"support.reference: {_first_line(error)}", file=sys.stderr)  # noqa: T201
    return problems.no_answer()


def add_unless_there(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that inserts a row and does nothing when its key is taken: its rowcount tells."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert: sqlite.Insert | postgresql.Insert = dialect.insert(table).on_conflict_do_nothing()
    # SQLAlchemy counts rows of insertions only when it is asked to.
    return insert.execution_options(preserve_rowcount=True)


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]


def _arguments(url: str) -> dict[str, object]:
    return {"connect_timeout": _CONNECT_WITHIN_S} if url.startswith("postgresql") else {}


def _prepare_sqlite(engine: Engine, *, is_lasting: bool) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # we begin transactions ourselves
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        # A file that goes away with the process need not survive a power cut.
        cursor.execute(f"PRAGMA synchronous={'NORMAL' if is_lasting else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _become_the_writer(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"SET lock_timeout = '{_CONNECT_WITHIN_S}s'")
        cursor.execute(f"SELECT pg_advisory_lock({_WRITER})")
        cursor.close()
        connection.commit()  # type: ignore[attr-defined]  # the lock is the session's
