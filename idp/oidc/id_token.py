"""The ID token (OpenID Connect Core §2)."""

import hashlib
from typing import Any

import orjson

from idp.core import clock
from idp.core.crypto import Keyring, b64u
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.oidc import claims, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.keys import KeyStore
from idp.oidc.tokens import Details, Grant


def make(runtime: Runtime, keys: KeyStore, client: Client, grant: Grant, details: Details, access_token: str) -> str:
    """A signed ID token for what `grant` tells of, issued beside `access_token`."""
    now = clock.now()
    content: dict[str, Any] = {}
    if asked := claims.permitted(client, (details.get("claims") or {}).get("id_token") or ()):
        person = tokens.alive(runtime.sql, grant)
        content = claims.of_person(person, "", asked) if person else {}
    # Ours come last: nothing that a scope or a request brings can replace them.
    content |= {
        "iss": runtime.settings.issuer,
        "sub": claims.subject(runtime.keyring, client, grant.account_id),
        "aud": client.client_id,
        "exp": now + runtime.settings.token_life,
        "iat": now,
        "jti": b64u(new_id()),
        "auth_time": details["auth_time"],
        "acr": details["acr"],
        "amr": details["amr"],
        "sid": session_reference(runtime.keyring, client, grant.session_id),
        # OpenID Connect Core §3.1.3.6.
        "at_hash": b64u(hashlib.sha256(access_token.encode("ascii")).digest()[:16]),
    }
    if details.get("nonce"):
        content["nonce"] = details["nonce"]
    return keys.sign("RS256", orjson.dumps(content), "JWT")


def session_reference(keyring: Keyring, client: Client, session_id: bytes) -> str:
    """The `sid` of a session for one client: no two clients see the same."""
    return b64u(keyring.digest("sid", session_id + client.client_id.encode())[:16])
