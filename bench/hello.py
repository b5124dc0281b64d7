"""The least that a WSGI server can be asked: two fixed documents, so that W6 on it costs the server and its sockets."""

import json
from collections.abc import Callable, Iterable
from typing import Any

_ENDPOINTS = ("authorization", "token", "userinfo", "introspection")


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One body for every path: as discovery it names endpoints that are not there, as JWKS it holds no key."""
    issuer = f"http://{environ['HTTP_HOST']}"
    paths = {f"{name}_endpoint": f"{issuer}/{name}" for name in _ENDPOINTS}
    body = json.dumps({"keys": [], "jwks_uri": f"{issuer}/jwks", **paths}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
