"""The chain over the audit: lines are sealed in batches, each seal over the one before; none is lost unseen."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core.db import Base


class AuditSeal(Base):
    """The keyed digest of a batch of lines and of the seal before; it stays when retention takes the lines."""

    __tablename__ = "audit_seal"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lines: Mapped[int]
    first_at: Mapped[int]
    last_at: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_at: Mapped[int]


class DailyCount(Base):
    """How often an event of the audit happened on a day (UTC, days since the epoch), by its way or proof."""

    __tablename__ = "daily_count"
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
