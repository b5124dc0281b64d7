"""The sessions of staff: their own, short, and worth nothing at any site."""

from dataclasses import dataclass
from typing import Final

from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.settings import Settings

IDLE: Final = 900
LIFE: Final = 8 * 3600
_HANDLE = "staff-session"
_SEEN_EVERY = 30


@dataclass(frozen=True, slots=True)
class Agent:
    """Who is at work in this browser."""

    session_id: bytes
    id: bytes
    name: str


def cookie(settings: Settings) -> str:
    """The name of the cookie."""
    return "__Host-mgen_connect_staff" if settings.secure else "mgen_connect_staff"


def begin(staff_id: bytes) -> str:
    """Open a session under a new id, while writing; the handle for the cookie."""
    identifier, now = new_id(), clock.now()
    current().sql.run(
        "INSERT INTO staff_session (id, staff_id, created_at, seen_at, ends_at)"
        " VALUES (:id, :staff_id, :now, :now, :ends_at)",
        {"id": identifier, "staff_id": staff_id, "now": now, "ends_at": now + LIFE},
    )
    return current().keyring.handle(_HANDLE, identifier)


def find(handle: str) -> Agent | None:
    """Who a cookie's handle stands for, within fifteen minutes of the last page and eight hours of the sign-in."""
    identifier, now = current().keyring.read_handle(_HANDLE, handle), clock.now()
    if identifier is None:
        return None
    row = current().sql.one(
        "SELECT staff.id, staff.name, seen_at FROM staff_session JOIN staff ON staff.id = staff_id"
        " AND staff.state = 'active' WHERE staff_session.id = :id AND ended_at IS NULL AND ends_at > :now"
        " AND seen_at > :idle",
        {"id": identifier, "now": now, "idle": now - IDLE},
    )
    if row is None:
        return None
    staff_id, name, seen_at = row
    if now - seen_at >= _SEEN_EVERY:
        current().sql.run("UPDATE staff_session SET seen_at = :now WHERE id = :id", {"now": now, "id": identifier})
    return Agent(identifier, staff_id, name)


def end(agent: Agent) -> None:
    """End this session."""
    current().sql.run(
        "UPDATE staff_session SET ended_at = :now WHERE id = :id AND ended_at IS NULL",
        {"now": clock.now(), "id": agent.session_id},
    )


def clean() -> int:
    """Delete the sessions over for a day; how many. A job."""
    return current().sql.run("DELETE FROM staff_session WHERE ends_at <= :limit", {"limit": clock.now() - 86_400})
