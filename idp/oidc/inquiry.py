"""A request on its way through the table of checks: what came, by which way, and what is known so far."""

from dataclasses import dataclass, field

from idp.core.runtime import Runtime
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest, Refused


@dataclass(slots=True)
class Inquiry:
    """What the checks read and fill in."""

    parameters: dict[str, str]
    twice: set[str]
    runtime: Runtime
    clients: Clients
    keys: KeyStore
    # Whether the client itself brought it (RFC 9126), and whether its key or nobody else's signed it (RFC 9101).
    pushed: bool = False
    signed: bool = False
    request: AuthorizationRequest = field(default_factory=AuthorizationRequest)
    client: Client = None  # type: ignore[assignment]  # the second check sets it, or none follows


def malformed(what: str, parameter: str) -> Refused:
    """A parameter that makes an answer impossible."""
    return Refused("invalid_request", f"{parameter} {what}", parameter=parameter)
