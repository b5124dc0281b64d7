"""A client that reads, changes or deletes its own registration (RFC 7592), by the token that came with it."""

from typing import NamedTuple

from idp.core import clock
from idp.core.crypto import equal, token, token_digest
from idp.core.runtime import Runtime
from idp.oidc import clients as stored_clients
from idp.oidc import registration, registration_policy
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.registration import PATH, Body
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

# §2.2: what only the server says.
_OURS_ALONE = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


class _Own(NamedTuple):
    client: Client
    digest: bytes
    registered_at: int
    registered_by: str | None


def register(edge: Edge, runtime: Runtime, _clients: Clients, _keys: KeyStore) -> None:
    """Serve it at the address of registration, with `?client_id=`."""
    if runtime.settings.registration != "closed":
        for method, endpoint in (("GET", show), ("PUT", change), ("DELETE", delete)):
            edge.register(PATH, (method,), endpoint)


def show(call: Call) -> Answer:
    """The registration as it is (§2.1); its secret was told once."""
    own = _own(call)
    return json_answer(registration.told(own.client, own.registered_at, registration.bearer(call)))


def change(call: Call) -> Answer:
    """Another registration in its place, under another registration access token (§2.2)."""
    registration.limited(call)
    own = _own(call)
    values, secret = _changed(own, registration.json_body(call))
    client, access = registration.made(values), token()
    with call.runtime.sql.together(alone=True):
        registration.bind(client.client_id, own.digest, access)
        stored_clients.save(client, declared=False)
    return json_answer(registration.told(client, own.registered_at, access, secret))


def delete(call: Call) -> Answer:
    """The client goes, and whatever was granted to it (§2.3)."""
    own, sql = _own(call), call.runtime.sql
    values = {"id": own.client.client_id, "now": clock.now()}
    with sql.together(alone=True):
        # Of two who delete it, or change it meanwhile, one is too late.
        registration.bind(own.client.client_id, own.digest, token())
        stored_clients.remove(own.client.client_id)
        sql.run('UPDATE "authorization" SET revoked_at = :now WHERE client_id = :id AND revoked_at IS NULL', values)
    return Answer(204, b"", [("Cache-Control", "no-store")])


def _changed(own: _Own, body: Body) -> tuple[Body, str | None]:
    """The new metadata, and a secret where one is needed for the first time."""
    client = own.client
    if body.get("client_id") != client.client_id or any(name in body for name in _OURS_ALONE):
        raise ProtocolError("invalid_request", f"client_id must be the client's, without {', '.join(_OURS_ALONE)}")
    if "client_secret" in body and not stored_clients.matches(client, str(body["client_secret"])):
        raise ProtocolError("invalid_client_metadata", "client_secret is not the one that was issued")
    values = registration.checked(body, registration_policy.of_client(own.registered_by))
    values["client_id"] = client.client_id
    if not stored_clients.has_secret(values):
        return values, None
    if client.token_endpoint_auth_method == values.get("token_endpoint_auth_method", "client_secret_basic"):
        return {**values, "secret_digest": client.secret_digest, "secret_sealed": client.secret_sealed}, None
    secret = stored_clients.new_secret()
    return stored_clients.with_secret(values, secret), secret


def _own(call: Call) -> _Own:
    parameters, _ = call.query()
    identifier = parameters.get("client_id", "")
    row = call.runtime.sql.one(
        "SELECT registration_digest, created_at, registered_by FROM client WHERE id = :id", {"id": identifier}
    )
    stored = stored_clients.find_stored(identifier) if row else None
    digest = token_digest(registration.bearer(call))
    # §2: an unknown client looks like a wrong token.
    if row is None or stored is None or row[0] is None or not equal(row[0].hex(), digest.hex()):
        raise registration.not_allowed("the registration access token is not this client's")
    return _Own(stored[0], *row)
