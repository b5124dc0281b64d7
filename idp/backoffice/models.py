"""Who works here, how they prove it, and what two of them must agree on."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base, Id


class Staff(Base):
    """A member of staff; `invited` until the one-time link has enrolled a first factor."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("state IN ('invited', 'active', 'ended')", name="state"),)
    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    canonical: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="invited")
    # The enrolment link: its digest, and until when it is good.
    token_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    token_until: Mapped[int | None]
    # Where the second proof is an application: the password comes first, and is never enough.
    password: Mapped[str | None]
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[int]


class StaffPasskey(Base):
    """A public key credential of a member of staff; its user handle is theirs."""

    __tablename__ = "staff_passkey"
    id: Mapped[Id] = mapped_column(primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[int]
    last_used_at: Mapped[int | None]


class StaffSession(Base):
    """A sign-in to the back office."""

    __tablename__ = "staff_session"
    id: Mapped[Id] = mapped_column(primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[int]
    seen_at: Mapped[int]
    ends_at: Mapped[int] = mapped_column(index=True)
    ended_at: Mapped[int | None]


class StaffRequest(Base):
    """An act that takes two people: asked for by one, done when another agrees before `expires_at`."""

    __tablename__ = "staff_request"
    __table_args__ = (CheckConstraint("kind IN ('unfreeze', 'release_letter')", name="kind"),)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # The account or the letter.
    subject_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    reason: Mapped[str]
    asked_by: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("staff.id"))
    asked_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
    decided_by: Mapped[bytes | None] = mapped_column(LargeBinary(16), ForeignKey("staff.id"))
    decided_at: Mapped[int | None]
    agreed: Mapped[bool | None]
