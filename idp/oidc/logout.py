"""Signing out from a site (OpenID Connect RP-Initiated Logout 1.0): what is asked, by whom; the end of the session."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.core import audit, db
from idp.core.crypto import Keyring, equal
from idp.core.runtime import current
from idp.oidc import backchannel
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.oidc.keys import KeyStore
from idp.oidc.requests import Refused
from idp.sessions import service
from idp.sessions.service import Session

_RULES = "OpenID Connect RP-Initiated Logout 1.0"
_LONGEST_STATE = 4096


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """A good logout request: the site, where to go afterwards, and what its ID token says."""

    client: Client | None
    redirect_uri: str | None
    state: str | None
    hint: Mapping[str, Any] | None
    ui_locales: str | None = None


def read(parameters: dict[str, str], twice: set[str], clients: Clients, keys: KeyStore) -> LogoutRequest:
    """The request as it was sent; raises `Refused` (a page) where it cannot be followed."""
    if twice:
        raise Refused("invalid_request", "a parameter comes more than once", clause=f"{_RULES} §2")
    hint = _hint(parameters, keys)
    client = _client(parameters, hint, clients)
    uri = parameters.get("post_logout_redirect_uri")
    # §3: nobody is sent to an address that was not registered, to the byte.
    if uri is not None and (client is None or uri not in client.post_logout_redirect_uris):
        raise _refused("is not one of those registered for the client", "post_logout_redirect_uri", "§3", client)
    state = parameters.get("state")
    if state is not None and len(state) > _LONGEST_STATE:
        raise _refused("is too long to be sent back", "state", "§2", client)
    # `logout_hint` (§2) may name who signs out: the session knows already.
    return LogoutRequest(client, uri, state, hint, parameters.get("ui_locales"))


def is_of(request: LogoutRequest, session: Session, keyring: Keyring) -> bool:
    """Whether the request brings an ID token of this very session: nothing needs to be confirmed (ASVS 10.6.2)."""
    if request.hint is None or request.client is None:
        return False
    return equal(str(request.hint.get("sid")), session_reference(keyring, request.client, session.id))


def end(session: Session, client: Client | None, source: str, clients: Clients) -> list[tuple[Client, bytes]]:
    """End the session with what hangs from it, and let the sites that asked for it know; once.

    What it had `visited`, for the sites that are told in the browser.
    """
    sites = backchannel.visited(session.id, clients)
    db.write()
    if not service.end(session.id):
        return []
    audit.record(
        "signed out", account_id=session.account_id, client_id=client.client_id if client else None, source=source
    )
    backchannel.tell(session.account_id, session.id, clients)
    return sites


def _hint(parameters: dict[str, str], keys: KeyStore) -> dict[str, Any] | None:
    text = parameters.get("id_token_hint")
    if text is None:
        return None
    # §4: expired ones too, for sites keep the one of the sign-in.
    claims = keys.read(text, "JWT")
    if claims is None or claims.get("iss") != current().settings.issuer:
        raise _refused("is not an ID token of this provider", "id_token_hint", "§4")
    return claims


def _client(parameters: dict[str, str], hint: dict[str, Any] | None, clients: Clients) -> Client | None:
    audience = [] if hint is None else hint["aud"] if isinstance(hint["aud"], list) else [hint["aud"]]
    named = parameters.get("client_id")
    if named is None:
        return next(filter(None, map(clients.find, audience)), None)
    # §2: with both, the ID token must have been issued to that client.
    if hint is not None and named not in audience:
        raise _refused("is not the client of the id_token_hint", "client_id", "§2")
    client = clients.find(named)
    if client is None:
        raise _refused("is not the id of a registered client", "client_id", "§2")
    return client


def _refused(what: str, parameter: str, section: str, client: Client | None = None) -> Refused:
    refused = Refused("invalid_request", f"{parameter} {what}", parameter=parameter, clause=f"{_RULES} {section}")
    refused.client_id = client.client_id if client else None
    return refused
