"""Consents, device codes, registration by the clients themselves, and secrets that are keys

Short locks only; the previous version keeps serving while this runs: expand now, contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

from idp.migrations.types import WHOLE

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("granted_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "client_id", name=op.f("pk_consent")),
    )
    op.create_table(
        "device_code",
        sa.Column("z", sa.LargeBinary(length=16), nullable=False),
        sa.Column("user_code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("session_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("epoch", WHOLE, nullable=True),
        sa.Column("interval", WHOLE, nullable=False),
        sa.Column("polled_at", WHOLE, nullable=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'agreed', 'refused', 'spent')", name=op.f("ck_device_code_state")),
        sa.PrimaryKeyConstraint("z", name=op.f("pk_device_code")),
        sa.UniqueConstraint("user_code_digest", name=op.f("uq_device_code_user_code_digest")),
    )
    with op.batch_alter_table("device_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_code_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "initial_access_token",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("policy_json", sa.String(), nullable=False),
        sa.Column("uses_left", WHOLE, nullable=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_initial_access_token")),
        sa.UniqueConstraint("name", name=op.f("uq_initial_access_token_name")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secret_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("registration_digest", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column("registered_by", sa.String(), nullable=True))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_name", sa.String(), nullable=True))
