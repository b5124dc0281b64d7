"""A relying party for tests: it speaks to the endpoints of programs through the edge, as HTTP does."""

import base64
import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from joserfc import jws
from joserfc.jwk import KeySet
from werkzeug.test import Client as Http
from werkzeug.test import TestResponse

from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.oidc import device, discovery, grants, introspection, issuing, replay, revocation, userinfo
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest
from idp.sessions import levels
from idp.sessions.service import Session, find, open_session
from idp.web.edge import Edge

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = {
    "member-area": "https://espace.example/retour",
    "avantage": "https://avantage.example/retour",
    "forum": "https://forum.example/retour",
    "native": "http://127.0.0.1/retour",
    "partner": "https://partner.example/cb",
}


def secret_of(client_id: str) -> str:
    """The secret of a client of `tests/clients/`."""
    return f"{client_id}-secret-of-the-tests"


def basic(client_id: str, secret: str | None = None) -> dict[str, str]:
    """The header of HTTP Basic, with the client's own secret unless another is given."""
    pair = f"{quote(client_id, safe='')}:{quote(secret_of(client_id) if secret is None else secret, safe='')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """The header of RFC 6750 §2.1."""
    return {"Authorization": f"Bearer {token}"}


class Protocol:
    """The token side of the provider, with people in its database."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        edge = Edge(lambda _environ, _start: [], runtime)
        self.clients, self.keys = Clients(runtime), KeyStore(runtime)
        for module in (grants, device, userinfo, introspection, revocation, discovery):
            module.register(edge, runtime, self.clients, self.keys)
        replay.begin(runtime)
        self.edge = edge
        self.http = Http(edge)

    def sign_in(
        self, address: str = "marie@exemple.fr", *, verified: bool = True, member: str | None = None
    ) -> Session:
        """A new account, and its session."""
        sql, account, now = self.runtime.sql, new_id(), clock.now()
        sql.run(
            "INSERT INTO account (id, state, epoch, locale, origin, created_at)"
            " VALUES (:id, 'active', 0, 'fr', 'registration', :now)",
            {"id": account, "now": now},
        )
        sql.run(
            "INSERT INTO identifier (id, account_id, address, canonical, status, verified_at, created_at)"
            " VALUES (:id, :account, :address, :address, 'active', :verified, :now)",
            {"id": new_id(), "account": account, "address": address, "verified": now if verified else None, "now": now},
        )
        if member:
            sql.run(
                "INSERT INTO membership (account_id, member_ref, attached_at) VALUES (:account, :member, :now)",
                {"account": account, "member": member, "now": now + 5},
            )
        return self.session(account)

    def session(self, account: bytes) -> Session:
        """Another session of an account."""
        row = self.runtime.sql.one("SELECT epoch FROM account WHERE id = :id", {"id": account})
        assert row
        handle = open_session(account, row[0], acr=levels.PASSWORD, amr=("pwd",), source=None, user_agent=None)
        session = find(handle)
        assert session
        return session

    def code(self, session: Session, client_id: str = "avantage", scope: str = "openid email", **request: Any) -> str:
        """A code, as the authorization endpoint issues it."""
        accepted = AuthorizationRequest(
            client_id=client_id, redirect_uri=REDIRECT[client_id], scope=tuple(scope.split()), **request
        )
        client = self.clients.find(client_id)
        assert client
        return issuing.code(self.runtime, client, session, accepted)

    def post(
        self, path: str, form: Mapping[str, str] | Iterable[tuple[str, str]], headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """A form, sent."""
        body = urlencode(form if isinstance(form, Mapping) else list(form))
        return self.http.post(path, data=body, content_type="application/x-www-form-urlencoded", headers=headers)

    def token(self, client_id: str = "avantage", **form: str) -> TestResponse:
        """The token endpoint, with the client authenticated as it is registered."""
        return self.post("/oidc/token", *self.authenticated(client_id, form))

    def redeem(self, code: str, client_id: str = "avantage", **form: str) -> TestResponse:
        """Change a code for tokens."""
        ours = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT[client_id]}
        return self.token(client_id, **{**ours, **form})

    def tokens(self, session: Session, client_id: str = "avantage", scope: str = "openid email", **request: Any) -> Any:
        """What a whole authorization brings."""
        code = self.code(session, client_id, scope, code_challenge=CHALLENGE, **request)
        answer = self.redeem(code, client_id, code_verifier=VERIFIER)
        assert answer.status_code == 200, answer.text
        return answer.json

    def refresh(self, token: str, client_id: str = "member-area", **form: str) -> TestResponse:
        """Spend a refresh token."""
        return self.token(client_id, grant_type="refresh_token", refresh_token=token, **form)

    def userinfo(self, token: str) -> TestResponse:
        """UserInfo, by GET."""
        return self.http.get("/oidc/userinfo", headers=bearer(token))

    def introspect(self, token: str, client_id: str = "avantage") -> Any:
        """What introspection says of a token."""
        answer = self.post("/oidc/introspect", *self.authenticated(client_id, {"token": token}))
        assert answer.status_code == 200, answer.text
        return answer.json

    def revoke(self, token: str, client_id: str = "avantage", **form: str) -> TestResponse:
        """Give a token back."""
        return self.post("/oidc/revoke", *self.authenticated(client_id, {"token": token, **form}))

    def authenticated(self, client_id: str, form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """The form and the headers of a request from a client."""
        if client_id == "native":
            return {**form, "client_id": client_id}, {}
        if client_id == "partner":
            return {**form, "client_id": client_id, "client_secret": secret_of(client_id)}, {}
        return dict(form), basic(client_id)

    def read_jwt(self, text: str, typ: str = "JWT") -> dict[str, Any]:
        """The claims of a JWS, checked by another library against the published keys."""
        keys = KeySet.import_key_set(self.http.get("/oidc/jwks").json)
        with warnings.catch_warnings():
            # The library warns of the name EdDSA, which is the one that clients know.
            warnings.simplefilter("ignore")
            signed = jws.deserialize_compact(text, keys, algorithms=["RS256", "PS256", "ES256", "EdDSA"])
        assert signed.headers()["typ"] == typ
        claims: dict[str, Any] = json.loads(signed.payload)
        return claims
