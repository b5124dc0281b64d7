"""The signature algorithms: how each makes a key, signs, and checks (RFC 7518 §3, RFC 8037). One row each."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from idp.core.crypto import b64u

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Jwk = Mapping[str, Any]
# Says nothing where the signature is good. Raises `BadSignature`.
Check = Callable[[bytes, bytes], None]
_SHA256, _PKCS1, _ECDSA = SHA256(), padding.PKCS1v15(), ec.ECDSA(SHA256())
_PSS = padding.PSS(padding.MGF1(_SHA256), _SHA256.digest_size)
_RSA_BITS = 2048


class BadSignature(Exception):
    """A signature that does not match, or a key that cannot check it."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One row: `kind` of its keys (`kty`), and the hash of `at_hash` and its like (OpenID Connect Core §3.1.3.6)."""

    kind: str
    digest: str
    make: Callable[[], PrivateKey]
    sign: Callable[[Any, bytes], bytes]
    checker: Callable[[Jwk], Check]


def public_jwk(private: PrivateKey) -> dict[str, str]:
    """The public half (RFC 7517)."""
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = private.public_key().public_numbers()
        return {"kty": "RSA", "n": _from_number(numbers.n), "e": _from_number(numbers.e)}
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": b64u(private.public_key().public_bytes_raw())}
    point = private.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64u(point.x.to_bytes(32, "big")), "y": b64u(point.y.to_bytes(32, "big"))}


def write_private(private: PrivateKey) -> bytes:
    """The private half, to be sealed."""
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def read_private(der: bytes) -> PrivateKey:
    """The same again."""
    return cast(PrivateKey, load_der_private_key(der, None))


def half_hash(algorithm: str, text: str) -> str:
    """The left half of the hash that goes with a signature: `at_hash`, `c_hash`, `s_hash`; `text` is ASCII or UTF-8."""
    digest = hashlib.new(ALGORITHMS[algorithm].digest, text.encode()).digest()
    return b64u(digest[: len(digest) // 2])


def decode(text: str) -> bytes:
    """Base64url without padding, strictly. Raises `ValueError`."""
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _from_number(value: int) -> str:
    return b64u(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _make_rsa() -> PrivateKey:
    return rsa.generate_private_key(65537, _RSA_BITS)


def _rsa_checker(scheme: padding.AsymmetricPadding) -> Callable[[Jwk], Check]:
    def checker(jwk: Jwk) -> Check:
        modulus, exponent = (int.from_bytes(decode(jwk[name]), "big") for name in ("n", "e"))
        if modulus.bit_length() < _RSA_BITS:
            raise ValueError("weak")
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        return lambda signed, signature: public.verify(signature, signed, scheme, _SHA256)

    return checker


def _sign_ec(private: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    r, s = decode_dss_signature(private.sign(signed, _ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _ec_checker(jwk: Jwk) -> Check:
    if jwk["crv"] != "P-256":
        raise ValueError("another curve")
    x, y = (int.from_bytes(decode(jwk[name]), "big") for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()

    def check(signed: bytes, signature: bytes) -> None:
        if len(signature) != 64:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        public.verify(encode_dss_signature(r, s), signed, _ECDSA)

    return check


def _ed_checker(jwk: Jwk) -> Check:
    if jwk["crv"] != "Ed25519":
        raise ValueError("another curve")
    public = ed25519.Ed25519PublicKey.from_public_bytes(decode(jwk["x"]))
    return lambda signed, signature: public.verify(signature, signed)


def _hmac_checker(jwk: Jwk) -> Check:
    key = decode(jwk["k"])

    def check(signed: bytes, signature: bytes) -> None:
        if not hmac.compare_digest(hmac.digest(key, signed, "sha256"), signature):
            raise InvalidSignature

    return check


# What we sign with. RSA keys serve one of the two schemes each, as their `alg` says.
ALGORITHMS: dict[str, Algorithm] = {
    "RS256": Algorithm(
        "RSA", "sha256", _make_rsa, lambda key, data: key.sign(data, _PKCS1, _SHA256), _rsa_checker(_PKCS1)
    ),
    "PS256": Algorithm("RSA", "sha256", _make_rsa, lambda key, data: key.sign(data, _PSS, _SHA256), _rsa_checker(_PSS)),
    "ES256": Algorithm("EC", "sha256", lambda: ec.generate_private_key(ec.SECP256R1()), _sign_ec, _ec_checker),
    "EdDSA": Algorithm(
        "OKP", "sha512", ed25519.Ed25519PrivateKey.generate, lambda key, data: key.sign(data), _ed_checker
    ),
}
# What others may sign with, beside: a secret that they share with us.
_CHECKERS = {**{name: (row.kind, row.checker) for name, row in ALGORITHMS.items()}, "HS256": ("oct", _hmac_checker)}


def checker(algorithm: str, jwk: Jwk) -> Check:
    """What checks signatures by `jwk` (RFC 7517), parsed once. Raises `BadSignature` where the key does not fit."""
    kind, make = _CHECKERS[algorithm]
    try:
        if jwk.get("kty") != kind or jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
            raise BadSignature
        raw = make(jwk)
    except (ValueError, KeyError, TypeError, AttributeError, UnsupportedAlgorithm):
        raise BadSignature from None

    def check(signed: bytes, signature: bytes) -> None:
        try:
            raw(signed, signature)
        except InvalidSignature:
            raise BadSignature from None

    return check
