"""What is issued: codes, stored because they are spent once; access tokens, sealed because they are only read.

Everything that comes from one granted request carries its `z`: revoking `z` ends all of it.
"""

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import Any

import orjson

from idp.core import audit, clock, metrics
from idp.core.crypto import Keyring, SealBroken, b64u
from idp.core.db import Statements
from idp.core.ids import first_id, new_id
from idp.core.runtime import Runtime
from idp.oidc import claims
from idp.oidc.binding import confirmation_of
from idp.oidc.claims import Person
from idp.oidc.client_metadata import Client
from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest
from idp.sessions import levels
from idp.sessions.service import Session

CODE = "code"
# Of a code that brings a refresh token: the token endpoint knows it before it looks.
LASTING_CODE = "lasting-code"
NOBODY = bytes(16)
ACCESS_TYPE = "at+jwt"
Details = dict[str, Any]
_SEAL = "access-token"
_HEAD = struct.Struct(">16s16s16sIIB")
# How long the end of a token is kept after the token's own: a clock that had jumped ahead may come back.
_CLOCK_DOUBT = 3600
_OFFLINE = 1
_IN_JWT = b"jwt"
# What is revoked in the place of a `z` when all that was issued before is to be refused.
_EVERYTHING = bytes(16)


def issue_code(runtime: Runtime, session: Session, request: AuthorizationRequest, kind: str) -> str:
    """Store an authorization code for `request` as accepted, good for `code_life` seconds, and return it.

    `kind` is `CODE` or `LASTING_CODE`.
    """
    z = new_id()
    store_code(
        runtime, z, session.id, session.account_id, session.epoch, request.client_id, details_of(session, request)
    )
    return runtime.keyring.handle(kind, z)


def details_of(session: Session, request: AuthorizationRequest) -> Details:
    """What the token endpoint needs of a request as `session` answers it; the rest is forgotten."""
    details = {
        "scope": " ".join(request.scope),
        "redirect_uri": request.redirect_uri,
        "nonce": request.nonce,
        "code_challenge": request.code_challenge,
        "claims": request.claims,
        "auth_time": session.auth_time,
        "acr": levels.told(session.acr, request.acr_essential),
        "amr": session.amr,
    }
    if request.dpop_jkt:
        details["dpop_jkt"] = request.dpop_jkt
    if request.resource:
        details["resource"] = request.resource
    return details


def store_code(
    runtime: Runtime, z: bytes, session_id: bytes, account_id: bytes, epoch: int, client_id: str, details: Details
) -> None:
    """Keep what a code may be changed for, once; a device code too, when its person has agreed."""
    runtime.sql.run(
        "INSERT INTO code (z, session_id, account_id, client_id, epoch, request, at) VALUES"
        " (:z, :session_id, :account_id, :client_id, :epoch, :request, :now)",
        {
            "z": z,
            "session_id": session_id,
            "account_id": account_id,
            "client_id": client_id,
            "epoch": epoch,
            "request": orjson.dumps(details),
            "now": clock.now(),
        },
    )
    metrics.count(metrics.CODES)


@dataclass(slots=True)
class Grant:
    """What a client may act on now: one account in one session, or nobody (client credentials)."""

    z: bytes
    client_id: str
    scope: str
    account_id: bytes = NOBODY
    session_id: bytes = NOBODY
    epoch: int = 0
    # Whether it outlives the session (OpenID Connect Core §11).
    offline: bool = False
    # Claims asked for by name at UserInfo, separated by spaces (OpenID Connect Core §5.5).
    userinfo: str = ""
    expires_at: int = 0
    # Who alone may use it (binding.py), and the resource it is for (resource_indicators.py); empty: anyone, us.
    confirmation: str = ""
    resource: str = ""


def access_token(runtime: Runtime, keys: KeyStore, client: Client, grant: Grant, details: Details) -> str:
    """A new access token for what `grant` tells of, which learns when it expires and which claims were asked for."""
    grant.expires_at = clock.now() + runtime.settings.token_life
    if asked := (details.get("claims") or {}).get("userinfo"):
        grant.userinfo = " ".join(claims.permitted(client, asked))
    # A resource other than ours must be able to read it.
    if client.access_token_format == "sealed" and not grant.resource:  # noqa: S105
        return seal_access(runtime.keyring, grant)
    return sign_access(runtime, keys, client, grant, details)


def seal_access(keyring: Keyring, grant: Grant, context: bytes = b"") -> str:
    """An access token that only this provider can read. A value sealed for another `context` is no token."""
    head = _HEAD.pack(
        grant.z, grant.account_id, grant.session_id, grant.epoch, grant.expires_at, _OFFLINE if grant.offline else 0
    )
    text = f"{grant.client_id}\0{grant.scope}\0{grant.userinfo}"
    if grant.confirmation or grant.resource:
        text += f"\0{grant.confirmation}\0{grant.resource}"
    return b64u(keyring.seal(_SEAL, head + text.encode(), context))


def open_access(keyring: Keyring, text: str, context: bytes = b"") -> Grant | None:
    """What an access token grants, or None where it is not one of ours or has expired. Whether it lives: `alive`."""
    try:
        sealed = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
        plain = keyring.open(_SEAL, sealed, context)
        z, account_id, session_id, epoch, expires_at, flags = _HEAD.unpack_from(plain)
    except (ValueError, SealBroken, struct.error):
        return None
    if expires_at <= clock.now():
        return None
    client_id, scope, userinfo, *more = plain[_HEAD.size :].decode().split("\0")
    return Grant(
        z, client_id, scope, account_id, session_id, epoch, bool(flags & _OFFLINE), userinfo, expires_at, *more
    )


def sign_access(runtime: Runtime, keys: KeyStore, client: Client, grant: Grant, details: Details) -> str:
    """An access token that others can read too (RFC 9068); its `jti` holds the grant, sealed, for ourselves."""
    own = grant.account_id == NOBODY
    content: Details = {
        "iss": runtime.settings.issuer,
        "sub": client.client_id if own else claims.subject(runtime.keyring, client, grant.account_id),
        # RFC 9068 §3: the resource that was asked for, or the one that every token opens here.
        "aud": grant.resource or runtime.settings.issuer,
        "client_id": client.client_id,
        "iat": grant.expires_at - runtime.settings.token_life,
        "exp": grant.expires_at,
        "jti": seal_access(runtime.keyring, grant, _IN_JWT),
        "scope": grant.scope,
        # RFC 9068 §2.2.1: the same as in the ID token.
        **{name: details[name] for name in ("auth_time", "acr", "amr") if name in details},
    }
    if grant.confirmation:
        content["cnf"] = confirmation_of(grant.confirmation)
    return keys.sign("ES256", orjson.dumps(content), ACCESS_TYPE)


def read_access(runtime: Runtime, keys: KeyStore, text: str) -> Grant | None:
    """What an access token of either format grants, as `open_access`."""
    if "." not in text:
        return open_access(runtime.keyring, text)
    content = keys.read(text, ACCESS_TYPE)
    return open_access(runtime.keyring, str(content.get("jti")), _IN_JWT) if content else None


# One read: same epoch, state active, session not ended (unless offline), z not revoked, consent not withdrawn since;
# it brings the claims too.
_ALIVE = (
    "SELECT identifier.address, identifier.verified_at, identifier.created_at, membership.member_ref,"
    " membership.attached_at, account.public_name, session.auth_time, session.acr FROM account"
    " JOIN identifier ON identifier.account_id = account.id AND identifier.status = 'active'"
    " LEFT JOIN membership ON membership.account_id = account.id"
    " LEFT JOIN session ON session.id = :session_id"
    " WHERE account.id = :account_id AND account.state = 'active' AND account.epoch = :epoch"
    " AND NOT EXISTS (SELECT 1 FROM revoked"
    " WHERE revoked.z = :z OR (revoked.z = :consent AND revoked.until >= :expires_at))"
    " AND (:offline OR (session.id IS NOT NULL AND session.ended_at IS NULL))"
)


def alive(sql: Statements, grant: Grant, client: Client) -> Person | None:
    """The person of a living grant of `client`; None where it has died."""
    row = sql.one(
        _ALIVE,
        {
            "account_id": grant.account_id,
            "epoch": grant.epoch,
            "z": grant.z,
            # Nobody agrees to MGEN's own sites, and nobody withdraws it.
            "consent": None if client.first_party else consent_mark(grant.account_id, grant.client_id),
            "expires_at": grant.expires_at,
            "offline": grant.offline,
            "session_id": grant.session_id,
        },
    )
    return Person(*row) if row else None


def consent_mark(account_id: bytes, client_id: str) -> bytes:
    """What is revoked in the place of a `z` when a person withdraws all that a client was allowed.

    It ends the access tokens that expire no later than `revoked.until`; those of a later agreement live.
    """
    return hashlib.sha256(b"consent" + account_id + client_id.encode()).digest()[:16]


def is_revoked(sql: Statements, grant: Grant) -> bool:
    """Whether the tokens of `grant` are refused; all that a grant of nobody can die of."""
    statement = "SELECT 1 FROM revoked WHERE z = :z OR (z = :everything AND until >= :expires_at)"
    values = {"z": grant.z, "everything": _EVERYTHING, "expires_at": grant.expires_at}
    return sql.one(statement, values) is not None


def refuse_all(runtime: Runtime) -> None:
    """Refuse the tokens of nobody that were issued until now. Those of accounts die with their epoch."""
    runtime.sql.run(
        "INSERT INTO revoked (z, until) VALUES (:z, :until)",
        {"z": _EVERYTHING, "until": clock.now() + runtime.settings.token_life},
    )


def revoke(runtime: Runtime, z: bytes, *, why: str, client_id: str, account_id: bytes | None) -> None:
    """End every token of one authorization, in one transaction: its access tokens, and its refresh tokens."""
    now = clock.now()
    with runtime.sql.together(durable=True):
        runtime.sql.run(
            "INSERT INTO revoked (z, until) VALUES (:z, :until) ON CONFLICT (z) DO UPDATE SET until = excluded.until",
            {"z": z, "until": now + runtime.settings.token_life},
        )
        runtime.sql.run(
            'UPDATE "authorization" SET revoked_at = :now WHERE z = :z AND revoked_at IS NULL', {"z": z, "now": now}
        )
        audit.record(why, account_id=account_id, client_id=client_id)


def clean(runtime: Runtime) -> int:
    """Delete what can no longer be spent, read or reused; how many rows. A job."""
    now = clock.now()
    # A spent code is kept while a token of it may live: until then a second use must still be seen.
    kept = runtime.settings.code_life + runtime.settings.token_life
    return (
        runtime.sql.run("DELETE FROM code WHERE z < :limit", {"limit": first_id(now - kept)})
        + runtime.sql.run("DELETE FROM revoked WHERE until < :limit", {"limit": now - _CLOCK_DOUBT})
        + runtime.sql.run('DELETE FROM "authorization" WHERE ends_at <= :now', {"now": now})
        + runtime.sql.run("DELETE FROM device_code WHERE expires_at <= :now", {"now": now})
    )
