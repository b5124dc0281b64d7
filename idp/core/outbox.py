"""What must happen after the commit: written with the change that causes it, done later, tried again until it works."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import structlog
from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core import clock, metrics
from idp.core.db import Base, Id, only
from idp.core.ids import new_id
from idp.core.runtime import current

Payload = dict[str, Any]
Handler = Callable[[Payload], None]

BACKOFF = (5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
LEASE = 120
# The jobs that write to people.
MESSAGES = ("mail", "letter", "invitation")
_log = structlog.get_logger()


class OutboxJob(Base):
    """A job that waits; its payload is sealed, for it may hold a link. A done job is deleted.

    Of a try that failed: `error` is the name of what was raised, `recipient` the keyed digest of whom it was for.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_recipient", "recipient", **only("recipient IS NOT NULL")),)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[int]
    next_at: Mapped[int] = mapped_column(index=True)
    failed_at: Mapped[int | None]
    error: Mapped[str | None]
    recipient: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Undelivered(NamedTuple):
    """A message that did not leave: the name of the last error, and when it was written (seconds since the epoch)."""

    error: str
    at: int
    given_up: bool


def put(kind: str, payload: Payload, *, at: int | None = None) -> None:
    """Add a job to the transaction of the request; it is done after the commit, or never if that is undone.

    `at` is the earliest time for it, in seconds since the epoch.
    """
    identifier = new_id()
    now = clock.now()
    current().sql.run(
        "INSERT INTO outbox (id, kind, payload, attempts, created_at, next_at)"
        " VALUES (:id, :kind, :payload, 0, :now, :at)",
        {
            "id": identifier,
            "kind": kind,
            "payload": current().keyring.seal("outbox", orjson.dumps(payload), identifier),
            "now": now,
            "at": at or now,
        },
    )


def drain(handlers: dict[str, Handler], limit: int = 50) -> int:
    """Do the jobs that are due, each at least once; returns how many were tried.

    A job is claimed by moving its next time: two workers never do the same one at the same time, and one that
    died leaves its job to the next worker when the lease is over.
    """
    now, sql = clock.now(), current().sql
    due = "SELECT id FROM outbox WHERE next_at <= :now AND failed_at IS NULL ORDER BY next_at LIMIT :limit"
    rows = sql.all(
        f"UPDATE outbox SET next_at = :lease, attempts = attempts + 1 WHERE id IN ({due}{sql.skip_locked})"  # noqa: S608
        " RETURNING id, kind, payload, attempts",
        {"now": now, "lease": now + LEASE, "limit": limit},
    )
    for identifier, kind, sealed, attempts in sorted(rows):
        _do(handlers, identifier, kind, sealed, attempts)
    return len(rows)


def lag() -> int:
    """For how many seconds the job that is due longest has waited; 0 where none is due."""
    now = clock.now()
    row = current().sql.one("SELECT min(next_at) FROM outbox WHERE failed_at IS NULL AND next_at <= :now", {"now": now})
    return now - row[0] if row and row[0] is not None else 0


def depth() -> list[tuple[str, str, int]]:
    """How many jobs there are of each kind and state: `waiting` for their first try, `retrying`, or `given_up`."""
    return [
        (kind, state, number)
        for kind, state, number in current().sql.all(
            "SELECT kind, CASE WHEN failed_at IS NOT NULL THEN 'given_up' WHEN attempts > 0 THEN 'retrying'"
            " ELSE 'waiting' END, count(*) FROM outbox GROUP BY 1, 2",
            {},
        )
    ]


def reasons() -> dict[str, int]:
    """How many messages and letters were given up, by the name of their last error; the most frequent first."""
    return dict(
        current().sql.all(
            "SELECT coalesce(error, ''), count(*) FROM outbox WHERE failed_at IS NOT NULL"  # noqa: S608
            f" AND kind IN {MESSAGES} GROUP BY 1 ORDER BY 2 DESC, 1",
            {},
        )
    )


def undelivered(*addresses: str | None) -> Undelivered | None:
    """The last message to one of these addresses that could not be handed over, where there is one still."""
    rows = [
        row
        for address in addresses
        if address
        for row in current().sql.all(
            "SELECT error, created_at, failed_at IS NOT NULL FROM outbox WHERE recipient = :recipient"
            " ORDER BY created_at DESC LIMIT 1",
            {"recipient": _digest(address)},
        )
    ]
    last = max(rows, key=lambda row: row[1], default=None)
    return Undelivered(last[0] or "", last[1], bool(last[2])) if last else None


def _digest(address: str) -> bytes:
    return current().keyring.digest("outbox-recipient", address.casefold().encode())


def _do(handlers: dict[str, Handler], identifier: bytes, kind: str, sealed: bytes, attempts: int) -> None:
    with structlog.contextvars.bound_contextvars(job_id=identifier.hex()):
        _try(handlers, identifier, kind, sealed, attempts)


def _try(handlers: dict[str, Handler], identifier: bytes, kind: str, sealed: bytes, attempts: int) -> None:
    sql, payload = current().sql, {}
    try:
        payload = orjson.loads(current().keyring.open("outbox", sealed, identifier))
        handlers[kind](payload)
    except Exception as error:  # whatever fails is tried again: a mail server may say anything
        given_up = attempts > len(BACKOFF)
        metrics.count(metrics.JOBS, kind, "given_up" if given_up else "failed")
        _log.warning("outbox_job_failed", kind=kind, attempts=attempts, error=type(error).__name__, given_up=given_up)
        sql.run(
            "UPDATE outbox SET next_at = :next_at, failed_at = :failed_at, error = :error, recipient = :recipient"
            " WHERE id = :id",
            {
                "id": identifier,
                "error": type(error).__name__,
                "recipient": _digest(payload["to"]) if payload.get("to") else None,
                "next_at": clock.now() + BACKOFF[min(attempts, len(BACKOFF)) - 1],
                "failed_at": clock.now() if given_up else None,
            },
        )
    else:
        sql.run("DELETE FROM outbox WHERE id = :id", {"id": identifier})
        metrics.count(metrics.JOBS, kind, "done")
