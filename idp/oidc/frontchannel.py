"""Telling sites in the browser that its session is over (OpenID Connect Front-Channel Logout 1.0)."""

from collections.abc import Sequence
from typing import Any

from idp.core.crypto import Keyring
from idp.oidc.client_metadata import Client
from idp.oidc.id_token import session_reference
from idp.oidc.responses import with_parameters
from idp.settings import Settings


def metadata(_settings: Settings) -> dict[str, Any]:
    """What discovery says of it."""
    return {"frontchannel_logout_supported": True, "frontchannel_logout_session_supported": True}


def frames(visited: Sequence[tuple[Client, bytes]], issuer: str, keyring: Keyring) -> list[str]:
    """What the frames of the logout page load: the address of each site that wants it, with `iss` and `sid` (§2).

    `visited` has the sites with the id of the session that each knows.
    """
    return [
        with_parameters(
            site.frontchannel_logout_uri, {"iss": issuer, "sid": session_reference(keyring, site, session_id)}
        )
        for site, session_id in visited
        if site.frontchannel_logout_uri
    ]
