"""Token introspection (RFC 7662): a confidential client asks whether a token of its own is still good."""

from typing import Any

from idp.core.runtime import Runtime
from idp.oidc import claims, client_auth, refresh, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.web.edge import Answer, Call, Edge, ProtocolError, json_answer

PATH = "/oidc/introspect"


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
            raise ProtocolError("unauthorized_client", "a public client may not introspect", status=403)
        if "token" not in form:
            raise ProtocolError("invalid_request", "token is missing")
        text = form["token"]
        return json_answer(self._access(client, text) or self._refresh(client, text) or {"active": False})

    def _access(self, client: Client, text: str) -> dict[str, Any] | None:
        grant = tokens.read_access(self._runtime, self._keys, text)
        if grant is None or grant.client_id != client.client_id:
            return None
        if grant.account_id == tokens.NOBODY:
            living = not tokens.is_revoked(self._runtime.sql, grant.z)
        else:
            living = tokens.alive(self._runtime.sql, grant) is not None
        if not living:
            return None
        return self._answer(client, grant.account_id, grant.scope, grant.expires_at) | {"token_type": "Bearer"}

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
