"""Alembic's entry: run by `mgen-connect db upgrade`, inside an application context."""

from alembic import context

from idp.core.db import db
from idp.migrations import metadata

with db.engine.connect().execution_options(writes=True) as connection:
    # Outside of the transaction, or it does nothing: to copy a table is to drop the old one, and with it, by the
    # foreign keys, whatever hangs from its rows.
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = off")
    try:
        # SQLite cannot alter a table in place: batch mode copies it, in the same transaction.
        context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
    finally:
        driver.execute("PRAGMA foreign_keys = on")
