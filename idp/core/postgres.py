"""The engine at scale: PostgreSQL through psycopg, any of the hosts of the URL that takes writes.

While a connection waits for the server the lane is given up, and no wait is without an end: a store that stalls costs
the request that met it, nothing else.
"""

import re
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from idp.core.lane import lane
from idp.core.statements import Parameters, Row, Unavailable
from idp.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How many seconds a statement may take. The server gives up first; the rest is for one that no longer speaks."""

    statement: int
    answer: int


OF_A_REQUEST = Patience(statement=8, answer=10)
OF_A_COMMAND = Patience(statement=0, answer=86_400)
_SERVER = "-c lock_timeout=5s -c idle_in_transaction_session_timeout=15s -c client_min_messages=warning"
_CONNECTING = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    "target_session_attrs": "read-write",
    "application_name": "mgen-connect",
}
# Any number does: the one lock of those who must be alone.
_ALONE = "SELECT pg_advisory_xact_lock(19750)"
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_WORDS = 4
_READABLE = select.POLLIN | select.POLLERR | select.POLLHUP


class _Connection(psycopg.Connection[Row]):
    """A connection that gives up the lane while it waits, and never waits for ever."""

    patience = OF_A_REQUEST

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        with lane.released():
            try:
                return super().wait(gen, interval, timeout or self.patience.answer)
            except psycopg.Error as error:
                # The first line says what, the others may repeat values.
                error.args = (str(error).partition("\n")[0],)
                # Mid-sentence: what the server says next would be taken for another answer.
                if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                    self.close()
                raise

    def __del__(self, *_warn: Any) -> None:
        # Closed with the thread that held it.
        self.close()

    def is_spent(self) -> bool:
        """Whether the server has left: an idle connection that can be read holds a farewell, or a word of TLS."""
        if self.closed:
            return True
        poll = select.poll()
        poll.register(self.pgconn.socket, _READABLE)
        for _ in range(_WORDS):
            if not poll.poll(0):
                return False
            try:
                self.pgconn.consume_input()
            except psycopg.OperationalError:
                break
        return True


def be_patient() -> None:
    """Let the statements of this process, a command's, take the time they need."""
    _Connection.patience = OF_A_COMMAND


def _connect(url: str, *, autocommit: bool) -> _Connection:
    options = f"{_SERVER} -c statement_timeout={_Connection.patience.statement}s"
    with lane.released():
        return _Connection.connect(url, autocommit=autocommit, prepare_threshold=1, options=options, **_CONNECTING)  # type: ignore[arg-type]


def writing(*, alone: bool) -> dict[str, Any]:
    """The execution options of a write transaction; those who are `alone` wait for one another, on every node."""
    return {"isolation_level": "READ COMMITTED", "alone": alone}


def engine_options(settings: Settings) -> dict[str, Any]:
    """What `create_engine` takes: a connection a thread; reads in autocommit, for nothing needs a snapshot."""
    return {
        "creator": lambda: _connect(settings.database_url, autocommit=False),
        "pool_size": settings.threads + 1,
        "max_overflow": 0,
        "pool_timeout": OF_A_REQUEST.answer,
        "isolation_level": "AUTOCOMMIT",
    }


def prepare_engine(engine: Engine) -> None:
    """Take no connection that the server has left; begin as `writing` says."""

    @event.listens_for(engine, "checkout")
    def _checkout(connection: _Connection, _record: object, _proxy: object) -> None:
        if connection.is_spent():
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("alone", False):
            connection.exec_driver_sql(_ALONE)

    # The first connection asks the server what it is, under a lock: later, who waits for that lock would hold the lane,
    # and who holds the lock would wait for the lane.
    engine.connect().close()


@lru_cache(maxsize=2000)
def _translated(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


class PostgresStatements:
    """See `statements.Statements`."""

    skip_locked = " FOR UPDATE SKIP LOCKED"
    row_number = "number"
    schema = "public"
    temporary = "pg_temp"

    def __init__(self, settings: Settings, of_request: Callable[[], psycopg.Connection[Row] | None]) -> None:
        self._url = settings.database_url
        self._of_request = of_request
        self._local = threading.local()

    def _connection(self) -> psycopg.Connection[Row]:
        ours = self._of_request()
        if ours is not None:
            return ours
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None or (not self._is_together() and connection.is_spent()):
            if connection is not None:
                connection.close()
            connection = self._local.connection = _connect(self._url, autocommit=True)
        return connection

    def _is_together(self) -> bool:
        return getattr(self._local, "together", False)

    def _execute(self, sql: str, parameters: Parameters) -> psycopg.Cursor[Row]:
        try:
            return self._connection().execute(_translated(sql), parameters)
        except (psycopg.OperationalError, psycopg.InternalError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: psycopg.Error) -> Unavailable:
        # A server that takes no writes any more is left: another of the URL does.
        if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            self.close()
        return Unavailable(type(error).__name__)

    def one(self, sql: str, parameters: Parameters) -> Row | None:
        rows = self.all(sql, parameters)
        return rows[0] if rows else None

    def all(self, sql: str, parameters: Parameters) -> list[Row]:
        cursor = self._execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []

    def run(self, sql: str, parameters: Parameters) -> int:
        return self._execute(sql, parameters).rowcount

    @contextmanager
    def together(self, *, alone: bool = False, durable: bool = False) -> Iterator[None]:
        if self._is_together() or self._of_request() is not None:
            yield
            return
        self._execute("BEGIN", {})
        self._local.together = True
        try:
            if alone:
                self._execute(_ALONE, {})
            yield
            self._execute("COMMIT", {})
        except BaseException:
            self._undo()
            raise
        finally:
            self._local.together = False

    def _undo(self) -> None:
        connection: _Connection = self._local.connection
        try:
            if not connection.closed:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()

    def close(self) -> None:
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None
