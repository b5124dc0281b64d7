"""Alembic's entry: run by `mgen-connect db upgrade`, inside an application context."""

from alembic import context

from idp.core.db import db
from idp.migrations import metadata

with db.engine.connect().execution_options(writes=True) as connection:
    # SQLite cannot alter a table in place: batch mode copies it, in the same transaction.
    context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
