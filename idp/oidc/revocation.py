"""Token revocation (RFC 7009): a client gives back a token, and with it all that came from the same request."""

from idp.core.runtime import Runtime
from idp.oidc import client_auth, refresh, tokens
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.web.calls import Answer, Call, ProtocolError
from idp.web.edge import Edge

PATH = "/oidc/revoke"


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve revocation."""
    edge.register(PATH, ("POST",), RevocationEndpoint(runtime, clients, keys), cors=True)


class RevocationEndpoint:
    """Answers 200 with nothing, also for a token that is no longer or never was one (RFC 7009 §2.2)."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys

    def __call__(self, call: Call) -> Answer:
        form = call.form()
        client = client_auth.authenticate(call, form, self._clients)
        if "token" not in form:
            raise ProtocolError("invalid_request", "token is missing (RFC 7009 section 2.1)")
        owner = self._owner(form["token"])
        if owner is not None:
            z, client_id, account_id = owner
            if client_id != client.client_id:
                # RFC 7009 §2.1: refused, and told so.
                raise ProtocolError("invalid_grant", "the token was issued to another client (RFC 7009 section 2.1)")
            tokens.revoke(self._runtime, z, why="token revoked", client_id=client_id, account_id=account_id)
        return Answer(200, b"", [("Cache-Control", "no-store")])

    def _owner(self, text: str) -> tuple[bytes, str, bytes | None] | None:
        """The `z`, client and account of a token of either kind; an older refresh token speaks for its family too."""
        grant = tokens.read_access(self._runtime, self._keys, text)
        if grant is not None:
            return grant.z, grant.client_id, None if grant.account_id == tokens.NOBODY else grant.account_id
        token = refresh.read(self._runtime.keyring, text)
        if token is None:
            return None
        row = self._runtime.sql.one('SELECT client_id, account_id FROM "authorization" WHERE z = :z', {"z": token[0]})
        return (token[0], *row) if row else None
