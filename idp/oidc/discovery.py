"""What the provider says of itself: its metadata (OpenID Connect Discovery 1.0, RFC 8414) and its public keys."""

import hashlib
from typing import Any

import orjson

from idp.core.runtime import Runtime
from idp.oidc import authorize, claims, client_auth, grants, introspection, responses, revocation, userinfo
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.sessions.levels import LEVELS
from idp.settings import Settings
from idp.web.edge import Answer, Call, Edge

PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
JWKS = "/oidc/jwks"
_METADATA_AGE = 3600
# Short, although every key is published one rotation ahead: two rotations may follow one another.
_KEYS_AGE = 300
_Headers = list[tuple[str, str]]


def register(edge: Edge, runtime: Runtime, _clients: Clients, keys: KeyStore) -> None:
    """Serve the metadata, under both of its names, and the keys."""
    body = orjson.dumps(metadata(runtime.settings))
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def configuration(call: Call) -> Answer:
        return _document(call, body, etag, "application/json", _METADATA_AGE)

    def jwks(call: Call) -> Answer:
        return _document(call, *keys.jwks(), "application/jwk-set+json", _KEYS_AGE)

    for path in PATHS:
        edge.register(path, ("GET",), configuration, cors=True)
    edge.register(JWKS, ("GET",), jwks, cors=True)


def metadata(settings: Settings) -> dict[str, Any]:
    """The document: every list tells what is served, no more."""
    issuer = settings.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + "/oidc/authorize",
        "token_endpoint": issuer + grants.PATH,
        "userinfo_endpoint": issuer + userinfo.PATH,
        "jwks_uri": issuer + JWKS,
        "introspection_endpoint": issuer + introspection.PATH,
        "revocation_endpoint": issuer + revocation.PATH,
        "end_session_endpoint": issuer + "/oidc/logout",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "response_types_supported": ["code"],
        "response_modes_supported": list(responses.MODES),
        "grant_types_supported": list(grants.TYPES),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": list(authorize.PROMPTS),
        "acr_values_supported": list(LEVELS),
        "scopes_supported": [*claims.OF_SCOPE, "offline_access"],
        "claims_supported": _claims(),
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": list(client_auth.METHODS),
        "introspection_endpoint_auth_methods_supported": [name for name in client_auth.METHODS if name != "none"],
        "revocation_endpoint_auth_methods_supported": list(client_auth.METHODS),
        "ui_locales_supported": ["fr", "en"],
        "display_values_supported": ["page"],
    }


def _claims() -> list[str]:
    own = ["iss", "sub", "aud", "exp", "iat", "jti", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"]
    return own + [name for names in claims.OF_SCOPE.values() for name in names]


def _document(call: Call, body: bytes, etag: str, content_type: str, age: int) -> Answer:
    headers: _Headers = [("ETag", etag), ("Cache-Control", f"public, max-age={age}")]
    # RFC 9110 §13.1.2: compared weakly, in a list or as `*`.
    asked = {tag.strip().removeprefix("W/") for tag in call.header("IF_NONE_MATCH").split(",")}
    if etag in asked or "*" in asked:
        return Answer(304, b"", headers)
    return Answer(200, body, [("Content-Type", content_type), *headers])
