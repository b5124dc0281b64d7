"""Clients that register themselves (RFC 7591, OpenID Connect Dynamic Client Registration 1.0)."""

from typing import Any, cast

import orjson

from idp.core import audit, clock
from idp.core.crypto import b64u, token, token_digest
from idp.core.ids import new_id
from idp.core.runtime import Runtime, current
from idp.core.throttle import TooManyAttempts
from idp.oidc import clients as stored_clients
from idp.oidc import registration_policy, registration_rules, sector_identifiers, software_statements
from idp.oidc.client_metadata import Client, InvalidMetadata, read
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.registration_policy import Policy
from idp.settings import Settings
from idp.web import source
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

PATH = "/oidc/register"
_HOUR = 3600
_PRINTABLE = {*map(chr, range(0x20, 0x7F))} - {'"', "\\"}
Body = dict[str, Any]


def register(edge: Edge, runtime: Runtime, _clients: Clients, _keys: KeyStore) -> None:
    """Serve registration, unless the setting `registration` is closed."""
    if runtime.settings.registration != "closed":
        edge.register(PATH, ("POST",), create)


def metadata(settings: Settings) -> dict[str, Any]:
    """What discovery says of it."""
    return {"registration_endpoint": settings.issuer + PATH} if settings.registration != "closed" else {}


def create(call: Call) -> Answer:
    """POST: a new client (RFC 7591 §3)."""
    limited(call)
    by, policy = _allowed(call)
    values = checked(json_body(call), policy)
    values["client_id"], secret = b64u(new_id()), None
    if stored_clients.has_secret(values):
        secret = stored_clients.new_secret()
        values = stored_clients.with_secret(values, secret)
    client, access = made(values), token()
    with call.runtime.sql.together(alone=True):
        if by is not None and not registration_policy.take(by):
            raise not_allowed("the initial access token has been used")
        stored_clients.add(client)
        bind(client.client_id, None, access)
        values = {"by": by, "id": client.client_id}
        call.runtime.sql.run("UPDATE client SET registered_by = :by WHERE id = :id", values)
        audit.record("client registered itself", client_id=client.client_id, source=call.source)
    return json_answer(told(client, clock.now(), access, secret), 201)


def _allowed(call: Call) -> tuple[str | None, Policy]:
    text = bearer(call)
    if not text and call.runtime.settings.registration == "open":
        return None, registration_policy.OPEN
    found = registration_policy.find(text) if text else None
    if found is None:
        raise not_allowed("registration needs a living initial access token (RFC 7591 section 3)")
    return found


def checked(body: Body, policy: Policy) -> Body:
    """The metadata of a client, out of what it sent. Raises `ProtocolError`."""
    settings = current().settings
    try:
        whole = software_statements.merged(settings, body, required=policy.statement_required)
        return registration_rules.values_of(whole, policy, implicit=settings.implicit_flows)
    except InvalidMetadata as error:
        raise _refused(error) from None


def made(values: Body) -> Client:
    """The client that `values` describe; its sector's document is fetched. Raises `ProtocolError`."""
    try:
        client = read(values)
        sector_identifiers.check(current().settings, client)
    except InvalidMetadata as error:
        raise _refused(error) from None
    return client


def told(client: Client, registered_at: int, access: str, secret: str | None = None) -> Body:
    """What a client is told of its registration (RFC 7591 §3.2.1, RFC 7592 §3)."""
    answer = {name: value for name, value in client.model_dump().items() if name not in registration_rules.OURS}
    answer = {name: value for name, value in answer.items() if value not in (None, ())}
    answer |= {
        "scope": " ".join(sorted(client.scope)),
        "client_id": client.client_id,
        "client_id_issued_at": registered_at,
        "registration_access_token": access,
        "registration_client_uri": f"{current().settings.issuer}{PATH}?client_id={client.client_id}",
    }
    # RFC 7591 §3.2.1: 0, it does not expire.
    return answer if secret is None else {**answer, "client_secret": secret, "client_secret_expires_at": 0}


def bind(client_id: str, before: bytes | None, access: str) -> None:
    """Keep the digest of a new registration access token in the place of `before`, in the transaction of the caller.

    Raises `ProtocolError` where somebody else has changed it meanwhile.
    """
    changed = current().sql.run(
        "UPDATE client SET registration_digest = :digest WHERE id = :id"
        " AND registration_digest IS NOT DISTINCT FROM :before",
        {"digest": token_digest(access), "before": before, "id": client_id},
    )
    if not changed:
        raise not_allowed("the registration access token has been used")


def not_allowed(description: str) -> ProtocolError:
    """What answers a token that is missing or not good (RFC 6750 §3.1)."""
    header = ("WWW-Authenticate", 'Bearer realm="MGEN Connect", error="invalid_token"')
    return ProtocolError("invalid_token", description, status=401, headers=(header,))


def bearer(call: Call) -> str:
    """The token of a call, or an empty text."""
    scheme, _, text = call.header("AUTHORIZATION").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def json_body(call: Call) -> Body:
    """The JSON object that a call brings. Raises `ProtocolError`."""
    kind = call.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProtocolError("invalid_client_metadata", "the body must be application/json (RFC 7591 section 3.1)")
    try:
        body = orjson.loads(call.body())
    except orjson.JSONDecodeError:
        raise ProtocolError("invalid_client_metadata", "the body is not JSON (RFC 7591 section 3.1)") from None
    if not isinstance(body, dict):
        raise ProtocolError("invalid_client_metadata", "the body must be a JSON object (RFC 7591 section 3.1)")
    return cast(Body, body)


def limited(call: Call) -> None:
    """Count a registration of this network. Raises `ProtocolError` (429) beyond what the settings allow an hour."""
    runtime = call.runtime
    key = f"registration:{source.network(call.source)}"
    try:
        runtime.throttle.allow(key, runtime.settings.registrations_per_source, _HOUR)
    except TooManyAttempts as error:
        wait = ("Retry-After", str(max(1, error.until - clock.now())))
        description = "too many registrations from this network: try again later"
        raise ProtocolError("temporarily_unavailable", description, status=429, headers=(wait,)) from None


def _refused(error: InvalidMetadata) -> ProtocolError:
    text = str(error)
    # RFC 7591 §3.2.2: a code of its own for redirect URIs; RFC 6749 §5.2: which characters a description has.
    code = "invalid_redirect_uri" if text.startswith("redirect_uris") else "invalid_client_metadata"
    if isinstance(error, software_statements.InvalidStatement):
        code = "invalid_software_statement"
    plain = "".join(letter for letter in text.replace("§", "section ") if letter in _PRINTABLE)
    return ProtocolError(code, plain)
