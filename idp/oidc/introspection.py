"""Token introspection (RFC 7662, as a signed JWT RFC 9701): a confidential client asks whether its token is good."""

from typing import Any

import orjson

from idp.core import clock
from idp.core.runtime import Runtime
from idp.oidc import binding, claims, client_auth, refresh, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.tokens import Grant
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

PATH = "/oidc/introspect"
# RFC 9701 §4, §5.
JWT_TYPE = "token-introspection+jwt"


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve introspection."""
    edge.register(PATH, ("POST",), IntrospectionEndpoint(runtime, clients, keys))


class IntrospectionEndpoint:
    """Says no more than `active: false` of a token that is dead, unknown, or another client's (RFC 7662 §2.2)."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys

    def __call__(self, call: Call) -> Answer:
        form = call.form()
        client = client_auth.authenticate(call, form, self._clients)
        if client.public:
            # RFC 7662 §2.1: the caller is authorized; an id alone proves nothing.
            raise ProtocolError(
                "unauthorized_client", "a public client may not introspect (RFC 7662 section 2.1)", status=403
            )
        if "token" not in form:
            raise ProtocolError("invalid_request", "token is missing (RFC 7662 section 2.1)")
        text = form["token"]
        told = self._access(client, text) or self._refresh(client, text) or {"active": False}
        return self._signed(client, told) if JWT_TYPE in call.header("ACCEPT").lower() else json_answer(told)

    def _signed(self, client: Client, told: dict[str, Any]) -> Answer:
        """RFC 9701 §5: for who asked, so that it can be shown to nobody else."""
        content = {
            "iss": self._runtime.settings.issuer,
            "aud": client.client_id,
            "iat": clock.now(),
            "token_introspection": told,
        }
        signed = self._keys.sign(client.introspection_signed_response_alg, orjson.dumps(content), JWT_TYPE)
        headers = [("Content-Type", f"application/{JWT_TYPE}"), ("Cache-Control", "no-store"), ("Pragma", "no-cache")]
        return Answer(200, signed.encode(), headers)

    def _access(self, client: Client, text: str) -> dict[str, Any] | None:
        grant = tokens.read_access(self._runtime, self._keys, text)
        if grant is None or grant.client_id != client.client_id:
            return None
        sign_in: dict[str, Any] | None = {}
        if grant.account_id != tokens.NOBODY:
            sign_in = self._sign_in(client, grant)
        elif tokens.is_revoked(self._runtime.sql, grant):
            sign_in = None
        if sign_in is None:
            return None
        told = self._answer(client, grant.account_id, grant.scope, grant.expires_at) | sign_in
        told["token_type"] = binding.token_type(grant.confirmation)
        if grant.confirmation:
            told["cnf"] = binding.confirmation_of(grant.confirmation)
        if grant.resource:
            told["aud"] = grant.resource
        return told

    def _sign_in(self, client: Client, grant: Grant) -> dict[str, Any] | None:
        """RFC 9470 §6.2: how and when the person of a living token signed in; None where it has died."""
        person = tokens.alive(self._runtime.sql, grant, client)
        if person is None:
            return None
        if person.auth_time is None:
            return refresh.sign_in_of(self._runtime, grant.z)
        return {"auth_time": person.auth_time, "acr": person.acr}

    def _refresh(self, client: Client, text: str) -> dict[str, Any] | None:
        found = refresh.look(self._runtime, client, text)
        return self._answer(client, **found) if found else None

    def _answer(self, client: Client, account_id: bytes, scope: str, ends_at: int) -> dict[str, Any]:
        issuer = self._runtime.settings.issuer
        person = account_id != tokens.NOBODY
        return {
            "active": True,
            "iss": issuer,
            "aud": issuer,
            "client_id": client.client_id,
            "sub": claims.subject(self._runtime.keyring, client, account_id) if person else client.client_id,
            "scope": scope,
            "exp": ends_at,
        }
