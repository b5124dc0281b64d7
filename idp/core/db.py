"""The database: the models' base, the session of a request and its write transaction, and plain statements.

Which engine it is, SQLite or PostgreSQL, is known here, in `sqlite.py` and in `postgres.py` alone.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Engine, Integer, LargeBinary, MetaData, Select, event, text
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, mapped_column, registry

from idp.core import sqlite
from idp.core.statements import Parameters, Row, Statements, Unavailable
from idp.settings import Settings

__all__ = ["Base", "Id", "Parameters", "Row", "Statements", "Unavailable", "db", "only"]

Id = Annotated[bytes, mapped_column(LargeBinary(16))]


class Base(DeclarativeBase):
    """Every model; constraints have names, so that a migration can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        # Seconds since the epoch need more than 32 bits from 2038 on.
        type_annotation_map={int: BigInteger().with_variant(Integer, "sqlite")},
    )


def only(where: str) -> dict[str, Any]:
    """Options of an index over some rows: those that fit `where`."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def engine_options(settings: Settings) -> dict[str, Any]:
    """What Flask-SQLAlchemy passes to `create_engine`."""
    # An exception's text must not tell what was being written.
    return {**_engine(settings).engine_options(settings), "hide_parameters": True}


def prepare_engine(settings: Settings, engine: Engine) -> None:
    """What each of its connections and transactions begins with."""
    _engine(settings).prepare_engine(engine)


def statements(settings: Settings) -> Statements:
    """Plain SQL on the engine that `settings` name."""
    if settings.embedded:
        return sqlite.SqliteStatements(settings, _of_request)
    return _postgres().PostgresStatements(settings, _of_request)  # type: ignore[no-any-return]


def be_patient(settings: Settings) -> None:
    """Let the statements of this process, a command's, take the time they need."""
    _engine(settings).be_patient()


def plan_once(settings: Settings) -> None:
    """Let the plain statements of this process, which serves requests, be planned once each."""
    _engine(settings).plan_once()


def _engine(settings: Settings) -> Any:
    return sqlite if settings.embedded else _postgres()


def _postgres() -> Any:
    # Here, for the embedded default needs none of it and must start fast.
    from idp.core import postgres

    return postgres


_thread = threading.local()


def write(*, alone: bool = True) -> None:
    """Open the write transaction of this request: after every hash, before reading what will be changed.

    What was read before is forgotten and read again, inside the transaction. A second call does nothing. On every
    engine and on all nodes only one such transaction runs at a time, unless it is not `alone`: one that decides
    nothing by what it has read.
    """
    if is_writing():
        return
    db.session.rollback()
    engine = sqlite if db.engine.dialect.name == "sqlite" else _postgres()
    db.session.connection(execution_options=engine.writing(alone=alone))
    _thread.writes = True


def is_writing() -> bool:
    """Whether this thread's request holds the write transaction."""
    return getattr(_thread, "writes", False)


def _of_request() -> Any:
    """The driver's connection that holds the write transaction of this thread's request, or None."""
    return db.session.connection().connection.driver_connection if is_writing() else None


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


@event.listens_for(Session, "do_orm_execute")
def _hold_what_is_read(state: ORMExecuteState) -> None:
    # A row comes back whole: between its reading and its writing no plain statement may change it either.
    if state.is_select and is_writing() and isinstance(state.statement, Select):
        columns = state.statement.column_descriptions
        if all(column["entity"] is not None and column["expr"] is column["entity"] for column in columns):
            state.statement = state.statement.with_for_update(of=[column["entity"] for column in columns])


@event.listens_for(Session, "before_flush")
def _refuse_unannounced_writes(_session: Session, _context: object, _instances: object) -> None:
    if not is_writing():
        raise RuntimeError("a write outside of the write transaction: call db.write() first")
