"""The table of checks on an authorization request, in order.

Until the client and its redirect_uri are good, a refusal is a page; afterwards it is a response to the relying party.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.requests import AuthorizationRequest, Refused
from idp.oidc.responses import MODES
from idp.sessions.levels import LEVELS

PROMPTS = ("none", "login", "select_account")
# Allowed, and of no effect while no client needs a consent.
_CONSENT = "consent"
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST = {"state": 4096, "nonce": 1024, "scope": 2048, "claims": 8192, "id_token_hint": 16384}
_LONGEST_OTHER = 2048
_DEEPEST_CLAIMS = 6


@dataclass(slots=True)
class Inquiry:
    """A request on its way through the table: what came, and what is known so far."""

    parameters: dict[str, str]
    twice: set[str]
    clients: Clients
    keys: KeyStore
    issuer: str
    request: AuthorizationRequest = field(default_factory=AuthorizationRequest)
    client: Client = None  # type: ignore[assignment]  # the second check sets it, or none follows


def check(inquiry: Inquiry) -> None:
    """Run the table over `inquiry`, which then holds the accepted request. Raises `Refused`.

    Once `inquiry.request.redirect_uri` is set, a refusal may be sent to it.
    """
    for rule in CHECKS:
        rule(inquiry)


def _response_can_be_built(inquiry: Inquiry) -> None:
    for name in ("client_id", "redirect_uri", "state"):
        if name in inquiry.twice:
            raise _malformed("comes more than once", name, "RFC 6749 §3.1")
    if len(inquiry.parameters.get("state", "")) > _LONGEST["state"]:
        raise _malformed("is too long to be sent back", "state", "RFC 6749 §4.1.2.1")


def _client_is_known(inquiry: Inquiry) -> None:
    identifier = inquiry.parameters.get("client_id")
    if identifier is None:
        raise _malformed("is missing", "client_id", "RFC 6749 §4.1.1")
    client = inquiry.clients.find(identifier)
    if client is None:
        raise _malformed("is not the id of a registered client", "client_id", "RFC 6749 §4.1.2.1")
    inquiry.client = client
    inquiry.request.client_id = identifier


def _redirect_uri_is_registered(inquiry: Inquiry) -> None:
    uri = inquiry.parameters.get("redirect_uri")
    if uri is None:
        raise _malformed("is missing", "redirect_uri", "OpenID Connect Core §3.1.2.1")
    if not inquiry.client.accepts_redirect(uri):
        raise _malformed("is not one of those registered, to the byte", "redirect_uri", "RFC 9700 §2.1")
    inquiry.request.redirect_uri = uri
    inquiry.request.state = inquiry.parameters.get("state")


def _nothing_comes_twice(inquiry: Inquiry) -> None:
    if inquiry.twice:
        raise Refused("invalid_request", "a parameter comes more than once")


def _nothing_is_too_long(inquiry: Inquiry) -> None:
    for name, value in inquiry.parameters.items():
        if len(value) > _LONGEST.get(name, _LONGEST_OTHER):
            raise Refused("invalid_request", "a parameter is too long")


def _response_mode_is_served(inquiry: Inquiry) -> None:
    mode = inquiry.parameters.get("response_mode", "query")
    if mode not in MODES:
        raise Refused("invalid_request", "this response_mode is not served")
    inquiry.request.response_mode = mode


def _response_type_is_allowed(inquiry: Inquiry) -> None:
    kind = inquiry.parameters.get("response_type")
    if kind is None:
        raise Refused("invalid_request", "response_type is missing")
    if kind != "code":
        raise Refused("unsupported_response_type", "response_type must be code")
    if kind not in inquiry.client.response_types or "authorization_code" not in inquiry.client.grant_types:
        raise Refused("unauthorized_client", "this client is not registered for response_type code")


def _no_request_object(inquiry: Inquiry) -> None:
    for name in ("request", "request_uri", "registration"):
        if name in inquiry.parameters:
            raise Refused(f"{name}_not_supported", f"the parameter {name} is not supported")


def _scope_is_allowed(inquiry: Inquiry) -> None:
    wanted = dict.fromkeys(inquiry.parameters.get("scope", "").split())
    inquiry.request.scope = tuple(name for name in wanted if name in inquiry.client.scope)
    if not inquiry.request.scope:
        raise Refused("invalid_scope", "scope must hold openid, or another scope that this client may ask for")


def _pkce_is_strong(inquiry: Inquiry) -> None:
    challenge = inquiry.parameters.get("code_challenge")
    method = inquiry.parameters.get("code_challenge_method")
    if challenge is None:
        if method is not None:
            raise Refused("invalid_request", "code_challenge_method comes without a code_challenge")
        if inquiry.client.require_pkce:
            raise Refused("invalid_request", "code_challenge is required for this client")
        return
    # RFC 7636 §4.3 reads a missing method as "plain": it must be named.
    if method != "S256":
        raise Refused("invalid_request", "code_challenge_method must be S256")
    if not _S256_CHALLENGE.fullmatch(challenge):
        raise Refused("invalid_request", "code_challenge must be the 43 characters of a SHA-256 in base64url")
    inquiry.request.code_challenge = challenge


def _prompt_makes_sense(inquiry: Inquiry) -> None:
    prompt = tuple(inquiry.parameters.get("prompt", "").split())
    if not set(prompt) <= {*PROMPTS, _CONSENT}:
        raise Refused("invalid_request", "prompt holds a value that is not known")
    if "none" in prompt and len(prompt) > 1:
        raise Refused("invalid_request", "prompt=none stands alone")
    inquiry.request.prompt = prompt


def _max_age_is_a_number(inquiry: Inquiry) -> None:
    text = inquiry.parameters.get("max_age")
    if text is not None and not _SECONDS.fullmatch(text):
        raise Refused("invalid_request", "max_age must be a number of seconds")
    inquiry.request.max_age = int(text) if text is not None else inquiry.client.default_max_age


def _claims_are_well_formed(inquiry: Inquiry) -> None:
    text = inquiry.parameters.get("claims")
    if text is None:
        return
    try:
        claims = orjson.loads(text)
    except orjson.JSONDecodeError:
        claims = None
    if not isinstance(claims, dict) or _is_deeper(claims, _DEEPEST_CLAIMS):
        raise Refused("invalid_request", "claims must be a JSON object, not deeply nested")
    for place in ("id_token", "userinfo"):
        asked = claims.get(place)
        if asked is None:
            continue
        if not isinstance(asked, dict) or not all(one is None or _is_claim_request(one) for one in asked.values()):
            raise Refused("invalid_request", "claims holds a claim request that is not one")
        inquiry.request.claims[place] = asked


def _is_claim_request(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("essential", False), bool)
        and isinstance(value.get("values", []), list)
    )


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inner)


def _acr_can_be_met(inquiry: Inquiry) -> None:
    inquiry.request.acr_values = tuple(inquiry.parameters.get("acr_values", "").split())
    asked = _claim_request(inquiry, "acr")
    wanted = _values(asked)
    if asked.get("essential") and wanted and not any(value in LEVELS for value in wanted):
        raise Refused("unmet_authentication_requirements", "no sign-in here reaches this acr")


def _one_subject_is_meant(inquiry: Inquiry) -> None:
    subjects = {value for value in _values(_claim_request(inquiry, "sub")) if isinstance(value, str)}
    hint = inquiry.parameters.get("id_token_hint")
    if hint is not None:
        subjects.add(_subject_of_hint(inquiry, hint))
    if len(subjects) > 1:
        raise Refused("invalid_request", "id_token_hint and claims name different subjects")
    inquiry.request.subject = next(iter(subjects), None)


def _subject_of_hint(inquiry: Inquiry, hint: str) -> str:
    # It may have expired, and its key may have retired: it only says who is meant.
    claims = inquiry.keys.read(hint, "JWT")
    if claims is None or claims.get("iss") != inquiry.issuer:
        raise Refused("invalid_request", "id_token_hint is not an ID token of this provider")
    return str(claims["sub"])


def _claim_request(inquiry: Inquiry, name: str) -> Mapping[str, Any]:
    return inquiry.request.claims.get("id_token", {}).get(name) or {}


def _values(asked: Mapping[str, Any]) -> list[Any]:
    return asked.get("values") or ([asked["value"]] if "value" in asked else [])


def _hints_are_kept(inquiry: Inquiry) -> None:
    inquiry.request.nonce = inquiry.parameters.get("nonce")
    inquiry.request.ui_locales = inquiry.parameters.get("ui_locales")
    hint = inquiry.parameters.get("login_hint", "")
    # Only an address can fill the form; any other number or name is forgotten at once.
    if "@" in hint and len(hint) <= 254:
        inquiry.request.login_hint = hint


def _malformed(what: str, parameter: str, clause: str) -> Refused:
    return Refused("invalid_request", f"{parameter} {what}", parameter=parameter, clause=clause)


CHECKS: tuple[Callable[[Inquiry], None], ...] = (
    # RFC 6749 §3.1: what builds the response must be there once.
    _response_can_be_built,
    # RFC 6749 §4.1.2.1: without a good client and redirect_uri, tell the person and never redirect.
    _client_is_known,
    # RFC 9700 §2.1: exact comparison; RFC 8252 §7.3: but for the port on loopback.
    _redirect_uri_is_registered,
    # RFC 6749 §3.1: no parameter more than once.
    _nothing_comes_twice,
    # RFC 9700 §4: what comes from anywhere is bounded.
    _nothing_is_too_long,
    # OAuth 2.0 Multiple Response Type Encoding Practices §2.1: the mode that the answer will have.
    _response_mode_is_served,
    # RFC 6749 §3.1.1, §4.1.2.1: a type that is missing, unknown, or not registered for.
    _response_type_is_allowed,
    # OpenID Connect Core §3.1.2.6: what is not supported has its own errors.
    _no_request_object,
    # OpenID Connect Core §3.1.2.1: unknown scopes are ignored; RFC 6749 §3.3: but one must remain.
    _scope_is_allowed,
    # RFC 7636 §4.4.1, RFC 9700 §2.1.1: S256 or nothing; never nothing from a public client.
    _pkce_is_strong,
    # OpenID Connect Core §3.1.2.1: `none` stands alone, unknown values are refused.
    _prompt_makes_sense,
    # OpenID Connect Core §3.1.2.1, Registration §2 (default_max_age).
    _max_age_is_a_number,
    # OpenID Connect Core §5.5.
    _claims_are_well_formed,
    # OpenID Connect Core §5.5.1.1: an essential acr that cannot be met fails the sign-in.
    _acr_can_be_met,
    # OpenID Connect Core §3.1.2.1 (id_token_hint), §5.5.1 (a `sub` asked for).
    _one_subject_is_meant,
    # OpenID Connect Core §3.1.2.1: nonce back unchanged; login_hint and ui_locales never fail.
    _hints_are_kept,
)
