"""PostgreSQL: codes die with a crash, accounts have a number that grows, as SQLite's rows do

Short locks only; the previous version keeps serving while this runs: expand now, contract in a later release.
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE code SET UNLOGGED")
    op.execute("ALTER TABLE account ADD COLUMN number BIGINT GENERATED ALWAYS AS IDENTITY")
    op.execute("CREATE UNIQUE INDEX uq_account_number ON account (number)")
