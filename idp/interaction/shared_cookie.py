"""A cookie with something of each of the few people who share a browser."""

from flask import request
from werkzeug.wrappers import Response

from idp.core.runtime import current

# A family at one computer.
_MOST = 4
_BETWEEN = "."


def read(name: str) -> list[str]:
    """What the browser brought, newest first; anything may stand there."""
    return [each for each in request.cookies.get(_full(name), "").split(_BETWEEN) if each][:_MOST]


def put(response: Response, name: str, values: list[str], life: int) -> Response:
    """Keep these, newest first and no more than four, for `life` seconds."""
    kept, secure = _BETWEEN.join(values[:_MOST]), current().settings.secure
    response.set_cookie(_full(name), kept, max_age=life, path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def _full(name: str) -> str:
    return f"__Host-mgen_connect_{name}" if current().settings.secure else f"mgen_connect_{name}"
