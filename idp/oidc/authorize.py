"""The table of checks on an authorization request, in order.

Until the client and its redirect_uri are good, a refusal is a page; afterwards it is a response to the relying party.
"""

import re
from collections.abc import Callable

from idp.oidc import authorization_details, responses, sources
from idp.oidc import authorize_hints as hints
from idp.oidc.inquiry import Inquiry, malformed
from idp.oidc.requests import Refused
from idp.oidc.resource_indicators import InvalidTarget
from idp.oidc.resource_indicators import read as read_resource
from idp.oidc.response_types import CODE, ISSUED, is_through_the_browser, normalised

__all__ = ["PROMPTS", "Inquiry", "check"]
PROMPTS = hints.PROMPTS
_LONGEST = {"state": 4096, "nonce": 1024, "scope": 2048, "claims": 8192, "id_token_hint": 16384}
# The tokens that bring a request are bounded where they are read.
_LONGEST |= dict.fromkeys(("request", "client_assertion"), 65_536)
_LONGEST_OTHER = 2048
# Every parameter that is read, by its name in the registry (RFC 6749 section 11.2).
READ = frozenset(
    {
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age",
        "ui_locales", "id_token_hint", "login_hint", "acr_values", "claims", "code_challenge", "code_challenge_method",
        "request", "request_uri", "registration", "authorization_details", "resource", "dpop_jkt",
    }
)  # fmt: skip
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def check(inquiry: Inquiry) -> None:
    """Run the table over `inquiry`, which then holds the accepted request. Raises `Refused`.

    Once `inquiry.request.redirect_uri` is set, a refusal may be sent to it.
    """
    for rule, clause in CHECKS:
        try:
            rule(inquiry)
        except Refused as refused:
            refused.clause = refused.clause or clause
            raise


def _response_can_be_built(inquiry: Inquiry) -> None:
    for name in ("client_id", "redirect_uri", "state"):
        if name in inquiry.twice:
            raise malformed("comes more than once", name)
    if len(inquiry.parameters.get("state", "")) > _LONGEST["state"]:
        raise malformed("is too long to be sent back", "state")


def _client_is_known(inquiry: Inquiry) -> None:
    identifier = inquiry.parameters.get("client_id")
    if identifier is None:
        raise malformed("is missing", "client_id")
    client = inquiry.clients.find(identifier)
    if client is None:
        raise malformed("is not the id of a registered client", "client_id")
    inquiry.client = client
    inquiry.request.client_id = identifier


def _parameters_are_whole(inquiry: Inquiry) -> None:
    try:
        sources.resolve(inquiry)
    except Refused:
        # The parameters beside it say where an answer may go, where they do.
        if inquiry.client.accepts_redirect(inquiry.parameters.get("redirect_uri", "")):
            _answer_has_an_address(inquiry)
        raise


def _redirect_uri_is_registered(inquiry: Inquiry) -> None:
    uri = inquiry.parameters.get("redirect_uri")
    if uri is None:
        raise malformed("is missing", "redirect_uri")
    if not inquiry.client.accepts_redirect(uri):
        raise malformed("is not one of those registered, to the byte", "redirect_uri")
    _answer_has_an_address(inquiry)


def _answer_has_an_address(inquiry: Inquiry) -> None:
    request, parameters = inquiry.request, inquiry.parameters
    request.redirect_uri = parameters["redirect_uri"]
    request.state = parameters.get("state")
    # Where type or mode turn out to be none, the error goes as near to them as it can.
    kind = normalised(parameters.get("response_type", CODE))
    kind = kind if kind in ISSUED else CODE
    request.response_mode = responses.mode(kind, parameters.get("response_mode")) or responses.usual_mode(kind)
    request.signed_with = inquiry.client.authorization_signed_response_alg
    request.ui_locales = parameters.get("ui_locales")


def _nothing_comes_twice(inquiry: Inquiry) -> None:
    if inquiry.twice:
        raise Refused("invalid_request", f"{_named(inquiry.twice)} comes more than once")


def _nothing_is_too_long(inquiry: Inquiry) -> None:
    for name, value in inquiry.parameters.items():
        if len(value) > _LONGEST.get(name, _LONGEST_OTHER):
            raise Refused("invalid_request", f"{_named({name})} is too long")


def _named(names: set[str]) -> str:
    # Only a name that is read here: what came is never echoed.
    return next(iter(sorted(names & READ)), "a parameter")


def _response_type_is_allowed(inquiry: Inquiry) -> None:
    kind = inquiry.parameters.get("response_type")
    if kind is None:
        raise Refused("invalid_request", "response_type is missing")
    kind = normalised(kind)
    if kind not in ISSUED or (is_through_the_browser(kind) and not inquiry.runtime.settings.implicit_flows):
        raise Refused("unsupported_response_type", "response_type is not one of response_types_supported")
    if kind not in inquiry.client.response_types:
        raise Refused("unauthorized_client", "the client is not registered for this response_type")
    inquiry.request.response_type = kind


def _response_mode_is_served(inquiry: Inquiry) -> None:
    asked, kind = inquiry.parameters.get("response_mode"), inquiry.request.response_type
    mode = responses.mode(kind, asked)
    if mode is None:
        raise Refused("invalid_request", "response_mode is not served, or would put tokens into a query")
    if mode not in inquiry.client.rules.response_modes:
        raise Refused("invalid_request", "response_mode is not one that the profile of the client allows")
    inquiry.request.response_mode = mode


def _no_registration(inquiry: Inquiry) -> None:
    if "registration" in inquiry.parameters:
        raise Refused("registration_not_supported", "the parameter registration is not supported")


def _no_authorization_details(inquiry: Inquiry) -> None:
    if authorization_details.NAME in inquiry.parameters:
        raise Refused(authorization_details.ERROR, authorization_details.DESCRIPTION)


def _scope_is_allowed(inquiry: Inquiry) -> None:
    wanted = dict.fromkeys(inquiry.parameters.get("scope", "").split())
    issued = ISSUED[inquiry.request.response_type]
    if "code" not in issued:
        # OpenID Connect Core §11: nothing outlives the session where there is no code.
        wanted.pop("offline_access", None)
    scope = tuple(name for name in wanted if name in inquiry.client.scope)
    if not scope or ("id_token" in issued and "openid" not in scope):
        raise Refused("invalid_scope", "scope must hold openid, or another scope that this client may ask for")
    inquiry.request.scope = scope


def _nonce_is_there(inquiry: Inquiry) -> None:
    if "id_token" in ISSUED[inquiry.request.response_type] and "nonce" not in inquiry.parameters:
        raise Refused("invalid_request", "nonce is missing: this response_type needs one")


def _pkce_is_strong(inquiry: Inquiry) -> None:
    challenge = inquiry.parameters.get("code_challenge")
    method = inquiry.parameters.get("code_challenge_method")
    if challenge is None:
        if method is not None:
            raise Refused("invalid_request", "code_challenge_method comes without a code_challenge")
        if inquiry.client.require_pkce and "code" in ISSUED[inquiry.request.response_type]:
            raise Refused("invalid_request", "code_challenge is required for this client")
        return
    # RFC 7636 §4.3 reads a missing method as "plain": it must be named.
    if method != "S256":
        raise Refused("invalid_request", "code_challenge_method must be S256")
    if not _S256_CHALLENGE.fullmatch(challenge):
        raise Refused("invalid_request", "code_challenge must be the 43 characters of a SHA-256 in base64url")
    inquiry.request.code_challenge = challenge


def _resource_is_registered(inquiry: Inquiry) -> None:
    asked = inquiry.parameters.get("resource")
    if asked is not None:
        try:
            inquiry.request.resource = read_resource(asked, inquiry.client, inquiry.runtime.settings)
        except InvalidTarget as refused:
            raise Refused("invalid_target", str(refused), clause="RFC 8707 section 2") from None


CHECKS: tuple[tuple[Callable[[Inquiry], None], str], ...] = (
    # What builds the response must be there once.
    (_response_can_be_built, "RFC 6749 section 3.1"),
    # Without a good client and redirect_uri, tell the person and never redirect.
    (_client_is_known, "RFC 6749 section 4.1.2.1"),
    # What was pushed, and what is in a request object, takes the place of the parameters.
    (_parameters_are_whole, "RFC 9101 section 5"),
    # Exact comparison; but for the port on loopback (RFC 8252 §7.3).
    (_redirect_uri_is_registered, "RFC 9700 section 2.1"),
    (_nothing_comes_twice, "RFC 6749 section 3.1"),
    # What comes from anywhere is bounded.
    (_nothing_is_too_long, "RFC 9700 section 4"),
    # A type that is missing, unknown, or not registered for; implicit and hybrid are off by default (RFC 9700 §2.1.2).
    (_response_type_is_allowed, "RFC 6749 section 3.1.1"),
    # The mode that the answer will have.
    (_response_mode_is_served, "OAuth 2.0 Multiple Response Types section 2.1"),
    # What is not supported has its own errors.
    (_no_registration, "OpenID Connect Core section 3.1.2.6"),
    (_no_authorization_details, authorization_details.CLAUSE),
    # Unknown scopes are ignored (OpenID Connect Core §3.1.2.1), but one must remain.
    (_scope_is_allowed, "RFC 6749 section 3.3"),
    (_nonce_is_there, "OpenID Connect Core section 3.2.2.1"),
    # S256 or nothing (RFC 9700 §2.1.1); never nothing from a public client.
    (_pkce_is_strong, "RFC 7636 section 4.4.1"),
    (_resource_is_registered, "RFC 8707 section 2"),
    (hints.dpop_key_is_named, "RFC 9449 section 10"),
    # `none` stands alone, unknown values are refused.
    (hints.prompt_makes_sense, "OpenID Connect Core section 3.1.2.1"),
    # Also Registration §2 (default_max_age).
    (hints.max_age_is_a_number, "OpenID Connect Core section 3.1.2.1"),
    (hints.claims_are_well_formed, "OpenID Connect Core section 5.5"),
    # An essential acr that cannot be met fails the sign-in (RFC 9470 too).
    (hints.acr_can_be_met, "OpenID Connect Core section 5.5.1.1"),
    # id_token_hint, and a `sub` asked for (§5.5.1).
    (hints.one_subject_is_meant, "OpenID Connect Core section 3.1.2.1"),
    # nonce back unchanged; login_hint and ui_locales never fail.
    (hints.hints_are_kept, "OpenID Connect Core section 3.1.2.1"),
)
