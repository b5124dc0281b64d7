"""Telling sites in the browser that its session is over (OpenID Connect Front-Channel Logout 1.0)."""

from collections.abc import Sequence
from typing import Any

from idp.core.crypto import Keyring
from idp.oidc.client_metadata import Client
from idp.oidc.id_token import session_reference
from idp.oidc.responses import with_parameters
from idp.sessions.service import Session
from idp.settings import Settings


def metadata(_settings: Settings) -> dict[str, Any]:
    """What discovery says of it."""
    return {"frontchannel_logout_supported": True, "frontchannel_logout_session_supported": True}


def frames(sites: Sequence[Client], session: Session, issuer: str, keyring: Keyring) -> list[str]:
    """What the frames of the logout page load: the address of each site that wants it, with `iss` and `sid` (§2)."""
    return [
        with_parameters(
            site.frontchannel_logout_uri, {"iss": issuer, "sid": session_reference(keyring, site, session.id)}
        )
        for site in sites
        if site.frontchannel_logout_uri
    ]
