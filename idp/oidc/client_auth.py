"""Who calls the endpoints of programs: a table of methods (RFC 6749 §2.3, RFC 7523, RFC 8705, OpenID Connect Core §9).

A client proves itself by the one method of its registration; a request that brings two kinds of proof is refused.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_plus

from idp.oidc import client_assertions, mtls
from idp.oidc.client_assertions import InvalidAssertion
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients, matches
from idp.settings import Settings
from idp.web.calls import Call, ProtocolError

Form = dict[str, str]
Brought = Literal["header", "client_secret", "client_assertion", ""]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what a request brings for it (nothing, where the connection proves it), and whether that proves."""

    brings: Brought
    proves: Callable[[Call, Form, Client, str], bool]


def authenticate(call: Call, form: Form, clients: Clients) -> Client:
    """The client that `call` proves to come from, by the one method that it is registered for.

    Raises `ProtocolError`: `invalid_client`, or `invalid_request` where two methods are used at once.
    """
    brought, client_id, secret = _brought(call, form)
    client = clients.find(client_id)
    if client is None:
        raise invalid_client()
    method = METHODS[client.token_endpoint_auth_method]
    if method.brings != brought or not method.proves(call, form, client, secret):
        raise invalid_client()
    return client


def offered(settings: Settings) -> list[str]:
    """The methods that this deployment can check: those with a certificate need it from the TLS front."""
    missing = set()
    if not mtls.is_configured(settings):
        missing = {"tls_client_auth", "self_signed_tls_client_auth"}
    elif settings.client_certificate_authorities is None:
        missing = {"tls_client_auth"}
    return [name for name in METHODS if name not in missing]


def invalid_client(
    description: str = "the client is unknown, or did not authenticate by the token_endpoint_auth_method of its"
    " registration (RFC 6749 section 2.3)",
) -> ProtocolError:
    """RFC 6749 §5.2, with the challenge that RFC 9110 §15.5.2 wants beside a 401."""
    challenge = ("WWW-Authenticate", 'Basic realm="MGEN Connect"')
    return ProtocolError("invalid_client", description, status=401, headers=(challenge,))


def _brought(call: Call, form: Form) -> tuple[Brought, str, str]:
    """What kind of proof a request brings, who it says it is from, and the secret, if it is one."""
    header = call.header("AUTHORIZATION")
    # RFC 6749 §2.3: no more than one method in a request.
    if bool(header) + ("client_secret" in form) + ("client_assertion" in form) > 1:
        raise _two_ways()
    named = form.get("client_id", "")
    if header:
        client_id, secret = _read_basic(header)
        brought: Brought = "header"
    elif "client_assertion" in form:
        brought, client_id, secret = "client_assertion", client_assertions.claimed_client(form["client_assertion"]), ""
    else:
        client_id, secret = named, form.get("client_secret", "")
        brought = "client_secret" if secret else ""
    if named and client_id and named != client_id:
        raise _two_ways()
    return brought, client_id, secret


def _two_ways() -> ProtocolError:
    return ProtocolError("invalid_request", "the client authenticates in two ways at once (RFC 6749 section 2.3)")


def _read_basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise invalid_client()
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except ValueError:
        raise invalid_client() from None
    client_id, _, secret = pair.partition(":")
    # RFC 6749 §2.3.1: both were form-encoded before they were joined.
    return unquote_plus(client_id), unquote_plus(secret)


def _by_secret(_call: Call, _form: Form, client: Client, secret: str) -> bool:
    return matches(client, secret)


def _by_assertion(call: Call, form: Form, client: Client, _secret: str) -> bool:
    try:
        client_assertions.check(call, client, form)
    except InvalidAssertion as refused:
        raise invalid_client(str(refused)) from None
    return True


def _by_certificate(call: Call, _form: Form, client: Client, _secret: str) -> bool:
    return mtls.proves(call, client)


def _by_name(_call: Call, _form: Form, _client: Client, _secret: str) -> bool:
    return True


METHODS: dict[str, Method] = {
    "client_secret_basic": Method("header", _by_secret),
    "client_secret_post": Method("client_secret", _by_secret),
    "client_secret_jwt": Method("client_assertion", _by_assertion),
    "private_key_jwt": Method("client_assertion", _by_assertion),
    "tls_client_auth": Method("", _by_certificate),
    "self_signed_tls_client_auth": Method("", _by_certificate),
    "none": Method("", _by_name),
}
