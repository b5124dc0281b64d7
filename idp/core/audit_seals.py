"""The chain over the audit: lines are sealed in batches, each seal over the one before; none is lost unseen.

A job seals what is a few seconds old, and counts it by day in the same transaction. Nothing of it is on the way of who
writes a line. Who may write to the database, but has not the keyring, cannot make a seal (`audit_check` looks).
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import orjson
import structlog
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core import batches, clock
from idp.core.db import Base, Row
from idp.core.runtime import current

# What a line is read as, for its seal and for whoever checks it.
COLUMNS: Final = "id, at, event, account_id, member_ref, client_id, source, detail"
SIZE: Final = 1_000
# Lines of transactions that were open meanwhile come late; they are sealed by the next turn.
_SETTLED = 5
_DAY = 86_400
_log = structlog.get_logger()


class AuditSeal(Base):
    """The keyed digest of a batch of lines and of the seal before; it stays when retention takes the lines.

    `content` is the digest of the lines alone, so that the chain can be followed without them.
    """

    __tablename__ = "audit_seal"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lines: Mapped[int]
    first_at: Mapped[int]
    last_at: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_at: Mapped[int]


class DailyCount(Base):
    """How often an event of the audit happened on a day (UTC, days since the epoch), by its way or proof."""

    __tablename__ = "daily_count"
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class _Overtaken(Exception):
    """Another process seals, or a line came in between: what was read is not what would be sealed."""


def seal(most: int = 20) -> bool:
    """Seal and count the lines that are older than a few seconds, `most` batches of them; whether there are more.

    A batch is one transaction: who dies in it has sealed and counted nothing of it.
    """
    for _ in range(most):
        started = clock.steady()
        lines = current().sql.all(
            f"SELECT {COLUMNS} FROM audit WHERE seal IS NULL AND at <= :settled ORDER BY id LIMIT {SIZE}",  # noqa: S608
            {"settled": clock.now() - _SETTLED},
        )
        if not lines:
            return False
        with suppress(_Overtaken):
            _seal(lines)
        if len(lines) < SIZE:
            return False
        batches.pause(started)
    return True


def content_of(lines: Sequence[Row]) -> bytes:
    """The digest of lines (`COLUMNS`, in the order of their ids): 32 bytes."""
    digest = hashlib.sha256()
    for identifier, at, event, account_id, *rest in lines:
        # Each is one JSON array on one line: no two batches have the same bytes.
        digest.update(orjson.dumps([identifier.hex(), at, event, account_id and account_id.hex(), *rest]) + b"\n")
    return digest.digest()


def digest_of(
    number: int, lines: int, first_at: int, last_at: int, content: bytes, sealed_at: int, before: bytes
) -> bytes:
    """What the seal of this number must be; `before` is the digest of the one before, empty for the first."""
    whole = orjson.dumps([number, lines, first_at, last_at, content.hex(), sealed_at, before.hex()])
    return current().keyring.digest("audit", whole)


def spelled(digest: bytes) -> str:
    """As people keep it, 52 signs: in base32, for no log takes a part of it for a number of somebody and masks it."""
    return base64.b32encode(digest).decode().rstrip("=")


def _seal(lines: list[Row]) -> None:
    """Raises `_Overtaken`, and has then done nothing."""
    latest = current().sql.one("SELECT number, digest FROM audit_seal ORDER BY number DESC LIMIT 1", {})
    number, before = latest or (0, b"")
    times, content, now = [line[1] for line in lines], content_of(lines), clock.now()
    made = (number + 1, len(lines), min(times), max(times), content, now)
    values = dict(zip(("number", "lines", "first_at", "last_at", "content", "sealed_at"), made, strict=True))
    values["digest"] = digest_of(*made, before)
    with current().sql.together():
        # Of two who make the same number, one gets nothing.
        if not current().sql.run(
            "INSERT INTO audit_seal (number, lines, first_at, last_at, content, digest, sealed_at) VALUES"
            " (:number, :lines, :first_at, :last_at, :content, :digest, :sealed_at) ON CONFLICT DO NOTHING",
            values,
        ):
            raise _Overtaken
        if _mark(number + 1, lines) != len(lines):
            raise _Overtaken
        _count(lines)
    # Logs are kept elsewhere: the end of the chain cannot be cut off unseen (`audit verify --kept`).
    _log.info("audit_sealed", number=number + 1, lines=len(lines), digest=spelled(values["digest"]))


def _mark(number: int, lines: list[Row]) -> int:
    """Say of lines which seal they belong to; how many there were between the first of them and the last."""
    return current().sql.run(
        "UPDATE audit SET seal = :number WHERE seal IS NULL AND id >= :first AND id <= :last AND at <= :latest",
        {"number": number, "first": lines[0][0], "last": lines[-1][0], "latest": max(line[1] for line in lines)},
    )


def _count(lines: list[Row]) -> None:
    counts = Counter((at // _DAY, event, _way(detail)) for _, at, event, *_, detail in lines)
    for (day, event, way), count in sorted(counts.items()):
        current().sql.run(
            "INSERT INTO daily_count (day, event, way, count) VALUES (:day, :event, :way, :count)"
            " ON CONFLICT (day, event, way) DO UPDATE SET count = daily_count.count + excluded.count",
            {"day": day, "event": event, "way": way, "count": count},
        )


def _way(detail: str | None) -> str:
    """By what it was done. A line that somebody spoilt must be sealed all the same."""
    try:
        found: Any = orjson.loads(detail) if detail else {}
        way = found.get("way") or found.get("proof") or ""
    except (orjson.JSONDecodeError, AttributeError):
        return ""
    return way if isinstance(way, str) else ""
