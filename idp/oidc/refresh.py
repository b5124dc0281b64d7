"""Refresh tokens: one living generation an authorization, rotated at each use; an older one coming back ends them all.

A token is the authorization's `z` and a generation, with a keyed check: a forged one costs no look-up.
"""

import base64
import hmac
from typing import Any

import orjson

from idp.core import clock
from idp.core.crypto import Keyring, b64u
from idp.core.runtime import Runtime
from idp.oidc import tokens
from idp.oidc.client_metadata import Client
from idp.oidc.tokens import Details, Grant

# A client whose answer was lost may ask again so soon, and gets the same successor.
GRACE = 10
_LENGTH = 36
_KEPT = ("auth_time", "acr", "amr", "claims", "resource")


def is_due(client: Client, scope: str) -> bool:
    """Whether a code for `scope` brings a refresh token.

    A client registered for `offline_access` must ask for it (OpenID Connect Core §11); the refresh tokens of another
    end with the session.
    """
    if "refresh_token" not in client.grant_types:
        return False
    return "offline_access" not in client.scope or "offline_access" in scope.split()


def start(runtime: Runtime, client: Client, grant: Grant, details: Details) -> str:
    """Store an authorization, in the transaction of the caller; its first refresh token."""
    now = clock.now()
    kept = {name: value for name, value in details.items() if name in _KEPT}
    # RFC 9449 §5, RFC 8705 §4: another client's refresh token is bound to it by its authentication.
    if client.public and grant.confirmation:
        kept["confirmation"] = grant.confirmation
    runtime.sql.run(
        'INSERT INTO "authorization" (z, account_id, client_id, session_id, epoch, scope, request, offline, generation,'
        " rotated_at, created_at, ends_at) VALUES (:z, :account_id, :client_id, :session_id, :epoch, :scope, :request,"
        " :offline, 0, :now, :now, :ends_at)",
        {
            "z": grant.z,
            "account_id": grant.account_id,
            "client_id": client.client_id,
            "session_id": grant.session_id,
            "epoch": grant.epoch,
            "scope": grant.scope,
            "request": orjson.dumps(kept),
            "offline": grant.offline,
            "now": now,
            "ends_at": now + client.refresh_life,
        },
    )
    return write(runtime.keyring, grant.z, 0)


_LIVES = (
    "z = :z AND client_id = :client_id AND revoked_at IS NULL AND ends_at > :now AND rotated_at > :now - :idle"
    " AND EXISTS (SELECT 1 FROM account WHERE account.id = \"authorization\".account_id AND account.state = 'active'"
    ' AND account.epoch = "authorization".epoch)'
    ' AND (offline OR EXISTS (SELECT 1 FROM session WHERE session.id = "authorization".session_id'
    " AND session.ended_at IS NULL AND session.ends_at > :now))"
)
_COLUMNS = "account_id, session_id, epoch, scope, request, offline"
_ROTATE = (
    'UPDATE "authorization" SET generation = generation + 1, rotated_at = :now'  # noqa: S608
    f" WHERE generation = :generation AND {_LIVES} RETURNING {_COLUMNS}"
)
# FAPI 2.0 Security Profile §5.3.2.1: it stays as it is, and an answer that was lost is no harm.
_STAY = (
    'UPDATE "authorization" SET rotated_at = :now'  # noqa: S608
    f" WHERE generation = :generation AND {_LIVES} RETURNING {_COLUMNS}"
)
_AGAIN = (
    f'SELECT {_COLUMNS} FROM "authorization" WHERE generation = :generation + 1'  # noqa: S608
    f" AND rotated_at >= :now - :grace AND {_LIVES}"
)


def rotate(runtime: Runtime, client: Client, text: str) -> tuple[Grant, Details, str] | None:
    """Spend a refresh token, in the transaction of the caller: what it grants, and its successor; None refuses it.

    By the client's profile its successor may be itself. A refused one may have been used before: tell `reused`, after
    the transaction.
    """
    token = read(runtime.keyring, text)
    if token is None:
        return None
    z, generation = token
    values = _values(client, z, generation)
    rotates = client.rules.rotates_refresh_tokens
    row = runtime.sql.one(_ROTATE if rotates else _STAY, values)
    if row is None and rotates:
        row = runtime.sql.one(_AGAIN, {**values, "grace": GRACE})
    if row is None:
        return None
    account_id, session_id, epoch, scope, request, offline = row
    # A scope taken from the registration since is no longer granted.
    scope = " ".join(name for name in scope.split() if name in client.scope)
    grant = Grant(z, client.client_id, scope, account_id, session_id, epoch, bool(offline))
    return grant, orjson.loads(request), write(runtime.keyring, z, generation + rotates)


def reused(runtime: Runtime, client: Client, text: str) -> None:
    """End the whole family where `text` is an older generation of a living one (RFC 9700 §4.14.2)."""
    token = read(runtime.keyring, text)
    if token is None:
        return
    z, generation = token
    row = runtime.sql.one(
        'SELECT account_id FROM "authorization" WHERE z = :z AND client_id = :client_id AND revoked_at IS NULL'
        " AND generation > :generation",
        {"z": z, "client_id": client.client_id, "generation": generation},
    )
    if row:
        tokens.revoke(runtime, z, why="refresh token reused", client_id=client.client_id, account_id=row[0])


def look(runtime: Runtime, client: Client, text: str) -> dict[str, Any] | None:
    """What a living refresh token of this client grants: account_id, scope, ends_at; None for any other."""
    token = read(runtime.keyring, text)
    if token is None:
        return None
    row = runtime.sql.one(
        f'SELECT account_id, scope, ends_at FROM "authorization" WHERE generation = :generation AND {_LIVES}',  # noqa: S608
        _values(client, *token),
    )
    return dict(zip(("account_id", "scope", "ends_at"), row, strict=True)) if row else None


def sign_in_of(runtime: Runtime, z: bytes) -> dict[str, Any]:
    """`auth_time` and `acr` of an authorization that has outlived what is kept of its session."""
    row = runtime.sql.one('SELECT request FROM "authorization" WHERE z = :z', {"z": z})
    kept = orjson.loads(row[0]) if row else {}
    return {name: kept[name] for name in ("auth_time", "acr") if name in kept}


def write(keyring: Keyring, z: bytes, generation: int) -> str:
    """The refresh token of a generation: 48 URL-safe characters."""
    value = z + generation.to_bytes(4, "big")
    return b64u(value + keyring.digest("refresh-token", value)[:16])


def read(keyring: Keyring, text: str) -> tuple[bytes, int] | None:
    """The `z` and generation of a refresh token, or None where it was not made here."""
    try:
        raw = base64.b64decode(text.encode("ascii"), b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) != _LENGTH or not hmac.compare_digest(keyring.digest("refresh-token", raw[:20])[:16], raw[20:]):
        return None
    return raw[:16], int.from_bytes(raw[16:20], "big")


def _values(client: Client, z: bytes, generation: int) -> dict[str, Any]:
    return {
        "z": z,
        "generation": generation,
        "client_id": client.client_id,
        "now": clock.now(),
        "idle": client.refresh_idle or client.refresh_life,
    }
