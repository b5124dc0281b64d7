"""Clients that share their subjects (OpenID Connect Core §8.1): the list that their sector publishes is read once."""

import orjson

from idp.oidc import outgoing
from idp.oidc.client_metadata import Client, InvalidMetadata
from idp.settings import Settings

_NAME = "sector_identifier_uri"


def check(settings: Settings, client: Client) -> None:
    """See that the document at `sector_identifier_uri` names every redirect URI (OpenID Connect Registration §5).

    Calls out where there is one: never inside a transaction. Raises `InvalidMetadata`.
    """
    if client.sector_identifier_uri is None:
        return
    try:
        listed = orjson.loads(outgoing.get(settings, client.sector_identifier_uri, "application/json"))
    except (outgoing.CallFailed, orjson.JSONDecodeError):
        raise InvalidMetadata(f"{_NAME}: no JSON document could be fetched from there", _NAME) from None
    if not isinstance(listed, list) or not all(uri in listed for uri in client.redirect_uris):
        raise InvalidMetadata(f"{_NAME}: its document does not list every redirect URI", _NAME)
