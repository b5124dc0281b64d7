"""Telling the sites that a session is over (OpenID Connect Back-Channel Logout 1.0): jobs of the outbox."""

import secrets
import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from idp.core import clock, outbox
from idp.core.lane import lane
from idp.core.outbox import Payload
from idp.core.runtime import current
from idp.oidc.claims import subject
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.oidc.keys import KeyStore
from idp.sessions import service

KIND = "backchannel_logout"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LIFE = 120
_TIMEOUT = 5


class NotDelivered(Exception):
    """The site did not take the logout token; the outbox tries again."""


def visited(session_id: bytes, clients: Clients) -> list[Client]:
    """The sites that a session has signed in to, first visit first."""
    rows = current().sql.all(
        "SELECT client_id FROM participation WHERE session_id = :id ORDER BY first_at, client_id", {"id": session_id}
    )
    return [client for (client_id,) in rows if (client := clients.find(client_id))]


def tell(account_id: bytes, session_id: bytes, clients: Clients) -> None:
    """Queue a logout token for each site of an ended session that listens for one, with the caller's transaction."""
    keyring = current().keyring
    for client in visited(session_id, clients):
        if client.backchannel_logout_uri:
            job = {
                "client_id": client.client_id,
                "uri": client.backchannel_logout_uri,
                "sub": subject(keyring, client, account_id),
                "sid": session_reference(keyring, client, session_id),
            }
            outbox.put(KIND, job)


def cut(payload: Payload) -> None:
    """The outbox handler `access_cut`: end what died with the account's last epoch, and tell the sites of each."""
    account_id, clients = bytes.fromhex(payload["account_id"]), Clients(current())
    with current().sql.together():
        for session_id in service.end_cut(account_id):
            tell(account_id, session_id, clients)


def deliver(payload: Payload) -> None:
    """The outbox handler `backchannel_logout`. Raises where the site did not take the token."""
    settings = current().settings
    token = logout_token(KeyStore(current()), settings.issuer, payload)
    with lane.released():
        if settings.environment == "production":
            _check_target(payload["uri"])
        # No redirect is followed, and no answer read: what is registered is what is called.
        with requests.post(
            payload["uri"], data={"logout_token": token}, timeout=_TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code not in (200, 204):
                raise NotDelivered(str(answer.status_code))


def _check_target(uri: str) -> None:
    parts = urlsplit(uri)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    if parts.scheme != "https" or not all(ip_address(address[0]).is_global for *_, address in found):
        raise NotDelivered("only https, and only public addresses")


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
