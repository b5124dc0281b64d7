"""The sites that a person has used, as far as is still known: visits of sessions, agreements, lasting grants."""

from idp.core.runtime import current

_OF_SESSIONS = (
    "SELECT participation.session_id, participation.client_id FROM session"
    " JOIN participation ON participation.session_id = session.id WHERE session.account_id = :id"
    " ORDER BY participation.first_at, participation.client_id"
)
_ALL = (
    "SELECT client_id, min(since) FROM ("
    "SELECT participation.client_id AS client_id, first_at AS since FROM session"
    " JOIN participation ON participation.session_id = session.id WHERE session.account_id = :id"
    " UNION ALL SELECT client_id, granted_at FROM consent WHERE account_id = :id"
    ' UNION ALL SELECT client_id, created_at FROM "authorization" WHERE account_id = :id'
    ") AS used GROUP BY client_id ORDER BY 2, 1"
)


def of_sessions(account_id: bytes) -> dict[bytes, list[str]]:
    """By the id of each session, the client ids of its sites, first visit first.

    The sites of a session that another took the place of are that one's.
    """
    sql, values = current().sql, {"id": account_id}
    replaced = sql.all("SELECT replaces, id FROM session WHERE account_id = :id AND replaces IS NOT NULL", values)
    later: dict[bytes, bytes] = dict(replaced)
    found: dict[bytes, list[str]] = {}
    for session_id, client_id in sql.all(_OF_SESSIONS, values):
        while session_id in later:
            session_id = later[session_id]
        sites = found.setdefault(session_id, [])
        if client_id not in sites:
            sites.append(client_id)
    return found


def known(account_id: bytes) -> list[tuple[str, int]]:
    """The client ids of the sites used, each with the first time that is known, in seconds since the epoch."""
    return [(client_id, since) for client_id, since in current().sql.all(_ALL, {"id": account_id})]
