"""Telling the sites that a session is over (OpenID Connect Back-Channel Logout 1.0): jobs of the outbox."""

import secrets
from typing import Any
from urllib.parse import urlencode

import orjson

from idp.core import clock, outbox
from idp.core.outbox import Payload
from idp.core.runtime import current
from idp.oidc import outgoing
from idp.oidc.claims import subject
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.oidc.keys import KeyStore
from idp.sessions import service
from idp.settings import Settings

KIND = "backchannel_logout"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LIFE = 120


class NotDelivered(Exception):
    """The site did not take the logout token; the outbox tries again."""


def metadata(_settings: Settings) -> dict[str, Any]:
    """What discovery says of it."""
    return {"backchannel_logout_supported": True, "backchannel_logout_session_supported": True}


def visited(session_id: bytes, clients: Clients) -> list[tuple[Client, bytes]]:
    """The sites that a session has signed in to, first visit first, each with the session that it knows.

    Those of a session that this one took the place of are its sites too.
    """
    rows = [
        (client_id, each)
        for each in reversed(service.with_replaced(session_id))
        for (client_id,) in current().sql.all(
            "SELECT client_id FROM participation WHERE session_id = :id ORDER BY first_at, client_id", {"id": each}
        )
    ]
    return [(client, each) for client_id, each in rows if (client := clients.find(client_id))]


def tell(account_id: bytes, session_id: bytes, clients: Clients) -> None:
    """Queue a logout token for each site of an ended session that listens for one, with the caller's transaction."""
    keyring = current().keyring
    for client, known in visited(session_id, clients):
        if client.backchannel_logout_uri:
            job = {
                "client_id": client.client_id,
                "uri": client.backchannel_logout_uri,
                "sub": subject(keyring, client, account_id),
                "sid": session_reference(keyring, client, known),
            }
            outbox.put(KIND, job)


def cut(payload: Payload) -> None:
    """The outbox handler `access_cut`: end what died with the account's last epoch, and tell the sites of each."""
    account_id, clients = bytes.fromhex(payload["account_id"]), Clients(current())
    with current().sql.together():
        for session_id in service.end_cut(account_id):
            tell(account_id, session_id, clients)


def left(payload: Payload) -> None:
    """The outbox handler `session_left`: tell the sites of a session that ended where none of them asked."""
    with current().sql.together():
        tell(bytes.fromhex(payload["account_id"]), bytes.fromhex(payload["session_id"]), Clients(current()))


def deliver(payload: Payload) -> None:
    """The outbox handler `backchannel_logout`. Raises where the site did not take the token."""
    settings = current().settings
    token = logout_token(KeyStore(current()), settings.issuer, payload)
    status = outgoing.post_form(settings, payload["uri"], urlencode({"logout_token": token}))
    if status not in (200, 204):
        raise NotDelivered(str(status))


def logout_token(keys: KeyStore, issuer: str, payload: Payload) -> str:
    """A logout token (§2.4): who, of which session, and never a nonce."""
    now = clock.now()
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": payload["client_id"],
        "iat": now,
        "exp": now + _LIFE,
        "jti": secrets.token_urlsafe(16),
        "sub": payload["sub"],
        "sid": payload["sid"],
        "events": {EVENT: {}},
    }
    return keys.sign("RS256", orjson.dumps(claims), "logout+jwt")
