"""The embedded engine: SQLite in WAL mode, the driver in autocommit, each transaction opened by hand.

A reader says BEGIN, a writer says BEGIN IMMEDIATE before it reads what it will change, so that no transaction ever has
to be upgraded (that is what "database is locked" comes from). Whoever writes is alone.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from idp.core import clock
from idp.core.seats import PerSeat
from idp.core.statements import Parameters, Row, Statements, Unavailable
from idp.settings import Settings

T = TypeVar("T")
_BUSY_MS = 10_000
# SQLite's own wait for a writer begins with a millisecond, and one of ours is over in the twentieth of it.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.000_05, 0.001
# Of a transaction: "normal" leaves the last moments to a power cut, "full" does not.
_HOT, _FULL = "normal", "full"


def engine_options(settings: Settings) -> dict[str, Any]:
    """What `create_engine` takes: a connection a thread, and no waiting for more."""
    return {
        "connect_args": {"isolation_level": None, "timeout": _BUSY_MS / 1000, "check_same_thread": False},
        "pool_size": settings.threads + 1,
        "max_overflow": 0,
    }


def be_patient() -> None:
    """Statements take the time they need anyway."""


def plan_once() -> None:
    """So it is anyway."""


def writing(*, alone: bool) -> dict[str, Any]:
    """The execution options of a write transaction: on this engine each is alone."""
    return {"writes": True}


def prepare_engine(engine: Engine) -> None:
    """Set the pragmas of each new connection and open transactions by hand."""

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        _pragmas(connection, _FULL)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            _in_turn(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_BUSY_MS}")


def _in_turn(execute: Callable[[], T]) -> T:
    """What `execute` gives as soon as nobody else writes; raises its "locked" after ten seconds of waiting."""
    pause, latest = _FIRST_PAUSE, 0.0
    while True:
        try:
            return execute()
        except (sqlite3.OperationalError, OperationalError) as error:
            latest = latest or clock.steady() + _BUSY_MS / 1000
            if not _is_busy(error) or clock.steady() > latest:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _is_busy(error: Exception) -> bool:
    # SQLAlchemy wraps it; the low byte says what, the others say why.
    code: int = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY


def _pragmas(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = on")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    # What is deleted leaves the file too: old verifiers, digests, links (docs/rules.md §3.3).
    connection.execute("PRAGMA secure_delete = on")


def _is_open(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


class _ThreadConnection(sqlite3.Connection):
    """A connection that is closed with the thread that held it."""

    def __del__(self) -> None:
        self.close()


class SqliteStatements(Statements):
    """See `statements.Statements`."""

    skip_locked = ""
    row_number = "rowid"
    schema = "main"
    temporary = "temp"

    def __init__(self, settings: Settings, of_request: Callable[[], sqlite3.Connection | None]) -> None:
        self._path = settings.sqlite_path
        self._of_request = of_request
        self._local = PerSeat()

    def _connection(self) -> sqlite3.Connection:
        ours = self._of_request()
        if ours is not None:
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
            _pragmas(connection, _HOT)
            connection.execute("PRAGMA busy_timeout = 0")
            here.connection = connection
        return connection

    def _execute(self, sql: str, parameters: Parameters) -> tuple[list[Row], int]:
        try:
            connection = self._connection()
            cursor = _in_turn(lambda: connection.execute(sql, parameters))
            return cursor.fetchall(), cursor.rowcount
        except sqlite3.OperationalError as error:
            raise Unavailable(str(error)) from error

    @contextmanager
    def together(self, *, alone: bool = False, durable: bool = False) -> Iterator[None]:
        connection = self._connection()
        if _is_open(connection):
            yield
            return
        if durable:
            # One fsync at the commit, which also keeps what others committed before it.
            connection.execute(f"PRAGMA synchronous = {_FULL}")
        try:
            self._execute("BEGIN IMMEDIATE", {})
            try:
                yield
                self._execute("COMMIT", {})
            except BaseException:
                # A full disk has undone it already.
                if _is_open(connection):
                    connection.execute("ROLLBACK")
                raise
        finally:
            if durable:
                connection.execute(f"PRAGMA synchronous = {_HOT}")

    def purge(self, table: str) -> None:
        # `secure_delete` has seen to the file; what was written before lies in its log.
        self.all("PRAGMA wal_checkpoint(TRUNCATE)", {})

    def close(self) -> None:
        for place in self._local.unused():
            if getattr(place, "connection", None) is not None:
                place.connection.close()
                place.connection = None


def is_empty(path: str) -> bool:
    """Whether no table is in the file at `path`, which is there; what is damaged is not empty."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None
        except sqlite3.DatabaseError:
            return False


def settle(path: str) -> bool:
    """Take the write-ahead log into the file at `path`; False where somebody else has it open.

    What is damaged stays as it is.
    """
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = delete")
        except sqlite3.DatabaseError as error:
            return error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_LOCKED")
    return True
