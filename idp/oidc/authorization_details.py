"""Authorization details (RFC 9396) are not served. They say what may be done and what may not: never ignored."""

from collections.abc import Mapping

from idp.web.calls import ProtocolError

NAME = "authorization_details"
ERROR = "invalid_authorization_details"
DESCRIPTION = "authorization_details is not supported"
CLAUSE = "RFC 9396 section 5"


def refuse(form: Mapping[str, str]) -> None:
    """Raises `ProtocolError` where a form to one of our endpoints holds them."""
    if NAME in form:
        raise ProtocolError(ERROR, f"{DESCRIPTION} ({CLAUSE})")
