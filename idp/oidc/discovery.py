"""What the provider says of itself: its metadata (OpenID Connect Discovery 1.0, RFC 8414) and its public keys."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from idp.core.runtime import Runtime
from idp.oidc import (
    authorize,
    backchannel,
    claims,
    client_assertions,
    client_auth,
    device,
    dpop,
    frontchannel,
    grants,
    introspection,
    jarm,
    mtls,
    par,
    registration,
    request_objects,
    response_types,
    responses,
    revocation,
    session_management,
    userinfo,
)
from idp.oidc.client_fields import ALGORITHMS
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.sessions.levels import LEVELS
from idp.settings import Settings
from idp.web.calls import Answer, Call
from idp.web.edge import Edge

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
    """The document: each part of the provider tells what it serves, no more."""
    document: dict[str, Any] = {"issuer": settings.issuer}
    for told in _TOLD:
        document |= told(settings)
    return document


def _endpoints(settings: Settings) -> dict[str, Any]:
    issuer = settings.issuer
    return {
        "authorization_endpoint": issuer + "/oidc/authorize",
        "token_endpoint": issuer + grants.PATH,
        "userinfo_endpoint": issuer + userinfo.PATH,
        "jwks_uri": issuer + JWKS,
        "introspection_endpoint": issuer + introspection.PATH,
        "revocation_endpoint": issuer + revocation.PATH,
        "device_authorization_endpoint": issuer + device.PATH,
        "end_session_endpoint": issuer + "/oidc/logout",
    }


def _requests(settings: Settings) -> dict[str, Any]:
    implicit = ["implicit"] if settings.implicit_flows else []
    return {
        "grant_types_supported": [*grants.TYPES, *implicit],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": list(authorize.PROMPTS),
        "acr_values_supported": list(LEVELS),
        "scopes_supported": [*claims.OF_SCOPE, "offline_access"],
        "claims_supported": _claims(),
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": True,
        "subject_types_supported": ["pairwise", "public"],
        "ui_locales_supported": ["fr", "en"],
        "display_values_supported": ["page"],
    }


def _signatures(_settings: Settings) -> dict[str, Any]:
    ours = list(ALGORITHMS)
    return {
        "id_token_signing_alg_values_supported": ours,
        "userinfo_signing_alg_values_supported": ours,
        "introspection_signing_alg_values_supported": ours,
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
    }


def _client_authentication(settings: Settings) -> dict[str, Any]:
    methods = client_auth.offered(settings)
    algorithms = [*ALGORITHMS, *client_assertions.SECRET_ALGORITHMS]
    told: dict[str, Any] = {"tls_client_certificate_bound_access_tokens": mtls.is_configured(settings)}
    for endpoint in ("token", "introspection", "revocation"):
        # RFC 7662 §2.1: a public client may not introspect.
        served = [name for name in methods if endpoint != "introspection" or name != "none"]
        told[f"{endpoint}_endpoint_auth_methods_supported"] = served
        told[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = algorithms
    return told


def _claims() -> list[str]:
    own = ["iss", "sub", "aud", "exp", "iat", "jti", "auth_time", "nonce", "acr", "amr"]
    beside = ["at_hash", "c_hash", "s_hash", "sid"]
    return [*own, *beside, *(name for names in claims.OF_SCOPE.values() for name in names)]


_TOLD: tuple[Callable[[Settings], dict[str, Any]], ...] = (
    _endpoints,
    _requests,
    response_types.metadata,
    responses.metadata,
    request_objects.metadata,
    par.metadata,
    jarm.metadata,
    _signatures,
    _client_authentication,
    registration.metadata,
    backchannel.metadata,
    frontchannel.metadata,
    session_management.metadata,
)


def _document(call: Call, body: bytes, etag: str, content_type: str, age: int) -> Answer:
    headers: _Headers = [("ETag", etag), ("Cache-Control", f"public, max-age={age}")]
    # RFC 9110 §13.1.2: compared weakly, in a list or as `*`.
    asked = {tag.strip().removeprefix("W/") for tag in call.header("IF_NONE_MATCH").split(",")}
    if etag in asked or "*" in asked:
        return Answer(304, b"", headers)
    return Answer(200, body, [("Content-Type", content_type), *headers])
