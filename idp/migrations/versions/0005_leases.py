"""What one process at a time does

Nothing is locked; the previous version keeps serving while this runs: expand now, contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

from idp.migrations.types import WHOLE

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("ends_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
