"""What a person has agreed to tell a site that is not MGEN's: asked once, remembered, withdrawn by them alone."""

from typing import Any, NamedTuple

from idp.core import audit, clock
from idp.core.runtime import current
from idp.interaction.dispatcher import Standing
from idp.oidc import claims, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.requests import AuthorizationRequest

# Plain values, for an interaction to keep: `client_id`, `scope` (names), and `again` (prompt=consent).
Asked = dict[str, Any]


class Agreement(NamedTuple):
    """One row of the list that a person sees; `granted_at`, the first time, in seconds since the epoch."""

    client_id: str
    scope: tuple[str, ...]
    granted_at: int


def asked(client: Client, request: AuthorizationRequest) -> Asked:
    """What `request` asks a person to agree to."""
    return {
        "client_id": client.client_id,
        "scope": wanted(client, request),
        "again": "consent" in request.prompt,
    }


def wanted(client: Client, request: AuthorizationRequest) -> list[str]:
    """The scopes to agree to: those asked for, and those that claims asked for by name belong to."""
    names = {name for place in request.claims.values() for name in claims.permitted(client, place)}
    of_claims = [scope for scope, told in claims.OF_SCOPE.items() if names.intersection(told)]
    return [scope for scope in dict.fromkeys((*request.scope, *of_claims)) if scope not in claims.SILENT]


def is_due(standing: Standing) -> bool:
    """The step: a site that is not MGEN's asks for more than this person has agreed to, or asks anew."""
    if standing.consent is None or standing.session is None:
        return False
    asked = standing.consent
    return asked["again"] or not _granted(standing.session.account_id, asked["client_id"]).issuperset(asked["scope"])


def grant(account_id: bytes, client_id: str, scope: list[str]) -> None:
    """Remember an agreement, in the transaction of the caller; what was agreed to before stays."""
    together = " ".join(sorted(_granted(account_id, client_id).union(scope)))
    current().sql.run(
        "INSERT INTO consent (account_id, client_id, scope, granted_at) VALUES (:account_id, :client_id, :scope, :now)"
        " ON CONFLICT (account_id, client_id) DO UPDATE SET scope = excluded.scope",
        {"account_id": account_id, "client_id": client_id, "scope": together, "now": clock.now()},
    )
    audit.record("consent given", account_id=account_id, client_id=client_id)


def listing(account_id: bytes) -> list[Agreement]:
    """What a person has agreed to, newest first."""
    rows = current().sql.all(
        "SELECT client_id, scope, granted_at FROM consent WHERE account_id = :id ORDER BY granted_at DESC, client_id",
        {"id": account_id},
    )
    return [Agreement(client_id, tuple(scope.split()), granted_at) for client_id, scope, granted_at in rows]


def withdraw(account_id: bytes, client_id: str) -> bool:
    """Forget an agreement, in the transaction of the caller, and end all that came of it; whether there was one."""
    sql, now = current().sql, clock.now()
    values = {
        "account_id": account_id,
        "client_id": client_id,
        "mark": tokens.consent_mark(account_id, client_id),
        "now": now,
        "until": now + current().settings.token_life,
    }
    if not sql.run("DELETE FROM consent WHERE account_id = :account_id AND client_id = :client_id", values):
        return False
    for statement in _END:
        sql.run(statement, values)
    audit.record("consent withdrawn", account_id=account_id, client_id=client_id)
    return True


_OF_BOTH = "account_id = :account_id AND client_id = :client_id"
_END = (
    # Its access tokens: the mark ends those that nothing else is stored of.
    "INSERT INTO revoked (z, until) SELECT z, :until FROM (SELECT :mark AS z"  # noqa: S608
    f' UNION SELECT z FROM "authorization" WHERE {_OF_BOTH} UNION SELECT z FROM code WHERE {_OF_BOTH}) AS its'
    " WHERE true ON CONFLICT (z) DO UPDATE SET until = excluded.until",
    # Its refresh tokens.
    f'UPDATE "authorization" SET revoked_at = :now WHERE {_OF_BOTH} AND revoked_at IS NULL',  # noqa: S608
    # What it has not fetched yet.
    f"UPDATE code SET spent_at = :now WHERE {_OF_BOTH} AND spent_at IS NULL",  # noqa: S608
    f"UPDATE device_code SET state = 'refused' WHERE {_OF_BOTH} AND state = 'agreed'",  # noqa: S608
)


def _granted(account_id: bytes, client_id: str) -> frozenset[str]:
    row = current().sql.one(
        "SELECT scope FROM consent WHERE account_id = :account_id AND client_id = :client_id",
        {"account_id": account_id, "client_id": client_id},
    )
    return frozenset(row[0].split()) if row else frozenset()
