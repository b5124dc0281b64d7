"""Browsers that are spared the second factor for 30 days, and never the first."""

from idp.core import audit, clock
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.core.throttle import DAY

HANDLE = "device"
LIFE = 30 * DAY


def remember(account_id: bytes, epoch: int, user_agent: str | None) -> str:
    """Spare this browser the second factor for `LIFE` seconds; the handle for its cookie. With the open transaction."""
    identifier, now = new_id(), clock.now()
    current().sql.run(
        "INSERT INTO remembered_device (id, account_id, epoch, user_agent, created_at, expires_at)"
        " VALUES (:id, :account_id, :epoch, :user_agent, :now, :expires_at)",
        {
            "id": identifier,
            "account_id": account_id,
            "epoch": epoch,
            "user_agent": (user_agent or "")[:200] or None,
            "now": now,
            "expires_at": now + LIFE,
        },
    )
    return current().keyring.handle(HANDLE, identifier)


def spares(handle: str, account_id: bytes, epoch: int) -> bool:
    """Whether the browser that brings `handle` is spared the second factor of this account, at its epoch of today."""
    identifier = current().keyring.read_handle(HANDLE, handle)
    if identifier is None:
        return False
    row = current().sql.one(
        "SELECT 1 FROM remembered_device WHERE id = :id AND account_id = :account_id AND epoch = :epoch"
        " AND expires_at > :now",
        {"id": identifier, "account_id": account_id, "epoch": epoch, "now": clock.now()},
    )
    return row is not None


def count(account_id: bytes) -> int:
    """How many browsers of this account are spared it now."""
    row = current().sql.one(
        "SELECT count(*) FROM remembered_device JOIN account ON account.id = remembered_device.account_id"
        " WHERE account.id = :account_id AND remembered_device.epoch = account.epoch AND expires_at > :now",
        {"account_id": account_id, "now": clock.now()},
    )
    return row[0] if row else 0


def stop_sparing(account_id: bytes, *, source: str) -> bool:
    """What the person asks for of their own: every browser is asked again. Writes; False where none was spared."""
    if not forget_all(account_id):
        return False
    audit.record("remembered_devices_forgotten", account_id=account_id, source=source)
    return True


def forget_all(account_id: bytes) -> int:
    """Spare no browser of this account any more; how many were."""
    return current().sql.run("DELETE FROM remembered_device WHERE account_id = :account_id", {"account_id": account_id})


def clean() -> int:
    """Delete those whose time is over; how many. A job."""
    return current().sql.run("DELETE FROM remembered_device WHERE expires_at <= :now", {"now": clock.now()})
