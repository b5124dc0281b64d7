"""Passkeys, the secret of an authenticator application, recovery codes, and remembered devices."""

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base, Id


class Passkey(Base):
    """A public key credential (WebAuthn Level 3 §4); its user handle is the account's id."""

    __tablename__ = "passkey"
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    # Whether it may be kept in several places, and is (§6.1.3): what `amr` says of it follows.
    backup_eligible: Mapped[bool]
    backed_up: Mapped[bool]
    transports: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[int]
    last_used_at: Mapped[int | None]


class Totp(Base):
    """The sealed secret of an authenticator application (RFC 6238), one an account, and the last step used."""

    __tablename__ = "totp"
    account_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]
    created_at: Mapped[int]
    last_used_at: Mapped[int | None]


class RecoveryCode(Base):
    """A recovery code that is not spent: its first letters find it, argon2id keeps the rest (ASVS 6.5.2)."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "selector"),)
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"))
    selector: Mapped[str]
    hash: Mapped[str]
    created_at: Mapped[int]


class RememberedDevice(Base):
    """A browser that is spared the second factor, at the account's epoch of that day."""

    __tablename__ = "remembered_device"
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    user_agent: Mapped[str | None]
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)
