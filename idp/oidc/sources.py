"""Where the parameters of an authorization request come from: the request itself, a pushed one, or a request object."""

from collections.abc import Callable

from idp.oidc import pushed_requests, request_objects
from idp.oidc.inquiry import Inquiry
from idp.oidc.requests import Refused


def resolve(inquiry: Inquiry) -> None:
    """Put whatever a reference or an object stands for in the place of the parameters. Raises `Refused`.

    Then see that the client was allowed to bring them that way: its profile, or its registration, may say how.
    """
    parameters = inquiry.parameters
    if "request_uri" in parameters or "request" in parameters:
        # Before anything is fetched, or used up.
        if inquiry.twice:
            raise Refused("invalid_request", "a parameter comes more than once", clause="RFC 6749 section 3.1")
        if "request_uri" in parameters and "request" in parameters:
            raise Refused("invalid_request", "request and request_uri come together", clause="RFC 9101 section 5")
        _source(inquiry)(inquiry)
    client = inquiry.client
    if not inquiry.pushed and (client.rules.par_required or client.require_pushed_authorization_requests):
        raise Refused(
            "invalid_request", "this client pushes its requests: request_uri is missing", clause="RFC 9126 section 5"
        )
    if not inquiry.signed and (client.rules.signed_request_required or client.require_signed_request_object):
        raise Refused(
            "invalid_request", "this client signs its requests: request is missing", clause="RFC 9101 section 10.5"
        )


def _source(inquiry: Inquiry) -> Callable[[Inquiry], None]:
    if "request" in inquiry.parameters:
        return request_objects.by_value
    pushed = inquiry.parameters["request_uri"].startswith(pushed_requests.URN)
    return pushed_requests.take if pushed else request_objects.by_reference
