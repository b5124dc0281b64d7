"""The account, the addresses that identify it, and the Espace personnel it holds."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base, Id, only


class Account(Base):
    """An MGEN Connect account. `epoch` moves when everything issued before must die: sessions, codes, tokens."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'blocked', 'frozen')", name="state"),
        Index("ix_account_deletion_at", "deletion_at", **only("deletion_at IS NOT NULL")),
    )
    id: Mapped[Id] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="active")
    epoch: Mapped[int] = mapped_column(default=0)
    password: Mapped[str | None]
    password_set_at: Mapped[int | None]
    secret_question: Mapped[str | None]
    secret_answer: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="fr")
    origin: Mapped[str]
    source_ref: Mapped[str | None] = mapped_column(unique=True)
    # What they chose to be called before others, if anything; never the civil name, nor a part of the address.
    public_name: Mapped[str | None]
    created_at: Mapped[int]
    # The last sign-in, to the day or so; and when a long silence was last told.
    seen_at: Mapped[int | None] = mapped_column(index=True)
    dormancy_told_at: Mapped[int | None]
    # The person asked for its deletion; until then they may change their mind.
    deletion_at: Mapped[int | None]


class Identifier(Base):
    """An address of an account. One active identifier an account, and one account an active address."""

    __tablename__ = "identifier"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'retired')", name="status"),
        Index("uq_identifier_active_canonical", "canonical", unique=True, **only("status = 'active'")),
        Index("uq_identifier_active_account", "account_id", unique=True, **only("status = 'active'")),
    )
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    canonical: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    verified_at: Mapped[int | None]
    verified_by: Mapped[str | None]
    created_at: Mapped[int]
    retired_at: Mapped[int | None]


class Membership(Base):
    """Who holds which Espace personnel; it outlives the bridge."""

    __tablename__ = "membership"
    account_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    member_ref: Mapped[str] = mapped_column(unique=True)
    attached_at: Mapped[int]


class KnownAddress(Base):
    """An address of the person besides the identifier: told of every change, and able to contest it."""

    __tablename__ = "known_address"
    __table_args__ = (UniqueConstraint("account_id", "canonical"),)
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"))
    address: Mapped[str]
    canonical: Mapped[str]
    known_since: Mapped[int]


class HeldAddress(Base):
    """The keyed digest of an erased account's address, which nobody may take for a while."""

    __tablename__ = "held_address"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[int] = mapped_column(index=True)


class Registration(Base):
    """A registration that waits for its mailbox to be proved; it reserves nothing."""

    __tablename__ = "registration"
    id: Mapped[Id] = mapped_column(primary_key=True)
    address: Mapped[str]
    canonical: Mapped[str]
    password: Mapped[str]
    locale: Mapped[str]
    browser: Mapped[str]
    interaction_id: Mapped[str | None]
    client_id: Mapped[str | None]
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    proved_at: Mapped[int | None]
    completed_at: Mapped[int | None]


class MailboxProof(Base):
    """A link and the code beside it, empty where there is none, sent to one address for one purpose."""

    __tablename__ = "mailbox_proof"
    id: Mapped[Id] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    subject_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    address: Mapped[str]
    canonical: Mapped[str]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    used_at: Mapped[int | None]
    withdrawn_at: Mapped[int | None]


class Recovery(Base):
    """A forgotten password: asked for in one browser, opened by the mailbox, closed by the new password.

    `account_id` is None where the address has no account, so that both go the same way. `change_id` is the change of
    identifier that waits for it, where one does.
    """

    __tablename__ = "recovery"
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes | None] = mapped_column(
        LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str]
    browser: Mapped[str]
    interaction_id: Mapped[str | None]
    client_id: Mapped[str | None]
    change_id: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    locale: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    completed_at: Mapped[int | None]


class AddressChange(Base):
    """An address for an account, its own or another, which waits for its mailbox to be proved; it reserves nothing."""

    __tablename__ = "address_change"
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    canonical: Mapped[str]
    browser: Mapped[str]
    locale: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    proved_at: Mapped[int | None]
    completed_at: Mapped[int | None]
