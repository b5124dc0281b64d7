"""Telling the sites that a person's address has changed: a security event token, pushed (RFC 8417, RFC 8935, RISC 1.0).

`sub` stays; a site that writes to people, or finds them by address, needs the new one before their next visit.
"""

import secrets
from typing import Any

import orjson

from idp.core import clock, outbox
from idp.core.outbox import Payload
from idp.core.runtime import current
from idp.oidc import outgoing
from idp.oidc.backchannel import NotDelivered
from idp.oidc.claims import subject
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.consents import listing
from idp.oidc.keys import KeyStore

KIND = "identifier_changed"
EVENT = "https://schemas.openid.net/secevent/risc/event-type/identifier-changed"


def changed(payload: Payload) -> None:
    """The outbox handler `address_changed`: queue a token for each site that listens, and may know the address.

    Those are MGEN's own sites with the scope email, and others to which the person agreed to tell it.
    """
    account_id = bytes.fromhex(payload["account_id"])
    agreed = {agreement.client_id for agreement in listing(account_id) if "email" in agreement.scope}
    told = {"old": payload["old"], "new": payload["new"], "at": clock.now()}
    with current().sql.together():
        for client in Clients(current()).all():
            if client.identifier_changed_uri and _may_know(client, agreed):
                job = {
                    "client_id": client.client_id,
                    "uri": client.identifier_changed_uri,
                    "sub": subject(current().keyring, client, account_id),
                    "jti": secrets.token_urlsafe(16),
                }
                outbox.put(KIND, told | job)


def deliver(payload: Payload) -> None:
    """The outbox handler `identifier_changed`. Raises where the site did not take the token (RFC 8935 §2.2)."""
    settings = current().settings
    token = event_token(KeyStore(current()), settings.issuer, payload)
    status = outgoing.post(settings, payload["uri"], token, "application/secevent+jwt")
    if status not in (200, 202, 204):
        raise NotDelivered(str(status))


def event_token(keys: KeyStore, issuer: str, payload: Payload) -> str:
    """The token (RISC 1.0 §2.5): the former address as its subject, the new one, and the `sub` that the site knows.

    The same `jti` at each try. No `sub` at its top and no `exp`, so that nobody takes it for an ID token.
    """
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": payload["client_id"],
        "iat": payload["at"],
        "jti": payload["jti"],
        "sub_id": {"format": "email", "email": payload["old"]},
        "events": {EVENT: {"new-value": payload["new"], "account": _account(issuer, payload["sub"])}},
    }
    return keys.sign("RS256", orjson.dumps(claims), "secevent+jwt")


def _account(issuer: str, sub: str) -> dict[str, str]:
    # RFC 9493 §3.2.3.
    return {"format": "iss_sub", "iss": issuer, "sub": sub}


def _may_know(client: Client, agreed: set[str]) -> bool:
    return "email" in client.scope and (client.first_party or client.client_id in agreed)
