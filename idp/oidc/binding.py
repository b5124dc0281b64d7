"""Tokens that only one holder can use: bound to a key (RFC 9449) or to a certificate (RFC 8705).

A confirmation is the RFC 7800 method and its value as one text, `jkt=…` or `x5t#S256=…`; an empty one binds nothing.
"""

from idp.core.crypto import equal
from idp.oidc import dpop, mtls
from idp.oidc.client_metadata import Client
from idp.web.calls import Call, ProtocolError

KEY = "jkt"
CERTIFICATE = "x5t#S256"


def of_request(call: Call, client: Client) -> str:
    """What the tokens that `call` asks for are bound to. Raises `ProtocolError` where the client may not have others.

    A client that neither proves nor promises anything costs two look-ups.
    """
    if call.header("DPOP"):
        if client.tls_client_certificate_bound_access_tokens and not client.dpop_bound_access_tokens:
            raise ProtocolError(
                "invalid_request", "the client binds its tokens to its certificate, not to a key (RFC 8705 section 3)"
            )
        return f"{KEY}={proof_key(call, client)}"
    return _without_proof(call, client) if client.sender_constrained else ""


def proof_key(call: Call, client: Client) -> str | None:
    """The thumbprint of the key that a DPoP proof shows at one of our own endpoints; None without a proof.

    Raises `ProtocolError`.
    """
    if not call.header("DPOP"):
        return None
    try:
        return dpop.thumbprint(call, client.rules)
    except dpop.InvalidProof as invalid:
        raise dpop.at_token_endpoint(call, invalid) from None


def confirmation_of(text: str) -> dict[str, str]:
    """The value of `cnf` (RFC 7800 §3.1)."""
    method, _, value = text.partition("=")
    return {method: value}


def token_type(confirmation: str) -> str:
    """How a token with this confirmation is presented (RFC 9449 §5; RFC 8705 §3 keeps Bearer)."""
    return "DPoP" if confirmation.startswith(KEY) else "Bearer"


def is_held(call: Call, confirmation: str) -> bool:
    """Whether this call comes over the certificate that a token is bound to (RFC 8705 §3)."""
    der = mtls.certificate(call)
    return der is not None and equal(confirmation, f"{CERTIFICATE}={mtls.thumbprint(der)}")


def _without_proof(call: Call, client: Client) -> str:
    if client.tls_client_certificate_bound_access_tokens:
        der = mtls.certificate(call)
        if der is not None:
            return f"{CERTIFICATE}={mtls.thumbprint(der)}"
        if not client.dpop_bound_access_tokens:
            raise ProtocolError(
                "invalid_request", "the client binds its tokens to its certificate, and none came (RFC 8705 section 3)"
            )
    missing = dpop.InvalidProof("the client binds its tokens to a key: a DPoP proof is missing (RFC 9449 section 5)")
    raise dpop.at_token_endpoint(call, missing)
