"""The one exit to a relying party: every authorization response, success or error, is built here."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from flask import Response

from idp.oidc.requests import AuthorizationRequest
from idp.web.edge import Answer, redirect


def success(request: AuthorizationRequest, issuer: str, code: str) -> Answer:
    """The code (RFC 6749 §4.1.2)."""
    return _respond(request, issuer, {"code": code})


def error(request: AuthorizationRequest, issuer: str, code: str, description: str = "") -> Answer:
    """An error; `description` is plain ASCII (RFC 6749 §4.1.2.1)."""
    return _respond(request, issuer, {"error": code, "error_description": description})


def with_parameters(uri: str, parameters: Mapping[str, str | None]) -> str:
    """`uri` with `parameters` after those that it has already, which stay as they are (RFC 6749 §3.1.2)."""
    pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value)
    if not pairs:
        return uri
    if "?" not in uri:
        return f"{uri}?{pairs}"
    return f"{uri}{pairs}" if uri.endswith(("?", "&")) else f"{uri}&{pairs}"


def as_page(answer: Answer) -> Response:
    """The same answer, from a view."""
    return Response(answer.body, answer.status, answer.headers)


def _respond(request: AuthorizationRequest, issuer: str, parameters: dict[str, str]) -> Answer:
    # RFC 6749 §4.1.2: `state` unchanged. RFC 9207 §2: `iss`, in error responses too.
    return MODES[request.response_mode](request.redirect_uri, {**parameters, "state": request.state, "iss": issuer})


def _query(redirect_uri: str, parameters: Mapping[str, str | None]) -> Answer:
    return redirect(with_parameters(redirect_uri, parameters))


# OAuth 2.0 Multiple Response Type Encoding Practices §2.1: how the parameters travel.
MODES: dict[str, Callable[[str, Mapping[str, str | None]], Answer]] = {"query": _query}
