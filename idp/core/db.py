"""The database: engine settings, the session of a request, and the connection of the hot way.

SQLite in WAL mode, driver in autocommit, each transaction opened by hand: a reader says BEGIN, a writer says
BEGIN IMMEDIATE before it reads what it will change, so that no transaction ever has to be upgraded (that is what
"database is locked" comes from). The hot way uses one plain `sqlite3` connection a thread.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, LargeBinary, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from idp.core.seats import PerSeat
from idp.settings import Settings

Id = Annotated[bytes, mapped_column(LargeBinary(16))]
Parameters = Mapping[str, Any]
_BUSY_MS = 10_000


class Base(DeclarativeBase):
    """Every model; constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def engine_options(settings: Settings) -> dict[str, Any]:
    """What Flask-SQLAlchemy passes to `create_engine`: a connection a thread, and no waiting for more."""
    return {
        "connect_args": {"isolation_level": None, "timeout": _BUSY_MS / 1000, "check_same_thread": False},
        "pool_size": settings.threads + 1,
        "max_overflow": 0,
        # An exception's text must not tell what was being written.
        "hide_parameters": True,
    }


def prepare_engine(engine: Engine) -> None:
    """Set the pragmas of each new connection and open transactions by hand."""

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        _pragmas(connection, "full")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _pragmas(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = on")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    # What is deleted leaves the file too: old verifiers, digests, links (docs/rules.md §3.3).
    connection.execute("PRAGMA secure_delete = on")


_thread = threading.local()


def write() -> None:
    """Open the write transaction of this request: after every hash, before reading what will be changed.

    What was read before is forgotten and read again, inside the transaction. A second call does nothing.
    """
    if is_writing():
        return
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})
    _thread.writes = True


def is_writing() -> bool:
    """Whether this thread's request holds the write transaction."""
    return getattr(_thread, "writes", False)


def commit() -> None:
    """End the transaction of this request: keep what it wrote."""
    try:
        db.session.commit()
    finally:
        _thread.writes = False


def rollback() -> None:
    """End the transaction of this request: undo what it wrote."""
    _thread.writes = False
    db.session.rollback()


@contextmanager
def transaction() -> Iterator[None]:
    """A write transaction of its own, for commands and jobs; an exception undoes it."""
    write()
    try:
        yield
    except BaseException:
        rollback()
        raise
    commit()


@event.listens_for(Session, "before_flush")
def _refuse_unannounced_writes(_session: Session, _context: object, _instances: object) -> None:
    if not is_writing():
        raise RuntimeError("a write outside of the write transaction: call db.write() first")


class _ThreadConnection(sqlite3.Connection):
    """A connection that is closed with the thread that held it."""

    def __del__(self) -> None:
        self.close()


class Statements:
    """Plain SQL with named parameters, no ORM: one connection a seat, or a thread where there is no request.

    Inside the write transaction of a request a statement belongs to it; outside, each commits alone.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.sqlite_path
        self._local = PerSeat()

    def _connection(self) -> sqlite3.Connection:
        if is_writing():
            ours: sqlite3.Connection = db.session.connection().connection.driver_connection  # type: ignore[assignment]
            return ours
        here = self._local.here()
        connection: sqlite3.Connection | None = getattr(here, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path,
                isolation_level=None,
                timeout=_BUSY_MS / 1000,
                check_same_thread=False,
                factory=_ThreadConnection,
            )
            _pragmas(connection, "normal")
            here.connection = connection
        return connection

    def one(self, sql: str, parameters: Parameters) -> tuple[Any, ...] | None:
        """The first row (of a SELECT, or of a RETURNING), or None."""
        # Every row is taken, so that the statement is over and its commit done.
        rows = self._connection().execute(sql, parameters).fetchall()
        return rows[0] if rows else None

    def all(self, sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
        """Every row."""
        return self._connection().execute(sql, parameters).fetchall()

    def run(self, sql: str, parameters: Parameters) -> int:
        """The number of rows changed."""
        return self._connection().execute(sql, parameters).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make the statements of the block one write transaction; an exception undoes them."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection, and those that requests had."""
        for place in self._local.everywhere():
            if getattr(place, "connection", None) is not None:
                place.connection.close()
                place.connection = None
