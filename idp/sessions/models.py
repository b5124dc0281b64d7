"""The session of one browser."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base, Id


class SignIn(Base):
    """An SSO session: alive while not ended, within its idle and absolute life, at the account's epoch."""

    __tablename__ = "session"
    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[bytes] = mapped_column(LargeBinary(16), ForeignKey("account.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    auth_time: Mapped[int]
    acr: Mapped[str]
    amr: Mapped[str]
    source: Mapped[str | None]
    user_agent: Mapped[str | None]
    created_at: Mapped[int]
    seen_at: Mapped[int]
    ends_at: Mapped[int] = mapped_column(index=True)
    ended_at: Mapped[int | None]
    # The session of the same person and browser that this one took the place of: its sites are told of the end too.
    replaces: Mapped[bytes | None] = mapped_column(LargeBinary(16))
