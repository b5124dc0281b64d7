"""The one exit to a relying party: every authorization response, success or error, is built here."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Response

from idp.oidc import form_post, jarm
from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest
from idp.oidc.response_types import is_through_the_browser
from idp.settings import Settings
from idp.web.calls import Answer, redirect

_SIGNED = ".jwt"


class Exit:
    """Answers relying parties, in the way that each request asks for."""

    def __init__(self, issuer: str, keys: KeyStore) -> None:
        self._issuer = issuer
        self._keys = keys

    def success(self, request: AuthorizationRequest, parameters: Mapping[str, str]) -> Answer:
        """What was issued (RFC 6749 §4.1.2, OpenID Connect Core §3.2.2.5)."""
        return self._respond(request, parameters)

    def error(self, request: AuthorizationRequest, code: str, description: str = "") -> Answer:
        """An error; `description` is plain ASCII (RFC 6749 §4.1.2.1)."""
        return self._respond(request, {"error": code, "error_description": description})

    def _respond(self, request: AuthorizationRequest, parameters: Mapping[str, str]) -> Answer:
        # RFC 6749 §4.1.2: `state` unchanged. RFC 9207 §2: `iss`, in error responses too.
        sent = {name: value for name, value in {**parameters, "state": request.state}.items() if value}
        channel, signed, _ = request.response_mode.partition(_SIGNED)
        if signed:
            text = jarm.sign(self._keys, request.signed_with, self._issuer, request.client_id, sent)
            return CHANNELS[channel](request, {"response": text})
        return CHANNELS[channel](request, {**sent, "iss": self._issuer})


def usual_mode(kind: str) -> str:
    """How answers of this type travel where the request does not say."""
    return "fragment" if is_through_the_browser(kind) else "query"


def mode(kind: str, asked: str | None) -> str | None:
    """The response mode of an answer of this type, where `asked` is served and fit for it; else None.

    Tokens never travel in a query (Multiple Response Types §3.0, JARM §2.3.1).
    """
    usual = usual_mode(kind)
    wanted = {None: usual, "jwt": usual + _SIGNED}.get(asked, asked)
    channel = str(wanted).removesuffix(_SIGNED)
    if channel not in CHANNELS or (channel == "query" and usual == "fragment"):
        return None
    return wanted


def with_parameters(uri: str, parameters: Mapping[str, str | None]) -> str:
    """`uri` with `parameters` after those that it has already, which stay as they are (RFC 6749 §3.1.2)."""
    pairs = _encoded(parameters)
    if not pairs:
        return uri
    if "?" not in uri:
        return f"{uri}?{pairs}"
    return f"{uri}{pairs}" if uri.endswith(("?", "&")) else f"{uri}&{pairs}"


def as_page(answer: Answer) -> Response:
    """The same answer, from a view."""
    return Response(answer.body, answer.status, answer.headers)


def metadata(_settings: Settings) -> dict[str, Any]:
    """What discovery tells of the ways that an answer travels."""
    return {"response_modes_supported": list(MODES)}


def _encoded(parameters: Mapping[str, str | None]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value)


def _query(request: AuthorizationRequest, parameters: Mapping[str, str]) -> Answer:
    return redirect(with_parameters(request.redirect_uri, parameters))


def _fragment(request: AuthorizationRequest, parameters: Mapping[str, str]) -> Answer:
    return redirect(f"{request.redirect_uri}#{_encoded(parameters)}")


def _form_post(request: AuthorizationRequest, parameters: Mapping[str, str]) -> Answer:
    return form_post.page(request.redirect_uri, parameters, request.ui_locales)


# OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2: how the parameters travel.
CHANNELS: dict[str, Callable[[AuthorizationRequest, Mapping[str, str]], Answer]] = {
    "query": _query,
    "fragment": _fragment,
    "form_post": _form_post,
}
MODES = (*CHANNELS, "jwt", *(channel + _SIGNED for channel in CHANNELS))
