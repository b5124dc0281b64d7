"""Clients, keys, and what is stored because it can be spent (`docs/architecture.md`, "The hot way")."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
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
    # Where the secret is a key (client_secret_jwt), the secret itself.
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Of its registration access token (RFC 7592), and the name of the initial access token that it came by.
    registration_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    registered_by: Mapped[str | None]
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
    """An authorization, or the mark of a consent, whose access tokens are refused until the last has expired."""

    __tablename__ = "revoked"
    z: Mapped[Id] = mapped_column(primary_key=True)
    until: Mapped[int] = mapped_column(index=True)


class Consent(Base):
    """What a person has agreed to tell a site that is not MGEN's: scopes, separated by spaces."""

    __tablename__ = "consent"
    account_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str]
    granted_at: Mapped[int]


class DeviceCode(Base):
    """A device that waits for a person elsewhere (RFC 8628): taken once, when they have agreed."""

    __tablename__ = "device_code"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'agreed', 'refused', 'spent')", name="state"),)
    z: Mapped[Id] = mapped_column(primary_key=True)
    user_code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    client_id: Mapped[str]
    request: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    session_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    account_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    epoch: Mapped[int | None]
    # Seconds between two questions of the device.
    interval: Mapped[int]
    polled_at: Mapped[int | None]
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)


class InitialAccessToken(Base):
    """Leave to register clients (RFC 7591 §3): by whom, how many, and what they may be."""

    __tablename__ = "initial_access_token"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    policy_json: Mapped[str]
    # None: as many as it likes.
    uses_left: Mapped[int | None]
    created_at: Mapped[int]
    expires_at: Mapped[int]
