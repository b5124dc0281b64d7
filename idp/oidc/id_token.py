"""The ID token (OpenID Connect Core §2)."""

from typing import Any

import orjson

from idp.core import clock
from idp.core.crypto import Keyring, b64u
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.oidc import claims, tokens
from idp.oidc.algorithms import half_hash
from idp.oidc.client_metadata import Client
from idp.oidc.keys import KeyStore
from idp.oidc.tokens import Details, Grant


def make(
    runtime: Runtime,
    keys: KeyStore,
    client: Client,
    grant: Grant,
    details: Details,
    access_token: str | None = None,
    *,
    code: str | None = None,
    state: str | None = None,
) -> str:
    """A signed ID token for what `grant` tells of, which names what is issued beside it by their hashes."""
    now = clock.now()
    algorithm = client.id_token_signed_response_alg
    # Ours come last: nothing that a scope or a request brings can replace them.
    content = _of_person(runtime, client, grant, details, alone=access_token is None and code is None) | {
        "iss": runtime.settings.issuer,
        "sub": claims.subject(runtime.keyring, client, grant.account_id),
        "aud": client.client_id,
        "exp": now + runtime.settings.token_life,
        "iat": now,
        "jti": b64u(new_id()),
        "auth_time": details["auth_time"],
        "acr": details["acr"],
        "amr": details["amr"],
    }
    if client.takes_part_in_logout:
        content["sid"] = session_reference(runtime.keyring, client, grant.session_id)
    # OpenID Connect Core §3.1.3.6, §3.3.2.11; Financial-grade API 1.0 part 2 §5.1 (`s_hash`).
    for name, text in (("at_hash", access_token), ("c_hash", code), ("s_hash", state)):
        if text:
            content[name] = half_hash(algorithm, text)
    if details.get("nonce"):
        content["nonce"] = details["nonce"]
    return keys.sign(algorithm, orjson.dumps(content), "JWT")


def _of_person(runtime: Runtime, client: Client, grant: Grant, details: Details, *, alone: bool) -> dict[str, Any]:
    asked = claims.permitted(client, (details.get("claims") or {}).get("id_token") or ())
    # OpenID Connect Core §5.4: without an access token, what the scopes ask for is told here.
    scope = grant.scope if alone else ""
    if not asked and not scope:
        return {}
    person = tokens.alive(runtime.sql, grant, client)
    return claims.of_person(person, scope, asked) if person else {}


def session_reference(keyring: Keyring, client: Client, session_id: bytes) -> str:
    """The `sid` of a session for one client: no two clients see the same."""
    return b64u(keyring.digest("sid", session_id + client.client_id.encode())[:16])
