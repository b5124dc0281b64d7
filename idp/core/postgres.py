"""The engine at scale: PostgreSQL, any of the hosts of the URL that takes writes.

The session of a request goes through SQLAlchemy and psycopg, plain statements outside of it through `postgres_wire`.

While a connection waits for the server the lane is given up, and no wait is without an end: a store that stalls costs
the request that met it, nothing else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from idp.core.lane import lane
from idp.core.postgres_wire import PARAMETER, Wire, is_spent
from idp.core.seats import PerSeat
from idp.core.statements import Parameters, Row, Statements, Unavailable
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
_CONNECTING: dict[str, Any] = {
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


class _Connection(psycopg.Connection[Row]):
    """A connection of the session that gives up the lane while it waits, and never waits for ever."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        with lane.released():
            try:
                return super().wait(gen, interval, timeout or _patience.answer)
            except psycopg.Error as error:
                # The first line says what, the others may repeat values.
                error.args = (str(error).partition("\n")[0],)
                # Mid-sentence: what the server says next would be taken for another answer.
                if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                    self.close()
                raise

    def __del__(self, *_warn: Any) -> None:
        # Closed with the pool that held it.
        self.close()


_patience = OF_A_REQUEST
_plans = ""


def plan_once() -> None:
    """Let PostgreSQL keep the plan of each plain statement: this process serves requests, and they ask by key.

    Left to itself it may plan a statement anew each time, which takes longer than to carry it out.
    """
    global _plans
    _plans = " -c plan_cache_mode=force_generic_plan"


def be_patient() -> None:
    """Let the statements of this process, a command's, take the time they need."""
    global _patience
    _patience = OF_A_COMMAND


def _conninfo(url: str, plans: str = "") -> str:
    theirs = conninfo_to_dict(url).get("options", "")
    options = f"{theirs} {_SERVER} -c statement_timeout={_patience.statement}s{plans}"
    return make_conninfo(url, options=options, **_CONNECTING)


def _connect(url: str) -> _Connection:
    with lane.released():
        return _Connection.connect(_conninfo(url), prepare_threshold=1)


def writing(*, alone: bool) -> dict[str, Any]:
    """The execution options of a write transaction; those who are `alone` wait for one another, on every node."""
    return {"isolation_level": "READ COMMITTED", "alone": alone}


def engine_options(settings: Settings) -> dict[str, Any]:
    """What `create_engine` takes: a connection a thread; reads in autocommit, for nothing needs a snapshot."""
    return {
        "creator": lambda: _connect(settings.database_url),
        "pool_size": settings.threads + 1,
        "max_overflow": 0,
        "pool_timeout": OF_A_REQUEST.answer,
        "isolation_level": "AUTOCOMMIT",
    }


def prepare_engine(engine: Engine) -> None:
    """Take no connection that the server has left; begin as `writing` says."""

    @event.listens_for(engine, "checkout")
    def _checkout(connection: _Connection, _record: object, _proxy: object) -> None:
        if connection.closed or is_spent(connection.pgconn):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("alone", False):
            connection.exec_driver_sql(_ALONE)


@lru_cache(maxsize=2000)
def _translated(sql: str) -> str:
    return PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


class PostgresStatements(Statements):
    """See `statements.Statements`."""

    skip_locked = " FOR UPDATE SKIP LOCKED"
    row_number = "number"
    schema = "public"
    temporary = "pg_temp"

    def __init__(self, settings: Settings, of_request: Callable[[], psycopg.Connection[Row] | None]) -> None:
        self._url = settings.database_url
        self._of_request = of_request
        self._local = PerSeat()

    def _wire(self) -> Wire:
        here = self._local.here()
        wire: Wire | None = getattr(here, "wire", None)
        if wire is not None and (self._is_together() or not wire.is_spent):
            return wire
        if wire is not None:
            wire.close()
        wire = here.wire = Wire(_conninfo(self._url, _plans), _patience.answer)
        return wire

    def _is_together(self) -> bool:
        return getattr(self._local.here(), "together", False)

    def _execute(self, sql: str, parameters: Parameters) -> tuple[list[Row], int]:
        ours = self._of_request()
        if ours is None:
            return self._wire().ask(sql, parameters)
        try:
            cursor = ours.execute(_translated(sql), parameters)
            return (cursor.fetchall() if cursor.description else []), cursor.rowcount
        except (psycopg.OperationalError, psycopg.InternalError) as error:
            raise Unavailable(str(error)) from error

    @contextmanager
    def together(self, *, alone: bool = False, durable: bool = False) -> Iterator[None]:
        if self._is_together() or self._of_request() is not None:
            yield
            return
        wire = self._wire()
        wire.say(b"BEGIN")
        here = self._local.here()
        here.together = True
        try:
            if alone:
                wire.say(_ALONE.encode())
            yield
            wire.say(b"COMMIT")
        except BaseException:
            _undo(wire)
            raise
        finally:
            here.together = False

    def purge(self, table: str) -> None:
        self._wire().say(f'VACUUM (FULL) "{table}"'.encode())

    def close(self) -> None:
        for place in self._local.unused():
            if getattr(place, "wire", None) is not None:
                place.wire.close()
                place.wire = None


def _undo(wire: Wire) -> None:
    try:
        if wire.is_open:
            wire.say(b"ROLLBACK")
    except (psycopg.Error, Unavailable):
        wire.close()
