"""Resource indicators (RFC 8707): the one API that an access token is for."""

from idp.oidc.client_metadata import Client
from idp.settings import Settings


class InvalidTarget(Exception):
    """The `resource` is refused (`invalid_target`); one plain sentence that says why."""


def read(asked: str | None, client: Client, settings: Settings) -> str:
    """The resource that `asked` names for `client`; an empty text where it is ourselves, as without one.

    One a request: a token that is good in two places can be carried from one to the other (RFC 9068 section 5).
    Raises `InvalidTarget`.
    """
    if asked is None or asked == settings.issuer:
        return ""
    if asked not in client.resources:
        raise InvalidTarget("resource is not one of those registered for the client (RFC 8707 section 2)")
    return asked


def narrowed(asked: str | None, granted: str, client: Client, settings: Settings) -> str:
    """The resource of a token whose authorization named `granted` (empty: none). Raises `InvalidTarget`."""
    wanted = read(asked, client, settings)
    if asked is None:
        return granted
    if granted and wanted != granted:
        raise InvalidTarget("resource is not the one of the authorization request (RFC 8707 section 2.2)")
    return wanted
