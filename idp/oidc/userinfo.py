"""UserInfo (OpenID Connect Core §5.3): what an access token lets a client know of a person, now."""

from typing import Any

import orjson

from idp.core.crypto import equal
from idp.core.runtime import Runtime
from idp.oidc import binding, claims, dpop, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.tokens import Grant
from idp.web.calls import Answer, Call, ProtocolError, json_answer
from idp.web.edge import Edge

PATH = "/oidc/userinfo"
_FORM = "application/x-www-form-urlencoded"
_SCHEMES = ("bearer", "dpop")
# No type, so that nobody, ourselves included, takes what is told here for an ID token (RFC 8725 §3.11).
_UNTYPED = ""


def register(edge: Edge, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
    """Serve UserInfo."""
    edge.register(PATH, ("GET", "POST"), UserInfoEndpoint(runtime, clients, keys), cors=True)


class UserInfoEndpoint:
    """Answers with claims, or with the errors of RFC 6750 §3 and RFC 9449 §7."""

    def __init__(self, runtime: Runtime, clients: Clients, keys: KeyStore) -> None:
        self._runtime = runtime
        self._clients = clients
        self._keys = keys

    def __call__(self, call: Call) -> Answer:
        scheme, text = find_token(call)
        if text is None:
            # RFC 6750 §3.1: without a token there is nothing to say of an error.
            challenges = [("WWW-Authenticate", _challenge("Bearer")), ("WWW-Authenticate", _challenge("DPoP"))]
            return Answer(401, b"", [*challenges, ("Cache-Control", "no-store")])
        grant = tokens.read_access(self._runtime, self._keys, text)
        client = self._clients.find(grant.client_id) if grant else None
        if grant is None or client is None:
            raise _refusal("invalid_token", "the access token is unknown or has expired (RFC 6750 section 3.1)", 401)
        if grant.confirmation or scheme == "dpop":
            _see_that_it_is_held(call, client, grant, scheme, text)
        if grant.resource:
            raise _refusal("invalid_token", "the access token is for another resource (RFC 8707 section 2)", 401)
        if "openid" not in grant.scope.split():
            raise _refusal(
                "insufficient_scope",
                "the access token was not issued for openid (RFC 6750 section 3.1)",
                403,
                'scope="openid"',
            )
        person = tokens.alive(self._runtime.sql, grant, client)
        if person is None:
            raise _refusal(
                "invalid_token", "the access token has been revoked, or its sign-in is over (RFC 6750 section 3.1)", 401
            )
        told = claims.of_person(person, grant.scope, grant.userinfo.split())
        told["sub"] = claims.subject(self._runtime.keyring, client, grant.account_id)
        answer = self._signed(client, told) if client.userinfo_signed_response_alg else json_answer(told)
        if scheme == "dpop":
            answer.headers.extend(dpop.nonce_headers(call))
        return answer

    def _signed(self, client: Client, told: dict[str, Any]) -> Answer:
        """OpenID Connect Core §5.3.2: as a JWT, for the one client."""
        content = {**told, "iss": self._runtime.settings.issuer, "aud": client.client_id}
        signed = self._keys.sign(str(client.userinfo_signed_response_alg), orjson.dumps(content), _UNTYPED)
        return Answer(200, signed.encode(), [("Content-Type", "application/jwt"), ("Cache-Control", "no-store")])


def find_token(call: Call) -> tuple[str, str | None]:
    """The scheme and the access token of a call: in the header, or in a form (RFC 6750 §2.1, §2.2; RFC 9449 §7.1).

    Never in the query. Raises `ProtocolError` where it comes in two ways.
    """
    scheme, _, value = call.header("AUTHORIZATION").partition(" ")
    scheme = scheme.lower()
    in_header = value.strip() if scheme in _SCHEMES else None
    if call.method != "POST" or not call.environ.get("CONTENT_TYPE", "").lower().startswith(_FORM):
        return scheme, in_header
    in_form = call.form().get("access_token")
    if in_header is not None and in_form is not None:
        raise _refusal("invalid_request", "the access token comes in two ways at once (RFC 6750 section 2)", 400)
    return (scheme, in_header) if in_form is None else ("bearer", in_form)


def _see_that_it_is_held(call: Call, client: Client, grant: Grant, scheme: str, text: str) -> None:
    """Refuse a bound token from whom does not hold what it is bound to (RFC 9449 §7.1, §7.2; RFC 8705 §3)."""
    if binding.token_type(grant.confirmation).lower() != scheme:
        raise _refusal(
            "invalid_token", "the access token comes by another scheme than its token_type (RFC 9449 section 7.1)", 401
        )
    if scheme == "bearer":
        if not binding.is_held(call, grant.confirmation):
            raise _refusal("invalid_token", "the access token is bound to a certificate (RFC 8705 section 3)", 401)
        return
    try:
        key = dpop.thumbprint(call, client.rules, text)
    except dpop.InvalidProof as invalid:
        nonces = dpop.nonce_headers(call)
        raise _refusal(invalid.error, invalid.description, 401, scheme="DPoP", headers=nonces) from None
    if not equal(f"{binding.KEY}={key}", grant.confirmation):
        raise _refusal(
            "invalid_token", "the access token is bound to another key (RFC 9449 section 7.1)", 401, scheme="DPoP"
        )


def _refusal(
    error: str, description: str, status: int, *more: str, scheme: str = "Bearer", headers: dpop.Headers = ()
) -> ProtocolError:
    challenge = _challenge(scheme, f'error="{error}"', f'error_description="{description}"', *more)
    return ProtocolError(error, description, status=status, headers=(("WWW-Authenticate", challenge), *headers))


def _challenge(scheme: str, *attributes: str) -> str:
    if scheme == "DPoP":
        # RFC 9449 §7.1.
        attributes = (*attributes, f'algs="{" ".join(dpop.ALGORITHMS)}"')
    return f"{scheme} " + ", ".join(('realm="MGEN Connect"', *attributes))
