"""What happened, to whom, when, from where, by which proof: appended, never changed. Ids are opaque; no secret."""

from typing import Any

import orjson
from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core import clock, metrics
from idp.core.db import Base, Id, only
from idp.core.ids import new_id
from idp.core.runtime import current


class AuditLine(Base):
    """One event; `seal` is the number of the batch it was sealed in (audit_seals.py), None for the last moments."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_unsealed", "id", **only("seal IS NULL")),
        # The newest lines of one person are read from their end.
        Index("ix_audit_account_id_id", "account_id", "id"),
        Index("ix_audit_member_ref_id", "member_ref", "id"),
    )
    id: Mapped[Id] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(index=True)
    event: Mapped[str]
    account_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    member_ref: Mapped[str | None]
    client_id: Mapped[str | None]
    source: Mapped[str | None]
    detail: Mapped[str | None]
    seal: Mapped[int | None] = mapped_column(index=True)


def record(
    event: str,
    *,
    account_id: bytes | None = None,
    member_ref: str | None = None,
    client_id: str | None = None,
    source: str | None = None,
    **detail: Any,
) -> None:
    """Append a line: with the write transaction of the request where one is open, at once otherwise.

    It is counted too, by `event` and its `way` or `proof`: all of them are words of the code.
    """
    metrics.count(metrics.EVENTS, event.replace(" ", "_"), detail.get("way") or detail.get("proof") or "")
    current().sql.run(
        "INSERT INTO audit (id, at, event, account_id, member_ref, client_id, source, detail) VALUES"
        " (:id, :at, :event, :account_id, :member_ref, :client_id, :source, :detail)",
        {
            "id": new_id(),
            "at": clock.now(),
            "event": event,
            "account_id": account_id,
            "member_ref": member_ref,
            "client_id": client_id,
            "source": source,
            "detail": orjson.dumps(detail).decode() if detail else None,
        },
    )
