"""A client's signed assertion of who it is (RFC 7523 §2.2, OpenID Connect Core §9): by its key, or by its secret."""

import base64
from collections.abc import Callable
from typing import Any

import orjson

from idp.core import clock
from idp.oidc import clients, jose, replay
from idp.oidc.client_metadata import Client
from idp.web.calls import Call

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What signs with a secret; the others are rows of the client's profile.
SECRET_ALGORITHMS = ("HS256",)
# Seconds ahead that `exp` may be: so long its `jti` is remembered.
LONGEST_LIFE = 3600
_LONGEST_JTI = 512
_TOKEN_ENDPOINT = "/oidc/token"  # noqa: S105
Claims = dict[str, Any]


class InvalidAssertion(Exception):
    """An assertion proves nothing; one plain sentence that says why."""


def claimed_client(text: str) -> str:
    """Who an assertion says it is from, before anything of it is believed; an empty text where it says nothing."""
    try:
        payload = text.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(payload.encode("ascii") + b"=" * (-len(payload) % 4)))
        return str(claims["sub"])
    except (ValueError, IndexError, KeyError, TypeError):
        return ""


def check(call: Call, client: Client, form: dict[str, str]) -> None:
    """See that the assertion in `form` is the client's, made for us, and comes for the first time.

    Raises `InvalidAssertion`.
    """
    if form.get("client_assertion_type") != TYPE:
        raise InvalidAssertion("client_assertion_type must be the one of RFC 7523 section 2.2")
    try:
        claims = _signed_claims(call, client, form["client_assertion"])
    except jose.InvalidToken:
        raise InvalidAssertion(
            "the signature of client_assertion is not good, or its alg is not allowed (RFC 7523 section 3)"
        ) from None
    for rule in RULES:
        if reason := rule(call, client, claims):
            raise InvalidAssertion(reason)
    # Last: an assertion that is refused must not use up the name of a good one.
    made_at, exp = int(claims.get("iat", claims["exp"] - LONGEST_LIFE)), int(claims["exp"])
    name = f"{client.client_id} {claims['jti']}"
    if not replay.first_use(call.runtime, "assertion", name, made_at=made_at, life=exp - clock.now() + 1):
        raise InvalidAssertion("client_assertion was used before: each has a jti of its own (RFC 7523 section 3)")


def _signed_claims(call: Call, client: Client, text: str) -> Claims:
    registered = client.token_endpoint_auth_signing_alg
    if client.token_endpoint_auth_method == "client_secret_jwt":  # noqa: S105
        key = clients.shared_key(call.runtime.keyring, client)
        return jose.verify(text, keys=jose.shared(key or b""), algorithms=SECRET_ALGORITHMS)[1]
    algorithms = (registered,) if registered else client.rules.algorithms
    return jose.verify(text, keys=jose.keys_of(client), algorithms=algorithms)[1]


def _is_of_the_client(_call: Call, client: Client, claims: Claims) -> str | None:
    named = claims.get("iss") == claims.get("sub") == client.client_id
    return None if named else "iss and sub of client_assertion must both be the client_id (RFC 7523 section 3)"


def _is_for_us(call: Call, client: Client, claims: Claims) -> str | None:
    issuer, audience = call.runtime.settings.issuer, claims.get("aud")
    if client.rules.strict_audience:
        refusal = "aud of client_assertion must be the issuer, as one text (FAPI 2.0 section 5.3.2.1)"
        return None if audience == issuer else refusal
    ours = {issuer, issuer + _TOKEN_ENDPOINT, issuer + call.path}
    named = [audience] if isinstance(audience, str) else audience
    if isinstance(named, list) and any(isinstance(one, str) and one in ours for one in named):
        return None
    return "aud of client_assertion must be the issuer or the token endpoint (OpenID Connect Core section 9)"


def _is_of_now(_call: Call, client: Client, claims: Claims) -> str | None:
    now, ahead = clock.now(), client.rules.clock_ahead
    if not _is_time(claims.get("exp")) or not now < claims["exp"] <= now + LONGEST_LIFE + ahead:
        return "exp of client_assertion must be there, in the future and within an hour (RFC 7523 section 3)"
    for name in ("iat", "nbf"):
        if name in claims and not (_is_time(claims[name]) and claims[name] <= now + ahead):
            return f"{name} of client_assertion is not a time, or is ahead of ours (RFC 7523 section 3)"
    return None


def _has_a_name(_call: Call, _client: Client, claims: Claims) -> str | None:
    jti = claims.get("jti")
    good = isinstance(jti, str) and 0 < len(jti) <= _LONGEST_JTI
    return None if good else "jti of client_assertion is missing (OpenID Connect Core section 9)"


def _is_time(value: Any) -> bool:
    # A boolean is a number to Python.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1 << 40


RULES: tuple[Callable[[Call, Client, Claims], str | None], ...] = (
    _is_of_the_client,
    _is_for_us,
    _is_of_now,
    _has_a_name,
)
