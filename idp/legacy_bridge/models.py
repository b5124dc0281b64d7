"""A row of the old member file, and the change of identifier it is good for once."""

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base, Id, only

# Where a change of identifier may stand before its end.
OPEN_STATES: Final = ("address", "link", "password", "waiting", "review")


class LegacyMember(Base):
    """A member found by the keyed digest of their NIR. `changed` is a tombstone: it opens nothing."""

    __tablename__ = "legacy_member"
    __table_args__ = (
        CheckConstraint(
            "state IN ('active', 'blocked', 'never_activated', 'reset_pending', 'conflict', 'changed')",
            name="state",
        ),
        Index("ix_legacy_member_account_id", "account_id", **only("account_id IS NOT NULL")),
        Index("ix_legacy_member_invited_at", "invited_at", **only("invited_at IS NOT NULL")),
    )
    id: Mapped[Id] = mapped_column(primary_key=True)
    # None after the sunset: the row waits to be deleted, and no number leads to it.
    nir_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    pepper: Mapped[str]
    member_ref: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    password: Mapped[str | None]
    birth_date: Mapped[bytes] = mapped_column(LargeBinary)
    names: Mapped[bytes] = mapped_column(LargeBinary)
    contact_address: Mapped[str | None]
    contact_canonical: Mapped[str | None] = mapped_column(index=True)
    contact_checked_on: Mapped[str | None]
    contact_changed_on: Mapped[str | None]
    postal_usable: Mapped[bool]
    postal_changed_on: Mapped[str | None]
    imported_at: Mapped[int]
    source_line: Mapped[int]
    changed_at: Mapped[int | None]
    # Unlocked, recovered or reopened here: from then on no file has a say in state and password.
    acted_at: Mapped[int | None]
    unlocked_at: Mapped[int | None]
    # When the last invitation leaves, and when the member asked for no more of them.
    invited_at: Mapped[int | None]
    uninvited_at: Mapped[int | None]
    account_id: Mapped[bytes | None] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="SET NULL"))


class DigestForm(Base):
    """A form in which digests of NIRs are stored: `k1`, or `k2(k1)` after a rotation; a look-up tries each."""

    __tablename__ = "digest_form"
    form: Mapped[str] = mapped_column(primary_key=True)


class LegacyFormat(Base):
    """How many members have each password format (scheme and cost): dummy verifications follow its proportions."""

    __tablename__ = "legacy_format"
    descriptor: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class BridgeSunset(Base):
    """The last day of the NIR door as the first import set it, where no setting says another."""

    __tablename__ = "bridge_sunset"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[str]


class IdentifierChange(Base):
    """A change of identifier, parked for seven days; one open change a member."""

    __tablename__ = "identifier_change"
    __table_args__ = (
        CheckConstraint(
            "state IN ('address', 'link', 'password', 'waiting', 'review', 'done', 'abandoned')", name="state"
        ),
        Index(
            "uq_identifier_change_open_member", "member_id", unique=True, **only("state NOT IN ('done', 'abandoned')")
        ),
        # For the counts of `legacy status`, and for an account that is erased.
        Index("ix_identifier_change_state", "state", "completed_at", "linked_account_id"),
        Index("ix_identifier_change_account_id", "account_id", **only("account_id IS NOT NULL")),
        Index("ix_identifier_change_linked_account_id", "linked_account_id", **only("linked_account_id IS NOT NULL")),
    )
    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("legacy_member.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    address: Mapped[str | None]
    canonical: Mapped[str | None]
    is_default: Mapped[bool] = mapped_column(default=False)
    password: Mapped[str | None]
    secret_question: Mapped[str | None]
    secret_answer: Mapped[str | None]
    client_id: Mapped[str | None]
    locale: Mapped[str]
    started_at: Mapped[int]
    updated_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    proved_at: Mapped[int | None]
    completed_at: Mapped[int | None]
    account_id: Mapped[bytes | None] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="SET NULL"))
    # The account to be linked (S5); once it is proved: its epoch and the time, and which secrets it must be given.
    linked_account_id: Mapped[bytes | None] = mapped_column(
        LargeBinary(16), ForeignKey("account.id", ondelete="SET NULL")
    )
    linked_epoch: Mapped[int | None]
    linked_at: Mapped[int | None]
    password_due: Mapped[bool] = mapped_column(default=False)
    question_due: Mapped[bool] = mapped_column(default=False)


class GuidedRequest(Base):
    """A forgotten password, an unlocking, or the code of a letter, asked for with a NIR.

    `member_id` is None where the NIR and birth date lead to nobody, so that all go the same way. `counter` is the key
    under which the failures of this NIR are counted.
    """

    __tablename__ = "guided_request"
    __table_args__ = (CheckConstraint("kind IN ('forgotten', 'unlock', 'letter')", name="kind"),)
    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[bytes | None] = mapped_column(
        LargeBinary(16), ForeignKey("legacy_member.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    counter: Mapped[bytes] = mapped_column(LargeBinary(32))
    browser: Mapped[str]
    interaction_id: Mapped[str | None]
    client_id: Mapped[str | None]
    locale: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    # Which browser brought the proof, by which means: it alone goes on.
    proved_at: Mapped[int | None]
    proved_by: Mapped[str | None]
    proved_in: Mapped[str | None]
    completed_at: Mapped[int | None]


class Letter(Base):
    """The code of a letter to the postal address on file."""

    __tablename__ = "letter"
    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("legacy_member.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    used_at: Mapped[int | None]
    withdrawn_at: Mapped[int | None]
