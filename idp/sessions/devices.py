"""The living sessions of one account: which devices, and how the person ends them (ASVS 5.0 7.4.3, 7.5.2)."""

from typing import NamedTuple

from idp.core import audit, clock, outbox
from idp.core.runtime import current
from idp.sessions.service import ALIVE, LEFT

_LIVING = (
    "SELECT session.id, session.user_agent, session.source, session.auth_time, session.seen_at FROM session"  # noqa: S608
    f" JOIN account ON account.id = session.account_id WHERE session.account_id = :account_id AND {ALIVE}"
    " ORDER BY session.seen_at DESC, session.id DESC"
)
_END = "UPDATE session SET ended_at = :now WHERE account_id = :account_id AND ended_at IS NULL"


class Device(NamedTuple):
    """Where an account is open; times in seconds since the epoch."""

    id: bytes
    user_agent: str
    source: str | None
    auth_time: int
    seen_at: int


def living(account_id: bytes) -> list[Device]:
    """The one used last first."""
    values = {"account_id": account_id, "now": clock.now(), "idle": current().settings.session_idle}
    return [
        Device(identifier, user_agent or "", source, auth_time, seen_at)
        for identifier, user_agent, source, auth_time, seen_at in current().sql.all(_LIVING, values)
    ]


def end_one(account_id: bytes, session_id: bytes, *, source: str) -> bool:
    """End one session of the account and let its sites know; False where it was over. Call it while writing."""
    values = {"account_id": account_id, "id": session_id, "now": clock.now()}
    if not current().sql.run(f"{_END} AND id = :id", values):
        return False
    _tell(account_id, session_id)
    audit.record("session_ended", account_id=account_id, source=source)
    return True


def end_others(account_id: bytes, kept: bytes, *, source: str) -> int:
    """End every session of the account but `kept`; how many were alive. Call it while writing."""
    values = {"account_id": account_id, "kept": kept, "now": clock.now()}
    alive = {device.id for device in living(account_id)} - {kept}
    for (session_id,) in current().sql.all(f"{_END} AND id != :kept RETURNING id", values):
        _tell(account_id, session_id)
    if alive:
        audit.record("other_sessions_ended", account_id=account_id, source=source, sessions=len(alive))
    return len(alive)


def _tell(account_id: bytes, session_id: bytes) -> None:
    outbox.put(LEFT, {"account_id": account_id.hex(), "session_id": session_id.hex()})
