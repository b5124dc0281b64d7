"""Who calls the token, introspection and revocation endpoints (RFC 6749 §2.3, OpenID Connect Core §9)."""

import base64
from urllib.parse import unquote_plus

from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients, matches
from idp.web.edge import Call, ProtocolError

METHODS = ("client_secret_basic", "client_secret_post", "none")


def authenticate(call: Call, form: dict[str, str], clients: Clients) -> Client:
    """The client that `call` proves to come from, by the one method that it is registered for.

    Raises `ProtocolError`: `invalid_client`, or `invalid_request` where two methods are used at once.
    """
    header = call.header("AUTHORIZATION")
    if header:
        client_id, secret = _read_basic(header)
        # RFC 6749 §2.3: no more than one method in a request.
        if "client_secret" in form or form.get("client_id", client_id) != client_id:
            raise ProtocolError("invalid_request", "the client authenticates in two ways at once")
        return _check(clients.find(client_id), "client_secret_basic", secret)
    client = clients.find(form.get("client_id", ""))
    if "client_secret" in form:
        return _check(client, "client_secret_post", form["client_secret"])
    if client is None or not client.public:
        raise _invalid_client()
    return client


def _check(client: Client | None, method: str, secret: str) -> Client:
    if client is None or client.token_endpoint_auth_method != method or not matches(client, secret):
        raise _invalid_client()
    return client


def _read_basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _invalid_client()
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except ValueError:
        raise _invalid_client() from None
    client_id, _, secret = pair.partition(":")
    # RFC 6749 §2.3.1: both were form-encoded before they were joined.
    return unquote_plus(client_id), unquote_plus(secret)


def _invalid_client() -> ProtocolError:
    return ProtocolError(
        "invalid_client",
        "the client is unknown, or did not authenticate by the method and with the secret of its registration",
        status=401,
        headers=(("WWW-Authenticate", 'Basic realm="MGEN Connect"'),),
    )
