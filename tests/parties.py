"""Relying parties of every kind for tests: their keys, and what they sign, by another library than the provider's.

A party registers itself in the database of the test, and then speaks through `Protocol`.
"""

import hashlib
import json
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from protocol import CHALLENGE, VERIFIER, Protocol, basic
from werkzeug.test import TestResponse

from idp.core import db
from idp.core.crypto import b64u
from idp.oidc import clients, issuing
from idp.oidc.client_metadata import Client, read
from idp.oidc.requests import AuthorizationRequest
from idp.sessions.service import Session

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET = "a-secret-of-forty-characters-at-the-least-0"
TOKEN = "/oidc/token"
RETURN = "https://party.example/cb"
Headers = Mapping[str, str] | None
Key = RSAKey | ECKey | OKPKey | OctKey
_MAKERS = {
    "RS256": lambda: RSAKey.generate_key(2048),
    "PS256": lambda: RSAKey.generate_key(2048),
    "ES256": lambda: ECKey.generate_key("P-256"),
    "EdDSA": lambda: OKPKey.generate_key("Ed25519"),
}


def key(algorithm: str = "ES256", name: str = "one") -> Key:
    """A key pair; the same for the same name, for they take long to make."""
    return _made(algorithm, name)


@cache
def _made(algorithm: str, _name: str) -> Key:
    return _MAKERS[algorithm]()


def public(pair: Key) -> dict[str, Any]:
    """Its public half."""
    return dict(pair.as_dict(private=False))


def sign(claims: Mapping[str, Any], pair: Key, header: Mapping[str, Any]) -> str:
    """A compact JWS; `header` has its `alg`."""
    with warnings.catch_warnings():
        # The library warns of the name EdDSA, which is the registered one of today's clients.
        warnings.simplefilter("ignore")
        return jws.serialize_compact(dict(header), json.dumps(claims).encode(), pair, algorithms=[header["alg"]])


@dataclass(frozen=True)
class InSeconds:
    """A time that a table of tests speaks of: so many seconds from when the test runs."""

    seconds: int


def resolved(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with its times."""
    now = int(time.time())
    return {name: now + one.seconds if isinstance(one, InSeconds) else one for name, one in changes.items()}


@dataclass
class Party:
    """A client, what it knows, and how it speaks."""

    op: Protocol
    client: Client
    algorithm: str = "ES256"
    pair: Key = field(default_factory=key)

    @classmethod
    def register(cls, op: Protocol, *, algorithm: str = "ES256", **metadata: Any) -> "Party":
        """A new client with this metadata; it has a secret or keys as its method needs."""
        values: dict[str, Any] = {
            "client_id": f"party-{uuid4().hex[:8]}",
            "client_name": "A party",
            "redirect_uris": [RETURN],
            "scope": "openid email offline_access",
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            **metadata,
        }
        method = values.get("token_endpoint_auth_method", "client_secret_basic")
        if method == "none":
            values["grant_types"] = [one for one in values["grant_types"] if one != "client_credentials"]
        if method in ("private_key_jwt", "self_signed_tls_client_auth"):
            values.setdefault("jwks", {"keys": [public(key(algorithm))]})
        if method.startswith("client_secret"):
            values = clients.with_secret(values, SECRET)
        client = read(values)
        with db.transaction():
            clients.save(client, declared=False)
        forget(op)
        return cls(op, client, algorithm, key(algorithm))

    @property
    def id(self) -> str:
        """Its client_id."""
        return self.client.client_id

    def assertion(self, **changes: Any) -> str:
        """A good assertion for the token endpoint, with these claims instead; None leaves one out."""
        now = int(time.time())
        issuer = self.op.runtime.settings.issuer
        good = {"iss": self.id, "sub": self.id, "aud": issuer, "exp": now + 60, "iat": now, "jti": uuid4().hex}
        claims = {name: value for name, value in {**good, **changes}.items() if value is not None}
        if self.client.token_endpoint_auth_method == "client_secret_jwt":
            return sign(claims, OctKey.import_key(SECRET), {"alg": "HS256"})
        return sign(claims, self.pair, {"alg": self.algorithm})

    def credentials(self, assertion: str | None = None) -> tuple[dict[str, str], dict[str, str]]:
        """What proves it, by the method of its registration: parameters of a form, and headers."""
        method = self.client.token_endpoint_auth_method
        if method == "client_secret_basic":
            return {}, basic(self.id, SECRET)
        if method == "client_secret_post":
            return {"client_id": self.id, "client_secret": SECRET}, {}
        if method in ("client_secret_jwt", "private_key_jwt"):
            return {
                "client_id": self.id,
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion or self.assertion(),
            }, {}
        return {"client_id": self.id}, {}

    def post(
        self, path: str = "/oidc/token", headers: Headers = None, environ: Any = None, **form: str
    ) -> TestResponse:
        """A form to an endpoint, with its credentials."""
        parameters, proof = self.credentials()
        return self.op.http.post(
            path, data={**parameters, **form}, headers={**proof, **(headers or {})}, environ_base=environ or {}
        )

    def code(self, session: Session, scope: str = "openid email", **request: Any) -> str:
        """A code, as the authorization endpoint issues it."""
        accepted = AuthorizationRequest(
            client_id=self.id,
            redirect_uri=RETURN,
            scope=tuple(scope.split()),
            code_challenge=CHALLENGE,
            **request,
        )
        return issuing.code(self.op.runtime, self.client, session, accepted)

    def redeem(self, code: str, headers: Headers = None, environ: Any = None, **form: str) -> TestResponse:
        """Change a code for tokens."""
        ours = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": VERIFIER,
        }  # fmt: skip
        return self.post(headers=headers, environ=environ, **{**ours, **form})

    def refresh(self, token: str, headers: Headers = None, environ: Any = None, **form: str) -> TestResponse:
        """Spend a refresh token."""
        return self.post(headers=headers, environ=environ, grant_type="refresh_token", refresh_token=token, **form)


def forget(op: Protocol) -> None:
    """Let the provider look at the clients again at once, not only in the next second."""
    op.clients._watch._read_at = -1


def proof(
    op: Protocol,
    path: str = "/oidc/token",
    method: str = "POST",
    *,
    pair: Key | None = None,
    algorithm: str = "ES256",
    token: str | None = None,
    header: Mapping[str, Any] | None = None,
    **changes: Any,
) -> dict[str, str]:
    """The header of a good DPoP proof (RFC 9449 §4.2), with these claims and header members; None leaves one out."""
    pair = pair or key(algorithm)
    claims: dict[str, Any] = {
        "jti": uuid4().hex,
        "htm": method,
        "htu": op.runtime.settings.issuer + path,
        "iat": int(time.time()),
    }
    if token is not None:
        claims["ath"] = b64u(hashlib.sha256(token.encode()).digest())
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    head = {"typ": "dpop+jwt", "alg": algorithm, "jwk": public(pair), **(header or {})}
    return {"DPoP": sign(claims, pair, {name: value for name, value in head.items() if value is not None})}


def thumbprint(pair: Key) -> str:
    """RFC 7638."""
    return str(pair.thumbprint())


def certificate_header(pem: str, name: str = "X-Client-Cert") -> dict[str, str]:
    """A certificate as a TLS front hands it on, escaped for a URL."""
    return {name: quote(pem, safe="")}
