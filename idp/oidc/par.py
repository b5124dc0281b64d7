"""Pushed authorization requests (RFC 9126): the client brings its request itself; the browser brings a reference."""

from typing import Any

from idp.core.runtime import Runtime
from idp.oidc import authorize, binding, client_auth, pushed_requests
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.inquiry import Inquiry
from idp.oidc.keys import KeyStore
from idp.oidc.requests import Refused
from idp.settings import Settings
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

PATH = "/oidc/par"
# Of the client, not of its request.
_PROOFS = ("client_secret", "client_assertion", "client_assertion_type")


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve the pushed authorization request endpoint."""
    edge.register(PATH, ("POST",), PushedRequestEndpoint(runtime, clients, keys))


def metadata(settings: Settings) -> dict[str, Any]:
    """What discovery tells of it (RFC 9126 §5)."""
    return {
        "pushed_authorization_request_endpoint": settings.issuer + PATH,
        "require_pushed_authorization_requests": False,
    }


class PushedRequestEndpoint:
    """Keeps a good request for `par_life` seconds."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys

    def __call__(self, call: Call) -> Answer:
        form = call.form()
        client = client_auth.authenticate(call, form, self._clients)
        if "request_uri" in form:
            raise ProtocolError("invalid_request", "request_uri cannot be pushed (RFC 9126 section 2.1)")
        parameters = {name: value for name, value in form.items() if name not in _PROOFS}
        parameters["client_id"] = client.client_id
        inquiry = Inquiry(parameters, set(), self._runtime, self._clients, self._keys, pushed=True)
        try:
            # The table of the authorization endpoint (RFC 9126 §2.1): what would be refused there is refused here.
            authorize.check(inquiry)
        except Refused as refused:
            raise ProtocolError(refused.error, refused.text) from None
        _bind(call, client, inquiry)
        return json_answer(
            {"request_uri": pushed_requests.keep(inquiry), "expires_in": self._runtime.settings.par_life}, 201
        )


def _bind(call: Call, client: Client, inquiry: Inquiry) -> None:
    """RFC 9449 §10.1: a proof at this endpoint says which key the code is bound to."""
    key = binding.proof_key(call, client)
    if key is None:
        return
    if inquiry.parameters.setdefault("dpop_jkt", key) != key:
        raise ProtocolError("invalid_dpop_proof", "dpop_jkt is not the key of the DPoP proof (RFC 9449 section 10.1)")
