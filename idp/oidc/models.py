"""Clients, keys, and what is stored because it can be spent (`docs/architecture.md`, "The hot way")."""

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base, Id


class Version(Base):
    """A number that moves when clients or keys change: workers look at it each second."""

    __tablename__ = "version"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Client(Base):
    """A relying party: its metadata (RFC 7591 names) as JSON, its secret as a digest."""

    __tablename__ = "client"
    id: Mapped[str] = mapped_column(primary_key=True)
    metadata_json: Mapped[str]
    secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    declared: Mapped[bool]
    created_at: Mapped[int]
    updated_at: Mapped[int]


class SigningKey(Base):
    """A key pair, its private half sealed. `next` and `retired` keys are published, only `active` ones sign."""

    __tablename__ = "signing_key"
    __table_args__ = (CheckConstraint("state IN ('next', 'active', 'retired')", name="state"),)
    kid: Mapped[str] = mapped_column(primary_key=True)
    algorithm: Mapped[str]
    state: Mapped[str]
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    public_jwk: Mapped[str]
    created_at: Mapped[int]
    activated_at: Mapped[int | None]
    retired_at: Mapped[int | None]


class AuthorizationCode(Base):
    """A code: kept after it is spent, so that a second use is seen."""

    __tablename__ = "code"
    z: Mapped[Id] = mapped_column(primary_key=True)
    session_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    client_id: Mapped[str]
    epoch: Mapped[int]
    request: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int]
    spent_at: Mapped[int | None]


class Participation(Base):
    """The first visit of a session to a site."""

    __tablename__ = "participation"
    session_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[int]


class Authorization(Base):
    """A granted request that outlives its access token: refresh tokens hang from it."""

    __tablename__ = "authorization"
    z: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    client_id: Mapped[str]
    session_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    epoch: Mapped[int]
    scope: Mapped[str]
    request: Mapped[bytes] = mapped_column(LargeBinary)
    offline: Mapped[bool]
    generation: Mapped[int] = mapped_column(default=0)
    rotated_at: Mapped[int]
    created_at: Mapped[int]
    ends_at: Mapped[int] = mapped_column(index=True)
    revoked_at: Mapped[int | None]


class Revoked(Base):
    """An authorization whose access tokens are refused until the last has expired."""

    __tablename__ = "revoked"
    z: Mapped[Id] = mapped_column(primary_key=True)
    until: Mapped[int] = mapped_column(index=True)
