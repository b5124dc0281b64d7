"""Alembic's entry: run by `mgen-connect db upgrade`, inside an application context."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from idp.core.db import db
from idp.migrations import metadata


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    # Outside of the transaction, or it does nothing: to copy a table is to drop the old one, and with it, by the
    # foreign keys, whatever hangs from its rows.
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = off")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = on")


def _migrate(connection: Connection) -> None:
    # SQLite cannot alter a table in place: batch mode copies it, in the same transaction.
    context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


if db.engine.dialect.name == "sqlite":
    with db.engine.connect().execution_options(writes=True) as embedded, _without_foreign_keys(embedded):
        _migrate(embedded)
else:
    # Of two nodes that begin at once the second finds nothing to do. A lock that does not come soon is given up, so
    # that no sign-in waits behind it.
    with db.engine.connect().execution_options(isolation_level="READ COMMITTED", alone=True) as at_scale:
        _migrate(at_scale)
