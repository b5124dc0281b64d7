"""The checks on how a person is to sign in: prompt, max_age, claims, acr, who is meant (OpenID Connect Core §3.1.2)."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from idp.oidc.inquiry import Inquiry
from idp.oidc.requests import Refused
from idp.sessions.levels import highest, known, lowest

# `create`: OpenID Connect Initiating User Registration 1.0.
PROMPTS = ("none", "login", "consent", "select_account", "create")
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_DEEPEST_CLAIMS = 6


def dpop_key_is_named(inquiry: Inquiry) -> None:
    """`dpop_jkt` is the thumbprint of a key."""
    text = inquiry.parameters.get("dpop_jkt")
    if text is not None and not _THUMBPRINT.fullmatch(text):
        raise Refused("invalid_request", "dpop_jkt must be the 43 characters of a SHA-256 in base64url")
    inquiry.request.dpop_jkt = text


def prompt_makes_sense(inquiry: Inquiry) -> None:
    """What the person must be asked."""
    prompt = tuple(inquiry.parameters.get("prompt", "").split())
    if not set(prompt) <= set(PROMPTS):
        raise Refused("invalid_request", "prompt holds a value that is not known")
    if "none" in prompt and len(prompt) > 1:
        raise Refused("invalid_request", "prompt=none stands alone")
    if "create" in prompt and not inquiry.client.registration:
        raise Refused("invalid_request", "prompt=create: accounts are not made on the way to this client")
    inquiry.request.prompt = prompt


def max_age_is_a_number(inquiry: Inquiry) -> None:
    """How old the sign-in may be, in seconds."""
    text = inquiry.parameters.get("max_age")
    if text is not None and not _SECONDS.fullmatch(text):
        raise Refused("invalid_request", "max_age must be a number of seconds")
    inquiry.request.max_age = int(text) if text is not None else inquiry.client.default_max_age


def claims_are_well_formed(inquiry: Inquiry) -> None:
    """Claims asked for by name."""
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


def acr_can_be_met(inquiry: Inquiry) -> None:
    """The level of sign-in that is wished for, and the one without which nothing is answered.

    What the client has registered (`default_acr_values`) is needed whatever the request says: browsers can rewrite it.
    """
    request, default = inquiry.request, inquiry.client.default_acr_values
    text = inquiry.parameters.get("acr_values")
    named = tuple((text or "").split())
    asked = _claim_request(inquiry, "acr")
    wanted = _values(asked)
    essential = wanted if asked.get("essential") else []
    if essential and not known(essential):
        raise Refused("unmet_authentication_requirements", "no sign-in here reaches this acr")
    # RFC 9470 §5: an API that asked for a level would refuse the token, and the client come back for ever.
    for_an_api = bool(request.resource) or "openid" not in request.scope
    needed = named if for_an_api else ()
    if needed and not known(needed):
        raise Refused(
            "unmet_authentication_requirements", "no sign-in here reaches these acr_values", clause="RFC 9470 section 5"
        )
    request.acr_essential = known(essential)
    request.acr_needed = highest((lowest(essential), lowest(needed), lowest(default)))
    # In order of preference (OpenID Connect Core §3.1.2.1): the first that is one of ours.
    request.acr_wished = next(iter(known((*named, *wanted) or default)), "")


def one_subject_is_meant(inquiry: Inquiry) -> None:
    """The one `sub` that may answer."""
    subjects = {value for value in _values(_claim_request(inquiry, "sub")) if isinstance(value, str)}
    hint = inquiry.parameters.get("id_token_hint")
    if hint is not None:
        subjects.add(_subject_of_hint(inquiry, hint))
    if len(subjects) > 1:
        raise Refused("invalid_request", "id_token_hint and claims name different subjects")
    inquiry.request.subject = next(iter(subjects), None)


def _subject_of_hint(inquiry: Inquiry, hint: str) -> str:
    # It may have expired, and its key may have retired: it only says who is meant.
    claims = inquiry.keys.read_id_token(hint)
    if claims is None or claims["iss"] != inquiry.runtime.settings.issuer:
        raise Refused("invalid_request", "id_token_hint is not an ID token of this provider")
    return str(claims["sub"])


def hints_are_kept(inquiry: Inquiry) -> None:
    """What only helps."""
    inquiry.request.nonce = inquiry.parameters.get("nonce")
    hint = inquiry.parameters.get("login_hint", "")
    # Only an address can fill the form; any other number or name is forgotten at once.
    if "@" in hint and len(hint) <= 254:
        inquiry.request.login_hint = hint


def _claim_request(inquiry: Inquiry, name: str) -> Mapping[str, Any]:
    return inquiry.request.claims.get("id_token", {}).get(name) or {}


def _values(asked: Mapping[str, Any]) -> list[Any]:
    return asked.get("values") or ([asked["value"]] if "value" in asked else [])
