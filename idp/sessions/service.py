"""Open, find and end the session of a browser (docs/rules.md §5: idle 30 min, absolute 12 h)."""

from dataclasses import dataclass

from idp.core import clock, outbox
from idp.core.ids import new_id
from idp.core.runtime import current

HANDLE = "session"
SEEN_EVERY = 60
KEPT = 7 * 86_400
# The outbox job of a session that ended where no site asked for it.
LEFT = "session_left"


@dataclass(frozen=True, slots=True)
class Session:
    """A living session, and what is known of who signed in."""

    id: bytes
    account_id: bytes
    epoch: int
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    address: str
    member_ref: str | None
    # Since when an account with an Espace personnel is identified by an address that nobody proved; else None.
    address_unproved_since: int | None = None


# One read says whether a session lives: not ended, within both lives, its account active and at the same epoch.
# The hot way of oidc/ joins more tables to the same condition.
ALIVE = (
    "session.ended_at IS NULL AND session.ends_at > :now AND session.seen_at > :now - :idle"
    " AND account.state = 'active' AND account.epoch = session.epoch"
)
_FIND = (
    "SELECT session.account_id, session.epoch, session.auth_time, session.acr, session.amr, session.seen_at,"  # noqa: S608
    " identifier.address, membership.member_ref,"
    " CASE WHEN identifier.verified_at IS NULL AND membership.member_ref IS NOT NULL THEN identifier.created_at END"
    " FROM session"
    " JOIN account ON account.id = session.account_id"
    " JOIN identifier ON identifier.account_id = account.id AND identifier.status = 'active'"
    " LEFT JOIN membership ON membership.account_id = account.id"
    f" WHERE session.id = :id AND {ALIVE}"
)


def open_session(
    account_id: bytes,
    epoch: int,
    *,
    acr: str,
    amr: tuple[str, ...],
    source: str | None,
    user_agent: str | None,
    auth_time: int | None = None,
    replaces: bytes | None = None,
) -> str:
    """Open a session under a new id, with the transaction of the request; returns the handle for the cookie.

    `replaces` is the session of the same person that this one takes the place of; `auth_time` when they signed in,
    where that was in it.
    """
    identifier = new_id()
    now = clock.now()
    current().sql.run(
        "INSERT INTO session (id, account_id, epoch, auth_time, acr, amr, source, user_agent, created_at, seen_at,"
        " ends_at, replaces) VALUES (:id, :account_id, :epoch, :auth_time, :acr, :amr, :source, :user_agent, :now,"
        " :now, :ends_at, :replaces)",
        {
            "id": identifier,
            "account_id": account_id,
            "epoch": epoch,
            "acr": acr,
            "amr": " ".join(amr),
            "source": source,
            "user_agent": (user_agent or "")[:200] or None,
            "auth_time": auth_time or now,
            "now": now,
            "ends_at": now + current().settings.session_life,
            "replaces": replaces,
        },
    )
    return current().keyring.handle(HANDLE, identifier)


def find(handle: str) -> Session | None:
    """The living session of a cookie's handle, or None."""
    identifier = current().keyring.read_handle(HANDLE, handle)
    if identifier is None:
        return None
    now = clock.now()
    row = current().sql.one(_FIND, {"id": identifier, "now": now, "idle": current().settings.session_idle})
    if row is None:
        return None
    account_id, epoch, auth_time, acr, amr, seen_at, address, member_ref, unproved_since = row
    if now - seen_at >= SEEN_EVERY:
        touch(identifier, now)
    amr = tuple(amr.split())
    return Session(identifier, account_id, epoch, auth_time, acr, amr, address, member_ref, unproved_since)


def touch(identifier: bytes, now: int) -> None:
    """Move the last sight of a session; callers do so at most once a minute."""
    current().sql.run("UPDATE session SET seen_at = :now WHERE id = :id", {"id": identifier, "now": now})


def end(identifier: bytes) -> bool:
    """End a session; whether it was still open. Access tokens and refresh tokens that hang from it die with it."""
    return bool(
        current().sql.run(
            "UPDATE session SET ended_at = :now WHERE id = :id AND ended_at IS NULL",
            {"id": identifier, "now": clock.now()},
        )
    )


def with_replaced(identifier: bytes) -> list[bytes]:
    """A session, and those it took the place of, as far as they are still known: all of them end with it."""
    rows = current().sql.all(
        "WITH RECURSIVE one(id, replaces) AS (SELECT id, replaces FROM session WHERE id = :id UNION ALL"
        " SELECT session.id, session.replaces FROM session JOIN one ON session.id = one.replaces) SELECT id FROM one",
        {"id": identifier},
    )
    return [bytes(each) for (each,) in rows] or [identifier]


def leave(session: Session) -> bool:
    """End a session where no site asked for it: a job tells its sites. Whether it was still open."""
    if not end(session.id):
        return False
    outbox.put(LEFT, {"account_id": session.account_id.hex(), "session_id": session.id.hex()})
    return True


def end_cut(account_id: bytes) -> list[bytes]:
    """End the sessions that died when the account's epoch moved; their ids, each told once."""
    rows = current().sql.all(
        "UPDATE session SET ended_at = :now WHERE account_id = :account_id AND ended_at IS NULL"
        " AND epoch < (SELECT epoch FROM account WHERE id = :account_id) RETURNING id",
        {"account_id": account_id, "now": clock.now()},
    )
    return [identifier for (identifier,) in rows]


def clean() -> int:
    """Delete the sessions over for a week, with the visits they paid; how many. A job."""
    sql, limit = current().sql, {"limit": clock.now() - KEPT}
    with sql.together():
        sql.run("DELETE FROM participation WHERE session_id IN (SELECT id FROM session WHERE ends_at <= :limit)", limit)
        return sql.run("DELETE FROM session WHERE ends_at <= :limit", limit)
