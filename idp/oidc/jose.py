"""What clients sign (RFC 7515): checked by the keys of their registration alone, never by a key that comes along."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import orjson

from idp.core import clock
from idp.core.crypto import b64u
from idp.core.runtime import current
from idp.oidc import outgoing
from idp.oidc.algorithms import BadSignature, checker, decode
from idp.oidc.client_fields import check_jwks
from idp.oidc.client_metadata import Client

Jwk = Mapping[str, Any]
# The keys, or who finds them by the `kid` of a header.
Keys = Sequence[Jwk] | Callable[[str | None], Sequence[Jwk]]
# Seconds: what was fetched is good for so long, and is fetched again for an unknown `kid` so seldom.
_KEPT = 900
_PAUSE = 60
_MOST_KEYS = 20
_LONGEST = 65_536
_THUMBPRINT = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
# By jwks_uri: when it was fetched, and the keys.
_fetched: dict[str, tuple[int, Sequence[Jwk]]] = {}


class InvalidToken(Exception):
    """Not a JWS that one of the keys has signed in one of the ways allowed; one plain sentence."""


def verify(
    text: str, *, keys: Keys, algorithms: Collection[str], typ: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a compact JWS. Raises `InvalidToken`.

    `algorithms` are those allowed, never `none`. `typ` must be the header's, where it is given (RFC 8725 §3.11).
    """
    header, claims, signature = _parts(text)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms or algorithm == "none":
        raise InvalidToken("alg is not one of those allowed")
    # RFC 7515 §4.1.11: what must be understood is not.
    if "crit" in header or (kid is not None and not isinstance(kid, str)):
        raise InvalidToken("the header holds what is not understood")
    if typ is not None and not is_typ(header, typ):
        raise InvalidToken("typ is another")
    signed = text.rpartition(".")[0].encode("ascii")
    known = keys(kid) if callable(keys) else keys
    if not any(_matches(algorithm, key, signed, signature) for key in _fitting(known, kid)):
        raise InvalidToken("no key of the registration has made the signature")
    return header, claims


def read_unsigned(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a JWT with `alg` none and no signature (RFC 7519 §6). Raises `InvalidToken`."""
    header, claims, signature = _parts(text)
    if header.get("alg") != "none" or signature:
        raise InvalidToken("it is signed, or its alg is not none")
    return header, claims


def algorithm_of(text: str) -> str:
    """The `alg` that a JWT claims, for choosing how to check it. Raises `InvalidToken`."""
    algorithm = _parts(text)[0].get("alg")
    if not isinstance(algorithm, str):
        raise InvalidToken("alg is missing")
    return algorithm


def is_typ(header: Mapping[str, Any], typ: str) -> bool:
    """Whether a header has this media type, in any case, with or without `application/` (RFC 7515 §4.1.9)."""
    value = header.get("typ")
    return isinstance(value, str) and value.lower().removeprefix("application/") == typ


def keys_of(client: Client) -> Keys:
    """The keys of a client's registration: its `jwks`, or those at its `jwks_uri`."""
    if client.jwks is not None:
        found: Sequence[Jwk] = client.jwks["keys"]
        return found
    if client.jwks_uri is None:
        return ()
    uri = client.jwks_uri
    return lambda kid: _published(uri, kid)


def shared(secret: bytes) -> Keys:
    """The key that a secret is."""
    return ({"kty": "oct", "k": b64u(secret)},)


def thumbprint(jwk: Jwk) -> str:
    """The SHA-256 thumbprint of a key (RFC 7638), in base64url. Raises `InvalidToken` for a key that is none."""
    try:
        members = {name: jwk[name] for name in _THUMBPRINT[jwk["kty"]]}
    except (KeyError, TypeError):
        raise InvalidToken("it is not a public key") from None
    return b64u(hashlib.sha256(orjson.dumps(members)).digest())


def _parts(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    try:
        if len(text) > _LONGEST:
            raise ValueError
        head, body, signature = (decode(part) for part in text.split("."))
        header, claims = orjson.loads(head), orjson.loads(body)
    except ValueError:
        raise InvalidToken("it is not a compact JWS with a JSON object (RFC 7515 section 7.1)") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken("it is not a compact JWS with a JSON object (RFC 7515 section 7.1)")
    return header, claims, signature


def _fitting(keys: Sequence[Jwk], kid: str | None) -> Sequence[Jwk]:
    # A key without a name may be the one that is named.
    return [key for key in keys if kid is None or key.get("kid", kid) == kid][:_MOST_KEYS]


def _matches(algorithm: str, key: Jwk, signed: bytes, signature: bytes) -> bool:
    try:
        checker(algorithm, key)(signed, signature)
    except BadSignature:
        return False
    return True


def _published(uri: str, kid: str | None) -> Sequence[Jwk]:
    now = clock.now()
    at, keys = _fetched.get(uri, (0, ()))
    known = kid is None or any(key.get("kid") == kid for key in keys)
    if now - at < (_KEPT if known else _PAUSE):
        return keys
    # First, so that those who come meanwhile do not all ask.
    _fetched[uri] = (now, keys)
    try:
        document = orjson.loads(outgoing.get(current().settings, uri, "application/jwk-set+json, application/json"))
        keys = list(check_jwks(document)["keys"])
    except (outgoing.CallFailed, ValueError, AttributeError):
        # What was known before is better than nothing.
        return keys
    _fetched[uri] = (now, keys)
    return keys
