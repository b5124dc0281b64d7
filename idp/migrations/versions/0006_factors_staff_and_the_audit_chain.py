"""Second factors, staff, the chain over the audit, and the day an account goes

Short locks only; the previous version keeps serving while this runs: expand now, contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

from idp.migrations.types import WHOLE

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        sa.Column("lines", WHOLE, nullable=False),
        sa.Column("first_at", WHOLE, nullable=False),
        sa.Column("last_at", WHOLE, nullable=False),
        sa.Column("content", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "daily_count",
        sa.Column("day", WHOLE, autoincrement=False, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("count", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("day", "event", "way", name=op.f("pk_daily_count")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("token_until", WHOLE, nullable=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", WHOLE, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('invited', 'active', 'ended')", name=op.f("ck_staff_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("canonical", name=op.f("uq_staff_canonical")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_staff_token_digest")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", WHOLE, nullable=False),
        sa.Column("backup_eligible", sa.Boolean(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("transports", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("last_used_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("selector", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "selector", name=op.f("uq_recovery_code_account_id_selector")),
    )
    op.create_table(
        "remembered_device",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("user_agent", sa.String(), nullable=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_remembered_device_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_device")),
    )
    with op.batch_alter_table("remembered_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remembered_device_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remembered_device_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("last_used_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_passkey_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
    )
    with op.batch_alter_table("staff_passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_passkey_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "staff_request",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.LargeBinary(length=16), nullable=False),
        sa.Column("asked_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("decided_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("decided_at", WHOLE, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("kind IN ('unfreeze', 'release_letter')", name=op.f("ck_staff_request_kind")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_staff_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_staff_request_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_request")),
    )
    with op.batch_alter_table("staff_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_request_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_request_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("staff_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("seen_at", WHOLE, nullable=False),
        sa.Column("ends_at", WHOLE, nullable=False),
        sa.Column("ended_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "totp",
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", WHOLE, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("last_used_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_totp_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_totp")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deletion_at", WHOLE, nullable=True))
        batch_op.create_index(
            "ix_account_deletion_at",
            ["deletion_at"],
            unique=False,
            sqlite_where=sa.text("deletion_at IS NOT NULL"),
            postgresql_where=sa.text("deletion_at IS NOT NULL"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("error", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("recipient", sa.LargeBinary(length=32), nullable=True))
        batch_op.create_index(
            "ix_outbox_recipient",
            ["recipient"],
            unique=False,
            sqlite_where=sa.text("recipient IS NOT NULL"),
            postgresql_where=sa.text("recipient IS NOT NULL"),
        )

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.LargeBinary(length=16), nullable=True))

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", WHOLE, nullable=True))
        batch_op.create_index(batch_op.f("ix_audit_seal"), ["seal"], unique=False)
        batch_op.drop_index(batch_op.f("ix_audit_account_id"))
        batch_op.drop_index(batch_op.f("ix_audit_member_ref"))
        batch_op.create_index("ix_audit_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index("ix_audit_member_ref_id", ["member_ref", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_unsealed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("seal IS NULL"),
            postgresql_where=sa.text("seal IS NULL"),
        )
