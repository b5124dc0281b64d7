"""Waves of members invited by email to change their identifier, spread over time.

An invitation is a job that finds out at its hour whether it still has a reason. It holds no link that signs in.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from idp.core import audit, batches, clock, outbox
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import paths, sunset

KIND = "invitation"
"""The outbox job of one invitation: `{"member_id": hex}`."""
HANDLE = "uninvite"
AGAIN_AFTER = 90 * DAY
_LOCALE = "fr"
# One mailbox, one member, nobody's identifier already (docs/rules.md §3 row 3); and nobody twice.
_INVITABLE = (
    "member.state NOT IN ('changed', 'conflict') AND member.contact_canonical IS NOT NULL"
    " AND member.uninvited_at IS NULL AND (member.invited_at IS NULL OR member.invited_at <= :again)"
    " AND NOT EXISTS (SELECT 1 FROM legacy_member AS other WHERE other.contact_canonical = member.contact_canonical"
    " AND other.id != member.id)"
    " AND NOT EXISTS (SELECT 1 FROM identifier JOIN membership ON membership.account_id = identifier.account_id"
    " WHERE identifier.canonical = member.contact_canonical AND identifier.status = 'active')"
)


class DoorClosed(Exception):
    """The NIR door has closed: there is nothing to invite to."""


@dataclass(frozen=True, slots=True)
class Wave:
    """How many were invited, or would be, and when the first and the last message leave (seconds since the epoch)."""

    dry_run: bool
    invited: int
    first_at: int | None
    last_at: int | None


def invite(limit: int, per_minute: int, *, dry_run: bool = False) -> Wave:
    """Invite up to `limit` members who have not changed, `per_minute` a minute. Raises `DoorClosed`.

    A wave begins where the one before ends, so that the rate holds.
    """
    if sunset.is_over():
        raise DoorClosed
    latest = current().sql.all("SELECT max(invited_at) FROM legacy_member WHERE invited_at IS NOT NULL", {})[0][0]
    start = clock.now() if latest is None else max(clock.now(), latest + -(-60 // per_minute))
    invited, last = 0, b""
    while invited < limit:
        started = clock.steady()
        rows = _next(last, min(batches.SIZE, limit - invited))
        if not rows:
            break
        if not dry_run:
            with current().sql.together(alone=True):
                for place, (identifier,) in enumerate(rows, invited):
                    _put(identifier, start + place * 60 // per_minute)
            batches.pause(started)
        invited, last = invited + len(rows), rows[-1][0]
    if invited and not dry_run:
        audit.record("members_invited", members=invited, per_minute=per_minute)
    last_at = start + (invited - 1) * 60 // per_minute
    return Wave(dry_run, invited, start if invited else None, last_at if invited else None)


def send(payload: outbox.Payload) -> None:
    """The outbox handler `invitation`: the message leaves, unless the member has changed meanwhile or wants none."""
    identifier = bytes.fromhex(payload["member_id"])
    row = current().sql.one(
        f"SELECT member.contact_address FROM legacy_member AS member WHERE member.id = :id AND {_INVITABLE}",  # noqa: S608
        {"id": identifier, "again": clock.now()},
    )
    if row is None or sunset.is_over():
        return
    last, issuer = sunset.last_day(), current().settings.issuer
    stop = issuer + paths.UNINVITE + current().keyring.handle(HANDLE, identifier) + "/"
    args: dict[str, Any] = {"stop_url": stop}
    if last:
        # Noon, which is the same day in Paris.
        args["last_day_at"] = int(dt.datetime.combine(last, dt.time(12), dt.UTC).timestamp())
    outbox.put("mail", {"template": KIND, "to": row[0], "locale": _LOCALE, "args": args, "unsubscribe": stop})


def uninvite(handle: str) -> bool:
    """Invite this member no more (RFC 8058); False where the link was not made here."""
    identifier = current().keyring.read_handle(HANDLE, handle)
    if identifier is None:
        return False
    current().sql.run(
        "UPDATE legacy_member SET uninvited_at = :now WHERE id = :id AND uninvited_at IS NULL",
        {"id": identifier, "now": clock.now()},
    )
    return True


def _next(last: bytes, size: int) -> list[tuple[Any, ...]]:
    return current().sql.all(
        f"SELECT member.id FROM legacy_member AS member WHERE member.id > :last AND {_INVITABLE}"  # noqa: S608
        " ORDER BY member.id LIMIT :size",
        {"last": last, "size": size, "again": clock.now() - AGAIN_AFTER},
    )


def _put(identifier: bytes, at: int) -> None:
    # `invited_at` is when the message leaves; of two waves at once one gets the member.
    taken = current().sql.run(
        "UPDATE legacy_member SET invited_at = :at WHERE id = :id AND (invited_at IS NULL OR invited_at <= :again)",
        {"id": identifier, "at": at, "again": clock.now() - AGAIN_AFTER},
    )
    if taken:
        outbox.put(KIND, {"member_id": identifier.hex()}, at=at)
