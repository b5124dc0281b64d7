"""Software statements (RFC 7591 §2.3): what somebody we trust says of a client, signed; it stands over the client's."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from idp.core import clock
from idp.oidc import jose
from idp.oidc.client_metadata import InvalidMetadata
from idp.settings import Settings

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_NAME = "software_statement"


class InvalidStatement(InvalidMetadata):
    """The statement is not good (`invalid_software_statement`, RFC 7591 §3.2.2)."""


def merged(settings: Settings, body: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """`body` with what its software statement says in its place. Raises `InvalidStatement`.

    The statement's keys are those of the setting `software_statement_keys` (a JWK set).
    """
    statement = body.get(_NAME)
    if statement is None:
        if required:
            raise InvalidStatement("software_statement: this initial access token asks for one", _NAME)
        return body
    if settings.software_statement_keys is None or not isinstance(statement, str):
        raise InvalidStatement("software_statement: nobody is trusted to sign one here", _NAME)
    try:
        _, claims = jose.verify(statement, keys=_keys(settings.software_statement_keys), algorithms=ALGORITHMS)
    except jose.InvalidToken:
        raise InvalidStatement("software_statement: not signed by a key that is trusted here", _NAME) from None
    ends, starts = claims.get("exp"), claims.get("nbf")
    if (isinstance(ends, int) and ends <= clock.now()) or (isinstance(starts, int) and starts > clock.now()):
        raise InvalidStatement("software_statement: not in its time", _NAME)
    return {**body, **claims}


@cache
def _keys(path: Path) -> list[dict[str, Any]]:
    """The keys, as they were when the worker started."""
    keys: list[dict[str, Any]] = orjson.loads(path.read_bytes())["keys"]
    return keys
