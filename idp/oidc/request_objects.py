"""Request objects (RFC 9101, OpenID Connect Core §6): a request as a JWT, by value or by reference."""

from collections.abc import Callable
from typing import Any

import orjson

from idp.core import clock
from idp.oidc import jose, outgoing
from idp.oidc.client_fields import ALGORITHMS
from idp.oidc.client_metadata import Client
from idp.oidc.inquiry import Inquiry
from idp.oidc.requests import Refused
from idp.settings import Settings

TYPE = "oauth-authz-req+jwt"
# About the object, not of the request.
_OF_THE_JWT = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti", "sub"})
_ACCEPT = f"application/{TYPE}, application/jwt"
_MOST_PARAMETERS = 200
_RULE = "RFC 9101 section 6"
Claims = dict[str, Any]


def by_value(inquiry: Inquiry) -> None:
    """Read the object that `request` is. Raises `Refused`: `invalid_request_object`, `request_not_supported`."""
    _read(inquiry, inquiry.parameters["request"])


def by_reference(inquiry: Inquiry) -> None:
    """Fetch and read the object at `request_uri`.

    Raises `Refused`: `invalid_request_uri`, `request_uri_not_supported`, `invalid_request_object`.
    """
    client, rule = inquiry.client, "OpenID Connect Core section 6.2"
    if not client.request_uris or client.rules.par_required:
        raise Refused("request_uri_not_supported", "the client has registered no request_uris", clause=rule)
    uri = inquiry.parameters["request_uri"].partition("#")[0]
    # OpenID Connect Registration §2, request_uris: its fragment only says that the content has changed.
    if uri not in {registered.partition("#")[0] for registered in client.request_uris}:
        raise Refused("invalid_request_uri", "request_uri is not one of those registered", clause=rule)
    try:
        text = outgoing.get(inquiry.runtime.settings, uri, _ACCEPT).decode("ascii").strip()
    except outgoing.CallFailed as failed:
        raise Refused("invalid_request_uri", f"request_uri: {failed}", clause=rule) from None
    except UnicodeDecodeError:
        raise _bad("what request_uri leads to is not a JWT") from None
    _read(inquiry, text)


def metadata(_settings: Settings) -> dict[str, Any]:
    """What discovery tells of them."""
    return {
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "request_object_signing_alg_values_supported": ["none", *ALGORITHMS],
    }


def _read(inquiry: Inquiry, text: str) -> None:
    header, claims = _checked(inquiry.client, text)
    issuer = inquiry.runtime.settings.issuer
    for rule in RULES:
        if reason := rule(inquiry.client, issuer, header, claims):
            raise _bad(reason)
    own = _as_parameters(claims)
    for name in ("client_id", "response_type"):
        if name in own and own[name] != inquiry.parameters.get(name, own[name]):
            raise _bad(f"{name} is another than the one beside the request object")
    inquiry.signed = header.get("alg") != "none"
    beside = {name: value for name, value in inquiry.parameters.items() if name not in ("request", "request_uri")}
    if _stands_alone(inquiry.client):
        # RFC 9101 §5: what is not in the object was never said. `client_id` may have come by the authentication.
        if own.get("client_id") != inquiry.client.client_id:
            raise _bad("client_id is missing from the request object")
        beside = {}
    inquiry.parameters = {**beside, **own}


def _stands_alone(client: Client) -> bool:
    # OpenID Connect Core §6.1 lets the parameters beside it complete the object, for other clients.
    return client.require_signed_request_object or client.rules.signed_request_required


def _checked(client: Client, text: str) -> tuple[dict[str, Any], Claims]:
    """The header and claims of an object that the client's key signed, or that its registration leaves unsigned."""
    if text.count(".") == 4:
        raise _bad("the request object is encrypted, which is not supported")
    registered = client.request_object_signing_alg
    try:
        unsigned = jose.algorithm_of(text) == "none"
        if unsigned and registered == "none":
            return jose.read_unsigned(text)
        keys = jose.keys_of(client)
        if registered is None and (unsigned or keys == ()) and not _stands_alone(client):
            raise Refused(
                "request_not_supported", "the client is not registered for this kind of request object", clause=_RULE
            )
        # Signed is more than a client needs that may leave it out.
        algorithms = client.rules.algorithms if registered in (None, "none") else (registered,)
        return jose.verify(text, keys=keys, algorithms=algorithms)
    except jose.InvalidToken as invalid:
        raise _bad(f"the request object cannot be believed: {invalid}") from None


def _typ_is_right(_client: Client, _issuer: str, header: dict[str, Any], _claims: Claims) -> str | None:
    # RFC 8725 §3.11: what was signed to be something else is no request.
    if "typ" not in header or jose.is_typ(header, TYPE) or jose.is_typ(header, "jwt"):
        return None
    return f"typ of the request object must be {TYPE}"


def _is_from_the_client(client: Client, _issuer: str, _header: dict[str, Any], claims: Claims) -> str | None:
    if claims.get("iss", client.client_id) != client.client_id:
        return "iss of the request object must be the client_id"
    # RFC 9101 §10.8: an assertion of who the client is could be taken for one.
    return "the request object has a sub, which is not of a request" if "sub" in claims else None


def _is_for_us(client: Client, issuer: str, _header: dict[str, Any], claims: Claims) -> str | None:
    audience = claims.get("aud")
    if audience is None:
        return "aud of the request object is missing" if client.rules.signed_request_required else None
    named = audience if isinstance(audience, list) else [audience]
    return None if issuer in named else "aud of the request object must be the issuer"


def _is_of_now(client: Client, _issuer: str, _header: dict[str, Any], claims: Claims) -> str | None:
    now, ahead = clock.now(), client.rules.clock_ahead
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if not all(_is_time(value) for value in times.values()):
        return "exp, nbf and iat of the request object must be numbers of seconds"
    if times.get("exp", now + 1) <= now:
        return "the request object has expired"
    if max(times.get("nbf", now), times.get("iat", now)) > now + ahead:
        return "nbf or iat of the request object is ahead of our clock"
    return None


def _is_short_lived(client: Client, _issuer: str, _header: dict[str, Any], claims: Claims) -> str | None:
    life = client.rules.request_object_life
    if life is None:
        return None
    # FAPI 2.0 Message Signing §5.3.1.
    if "nbf" not in claims or claims["nbf"] < clock.now() - life:
        return "nbf of the request object is missing, or more than an hour ago"
    if "exp" not in claims or claims["exp"] > claims["nbf"] + life:
        return "exp of the request object is missing, or more than an hour after nbf"
    return None


def _holds_no_other(_client: Client, _issuer: str, _header: dict[str, Any], claims: Claims) -> str | None:
    nested = {"request", "request_uri"} & claims.keys()
    return "a request object holds no request and no request_uri" if nested else None


RULES: tuple[Callable[[Client, str, dict[str, Any], Claims], str | None], ...] = (
    _typ_is_right,
    _is_from_the_client,
    _is_for_us,
    _is_of_now,
    _is_short_lived,
    # RFC 9101 §4.
    _holds_no_other,
)


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_parameters(claims: Claims) -> dict[str, str]:
    """The claims as a query would have brought them: texts; JSON where they have a structure (`claims`)."""
    own = {name: _as_text(value) for name, value in claims.items() if name not in _OF_THE_JWT}
    if len(own) > _MOST_PARAMETERS or any("\0" in text for pair in own.items() for text in pair):
        raise _bad("the request object holds too much, or a NUL character")
    return {name: value for name, value in own.items() if value}


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        # RFC 8707: one `resource` may come as a list.
        return value[0]
    return "" if value is None else orjson.dumps(value).decode()


def _bad(description: str) -> Refused:
    return Refused("invalid_request_object", description, clause=_RULE)
