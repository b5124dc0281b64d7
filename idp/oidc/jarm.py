"""Signed authorization responses (JWT Secured Authorization Response Mode for OAuth 2.0, JARM)."""

from collections.abc import Mapping
from typing import Any

import orjson

from idp.core import clock
from idp.oidc.client_fields import ALGORITHMS
from idp.oidc.keys import KeyStore
from idp.settings import Settings

# §2.1: ten minutes at most.
_LIFE = 600


def sign(keys: KeyStore, algorithm: str, issuer: str, client_id: str, parameters: Mapping[str, str]) -> str:
    """The parameters of a response as a JWT for one client (§2.1)."""
    # `iss` is among the claims, so the parameter of RFC 9207 is not needed beside them.
    claims = {**parameters, "iss": issuer, "aud": client_id, "exp": clock.now() + _LIFE}
    # No type: nobody, ourselves included, takes it for an ID token (RFC 8725 §3.11).
    return keys.sign(algorithm, orjson.dumps(claims), "")


def metadata(_settings: Settings) -> dict[str, Any]:
    """What discovery tells of it (§4)."""
    return {"authorization_signing_alg_values_supported": list(ALGORITHMS)}
