"""Accounts linked, recovered and cleaned up; letters; digests of NIRs in several forms

Short locks only; the previous version keeps serving while this runs: expand now, contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

from idp.core.db import only
from idp.migrations.types import WHOLE

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "digest_form",
        sa.Column("form", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_digest_form")),
    )
    op.create_table(
        "held_address",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_held_address")),
    )
    with op.batch_alter_table("held_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_address_until"), ["until"], unique=False)

    op.create_table(
        "address_change",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("proved_at", WHOLE, nullable=True),
        sa.Column("completed_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_address_change_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_change_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_change_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "known_address",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("known_since", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_known_address_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_address")),
        sa.UniqueConstraint("account_id", "canonical", name=op.f("uq_known_address_account_id_canonical")),
    )
    op.create_table(
        "recovery",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("interaction_id", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("change_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("completed_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
    )
    with op.batch_alter_table("recovery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recovery_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "guided_request",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("counter", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("interaction_id", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("proved_at", WHOLE, nullable=True),
        sa.Column("proved_by", sa.String(), nullable=True),
        sa.Column("proved_in", sa.String(), nullable=True),
        sa.Column("completed_at", WHOLE, nullable=True),
        sa.CheckConstraint("kind IN ('forgotten', 'unlock', 'letter')", name=op.f("ck_guided_request_kind")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["legacy_member.id"], name=op.f("fk_guided_request_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guided_request")),
    )
    with op.batch_alter_table("guided_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guided_request_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_guided_request_member_id"), ["member_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.Column("withdrawn_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["legacy_member.id"], name=op.f("fk_letter_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_member_id"), ["member_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", WHOLE, nullable=True))
        batch_op.add_column(sa.Column("dormancy_told_at", WHOLE, nullable=True))
        batch_op.create_index(batch_op.f("ix_account_seen_at"), ["seen_at"], unique=False)

    with op.batch_alter_table("identifier_change", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_identifier_change_state"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_identifier_change_state"),
            "state IN ('address', 'link', 'password', 'waiting', 'review', 'done', 'abandoned')",
        )
        batch_op.add_column(sa.Column("linked_account_id", sa.LargeBinary(length=16), nullable=True))
        batch_op.add_column(sa.Column("linked_epoch", WHOLE, nullable=True))
        batch_op.add_column(sa.Column("linked_at", WHOLE, nullable=True))
        batch_op.add_column(sa.Column("password_due", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("question_due", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(
            batch_op.f("fk_identifier_change_linked_account_id"),
            "account",
            ["linked_account_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("legacy_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_changed_on", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("postal_changed_on", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("acted_at", WHOLE, nullable=True))
        batch_op.add_column(sa.Column("unlocked_at", WHOLE, nullable=True))
        batch_op.add_column(sa.Column("invited_at", WHOLE, nullable=True))
        batch_op.add_column(sa.Column("uninvited_at", WHOLE, nullable=True))
        batch_op.alter_column("nir_digest", existing_type=sa.BLOB(), nullable=True)

    for table, column in (
        ("legacy_member", "account_id"),
        ("legacy_member", "invited_at"),
        ("identifier_change", "account_id"),
        ("identifier_change", "linked_account_id"),
    ):
        op.create_index(
            op.f(f"ix_{table}_{column}"),
            table,
            [column],
            **only(f"{column} IS NOT NULL"),
            unique=False,
        )
    op.create_index(op.f("ix_identifier_account_id"), "identifier", ["account_id"])
    op.create_index(op.f("ix_identifier_change_member_id"), "identifier_change", ["member_id"])
    op.create_index(
        op.f("ix_identifier_change_state"), "identifier_change", ["state", "completed_at", "linked_account_id"]
    )

    op.execute("INSERT INTO digest_form (form) SELECT DISTINCT pepper FROM legacy_member")
