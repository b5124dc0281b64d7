"""Demonstrating proof of possession (RFC 9449): a proof shows that who calls holds the key that a token is bound to."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import orjson

from idp.core import clock
from idp.core.crypto import Keyring, b64u, equal
from idp.oidc import jose, replay
from idp.oidc.algorithms import decode
from idp.oidc.client_fields import check_jwks
from idp.oidc.profiles import Profile
from idp.web.calls import Call, ProtocolError

ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA")
# Seconds that a proof is good for (RFC 9449 §11.1, docs/rules.md §5).
LIFE = 60
_TYPE = "dpop+jwt"
_LONGEST_JTI = 512
# Of a modulus in base64url: 8192 bits. A larger one only costs time.
_LONGEST_MODULUS = 1366
Headers = tuple[tuple[str, str], ...]
# RFC 9449 §8: a nonce is good in its window and the next.
_NONCE_WINDOW = 60
_DEFAULT_PORTS = {"https": 443, "http": 80}
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]", re.ASCII)


class InvalidProof(Exception):
    """A proof is refused: `error` is `invalid_dpop_proof` or `use_dpop_nonce`, the text one sentence that says why."""

    def __init__(self, description: str, error: str = "invalid_dpop_proof") -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(slots=True)
class Proof:
    """A proof on its way through the table: what came, what it was made for, and what is known so far."""

    call: Call
    text: str
    rules: Profile
    access_token: str | None
    header: dict[str, Any]
    claims: dict[str, Any]


def thumbprint(call: Call, rules: Profile, access_token: str | None = None) -> str:
    """The RFC 7638 thumbprint of the key that the proof of `call` shows, by the `rules` of the client's profile.

    The proof must be for `access_token`, where one is presented with it. Raises `InvalidProof`.
    """
    proof = Proof(call, call.header("DPOP"), rules, access_token, {}, {})
    for check in CHECKS:
        check(proof)
    key = jose.thumbprint(proof.header["jwk"])
    jti, iat = proof.claims["jti"], int(proof.claims["iat"])
    # Last: only a proof that is good in all else uses up its name.
    if not replay.first_use(call.runtime, "dpop", f"{key} {jti}", made_at=iat, life=iat + LIFE - clock.now() + 1):
        raise InvalidProof("the DPoP proof was used before: each has a jti of its own (RFC 9449 section 11.1)")
    return key


def _is_one_jwt(proof: Proof) -> None:
    # Two headers are joined by a comma, which no JWT holds.
    try:
        head, _, _ = proof.text.split(".")
        proof.header = dict(orjson.loads(decode(head)))
    except (ValueError, TypeError):
        raise InvalidProof("the DPoP header holds one JWT, and comes once (RFC 9449 section 4.3)") from None


def _type_is_right(proof: Proof) -> None:
    if proof.header.get("typ") != _TYPE:
        raise InvalidProof("typ of the DPoP proof must be dpop+jwt (RFC 9449 section 4.3)")


def _algorithm_is_allowed(proof: Proof) -> None:
    algorithm = proof.header.get("alg")
    if algorithm not in ALGORITHMS or algorithm not in proof.rules.algorithms:
        raise InvalidProof("alg of the DPoP proof is not one that this client may use (RFC 9449 section 4.3)")


def _key_is_public(proof: Proof) -> None:
    jwk = proof.header.get("jwk")
    try:
        if not isinstance(jwk, dict) or len(str(jwk.get("n", ""))) > _LONGEST_MODULUS:
            raise ValueError
        check_jwks({"keys": [jwk]})
    except ValueError:
        raise InvalidProof(
            "jwk of the DPoP proof must be a public key, an RSA one of 2048 to 8192 bits (RFC 9449 section 4.3)"
        ) from None


def _signature_is_good(proof: Proof) -> None:
    try:
        _, proof.claims = jose.verify(
            proof.text, keys=[proof.header["jwk"]], algorithms=[proof.header["alg"]], typ=_TYPE
        )
    except jose.InvalidToken:
        raise InvalidProof("the signature of the DPoP proof is not good under its jwk (RFC 9449 section 4.3)") from None


def _method_is_this(proof: Proof) -> None:
    if proof.claims.get("htm") != proof.call.method:
        raise InvalidProof("htm of the DPoP proof is not the method of this request (RFC 9449 section 4.3)")


def _address_is_this(proof: Proof) -> None:
    expected = proof.call.runtime.settings.issuer + proof.call.path
    htu = proof.claims.get("htu")
    if not isinstance(htu, str) or normalised(htu) != normalised(expected):
        raise InvalidProof("htu of the DPoP proof is not the address of this request (RFC 9449 section 4.3)")


def _time_is_now(proof: Proof) -> None:
    made_at, now = proof.claims.get("iat"), clock.now()
    if not _is_number(made_at):
        raise InvalidProof("iat of the DPoP proof must be a number of seconds (RFC 9449 section 4.2)")
    if not now - LIFE <= made_at <= now + proof.rules.clock_ahead:
        raise InvalidProof("iat of the DPoP proof must be within the last 60 seconds (RFC 9449 section 11.1)")


def _limits_are_kept(proof: Proof) -> None:
    now = clock.now()
    exp, nbf = proof.claims.get("exp", now + 1), proof.claims.get("nbf", now)
    if not (_is_number(exp) and exp > now and _is_number(nbf) and nbf <= now + proof.rules.clock_ahead):
        raise InvalidProof("exp or nbf of the DPoP proof does not let it be used now (RFC 7519 section 4.1)")


def _is_number(value: Any) -> TypeGuard[float]:
    # A boolean is a number to Python.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name_is_there(proof: Proof) -> None:
    jti = proof.claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise InvalidProof("jti of the DPoP proof must be a text of up to 512 characters (RFC 9449 section 4.2)")


def _token_is_this(proof: Proof) -> None:
    if proof.access_token is None:
        return
    expected = b64u(hashlib.sha256(proof.access_token.encode("utf-8", "surrogatepass")).digest())
    ath = proof.claims.get("ath")
    if not isinstance(ath, str) or not equal(ath, expected):
        raise InvalidProof("ath of the DPoP proof is not the hash of the access token (RFC 9449 section 4.3)")


def _nonce_is_ours(proof: Proof) -> None:
    if not proof.call.runtime.settings.dpop_nonces:
        return
    given = proof.claims.get("nonce")
    window, keyring = clock.now() // _NONCE_WINDOW, proof.call.runtime.keyring
    accepted = [_nonce(keyring, window), _nonce(keyring, window - 1)]
    if not isinstance(given, str) or not any(equal(given, each) for each in accepted):
        raise InvalidProof(
            "the DPoP proof needs the nonce of the header DPoP-Nonce (RFC 9449 section 8)", "use_dpop_nonce"
        )


# RFC 9449 §4.3, in its order, and §8; that a proof counts once (§11.1) comes after all of them.
CHECKS: tuple[Callable[[Proof], None], ...] = (
    _is_one_jwt,
    _type_is_right,
    _algorithm_is_allowed,
    _key_is_public,
    _signature_is_good,
    _method_is_this,
    _address_is_this,
    _name_is_there,
    _time_is_now,
    _limits_are_kept,
    _token_is_this,
    _nonce_is_ours,
)


def nonce(keyring: Keyring) -> str:
    """The nonce of now (RFC 9449 §8): the same for all, kept nowhere, and known to nobody ahead of its time."""
    return _nonce(keyring, clock.now() // _NONCE_WINDOW)


def _nonce(keyring: Keyring, window: int) -> str:
    return b64u(keyring.digest("dpop-nonce", window.to_bytes(8, "big"))[:16])


def nonce_headers(call: Call) -> Headers:
    """The header that hands out the next nonce, where this deployment asks for nonces (RFC 9449 §8.2)."""
    return (("DPoP-Nonce", nonce(call.runtime.keyring)),) if call.runtime.settings.dpop_nonces else ()


def at_token_endpoint(call: Call, invalid: InvalidProof) -> ProtocolError:
    """The refusal of a proof where tokens are issued (RFC 9449 §5, §8)."""
    return ProtocolError(invalid.error, invalid.description, headers=nonce_headers(call))


def normalised(url: str) -> str:
    """`url` without query and fragment, as RFC 9449 §4.3 compares it (RFC 3986 §6.2.2, §6.2.3); empty for none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or "@" in parts.netloc:
        return ""
    default = port is None or port == _DEFAULT_PORTS.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = _ESCAPED.sub(_unescaped, parts.path) or "/"
    return f"{parts.scheme}://{host}{'' if default else f':{port}'}{path}"


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()
