"""The values of a registration, each by itself: addresses, names, scopes, keys, and the lists that are served."""

import base64
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

# RFC 6749 §2.3.1: some clients send Basic credentials raw, so nothing in them may need an encoding.
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_URI = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:]+")
_SECTOR = re.compile(r"[a-z0-9.-]{1,253}")
_B64U = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK_IPS = ("127.0.0.1", "::1")
_MOST_KEYS = 20
_WEAKEST_RSA = 2048
# RFC 7518 §6: what only the owner of a key has.
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEY_MEMBERS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}


def check_uri(uri: str) -> str:
    """A URI that a browser may be sent to, as it is. Raises `ValueError`.

    RFC 9700 §2.1, §4.1: whole and exact, https, or http to this machine only; no fragment, no wildcard.
    """
    if not _URI.fullmatch(uri):
        raise ValueError("a URI has plain URI characters only, and neither a fragment nor a wildcard")
    parts = urlsplit(uri)
    host = parts.hostname or ""
    # A host stands in policies of pages too: nothing in it may end a directive.
    if not _HOST.fullmatch(host) or "@" in parts.netloc or parts.port == 0:
        raise ValueError("a URI is absolute, with a host and no credentials")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("a URI is https; http is for loopback only")
    return uri


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    return host in _LOOPBACK_IPS or host == "localhost"


def same_but_port(registered: str, uri: str) -> bool:
    """Whether `uri` is `registered` on another port of this machine, by its address (RFC 8252 §7.3)."""
    try:
        check_uri(uri)
        known, asked = urlsplit(registered), urlsplit(uri)
    except ValueError:
        return False
    return (
        known.hostname in _LOOPBACK_IPS
        and asked._replace(netloc=known.netloc) == known
        and (asked.hostname == known.hostname)
    )


def _words(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


def _check_scope(value: frozenset[str]) -> frozenset[str]:
    if not all(_SCOPE_TOKEN.fullmatch(token) for token in value):
        raise ValueError("a scope has visible ASCII characters, without quotes and backslashes (RFC 6749 §3.3)")
    return value


def _check_name(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("a name is printable and not empty")
    return value


def _check_id(value: str) -> str:
    if not CLIENT_ID.fullmatch(value):
        raise ValueError("1 to 64 characters of A-Z a-z 0-9 _ -")
    return value


def _check_sector(value: str) -> str:
    if value and not _SECTOR.fullmatch(value):
        raise ValueError("a host in lower case")
    return value


def _check_request_uri(value: str) -> str:
    # OpenID Connect Registration §2: the fragment may be a hash of the file, so that a new one is fetched anew.
    address, _, fragment = value.partition("#")
    if fragment and not _B64U.fullmatch(fragment):
        raise ValueError("the fragment of a request URI is a hash in base64url")
    check_uri(address)
    return value


def _check_resource(value: str) -> str:
    # RFC 8707 §2: absolute, without a fragment; it names a resource, nobody is sent there.
    if not _URI.fullmatch(value) or not urlsplit(value).scheme:
        raise ValueError("a resource is an absolute URI without a fragment (RFC 8707 §2)")
    return value


def _sorted_type(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [" ".join(sorted(one.split())) if isinstance(one, str) else one for one in value]
    return value


def check_jwks(value: dict[str, Any]) -> dict[str, Any]:
    """A key set with public keys only (RFC 7517). Raises `ValueError`."""
    keys = value.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= _MOST_KEYS or not all(isinstance(key, dict) for key in keys):
        raise ValueError(f"a key set has 1 to {_MOST_KEYS} keys (RFC 7517 §5)")
    for key in keys:
        _check_key(key)
    return value


def _check_key(key: dict[str, Any]) -> None:
    kind = key.get("kty")
    if _PRIVATE & key.keys() or kind == "oct":
        raise ValueError("a key set holds public keys only")
    members = _KEY_MEMBERS.get(kind) if isinstance(kind, str) else None
    # Other kinds of keys may stand there: they are for others.
    if members and not all(isinstance(key.get(name), str) and _B64U.fullmatch(key[name]) for name in members):
        raise ValueError(f"an {kind} key has {', '.join(members)} in base64url (RFC 7518 §6)")
    if kind == "RSA" and _bits(key["n"]) < _WEAKEST_RSA:
        raise ValueError(f"an RSA key has {_WEAKEST_RSA} bits at least")


def _bits(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big").bit_length()


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


Id = Annotated[str, AfterValidator(_check_id)]
Name = Annotated[str, AfterValidator(_check_name), Field(max_length=100)]
Uri = Annotated[str, AfterValidator(check_uri), Field(max_length=2000)]
Uris = Annotated[tuple[Uri, ...], Field(max_length=50)]
RequestUris = Annotated[tuple[Annotated[str, AfterValidator(_check_request_uri)], ...], Field(max_length=50)]
Resources = Annotated[tuple[Annotated[str, AfterValidator(_check_resource)], ...], Field(max_length=50)]
Text = Annotated[str, AfterValidator(_check_name), Field(max_length=254)]
Texts = Annotated[tuple[Text, ...], Field(max_length=20)]
Scope = Annotated[frozenset[str], BeforeValidator(_words), AfterValidator(_check_scope)]
Sector = Annotated[str, AfterValidator(_check_sector)]
Jwks = Annotated[dict[str, Any], AfterValidator(check_jwks)]
# OAuth 2.0 Multiple Response Type Encoding Practices §5, each in the order of the alphabet.
ResponseType = Literal["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]
ResponseTypes = Annotated[tuple[ResponseType, ...], BeforeValidator(_sorted_type), AfterValidator(_unique)]
GrantType = Literal[
    "authorization_code",
    "implicit",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
]
AuthMethod = Literal[
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
]
# What we sign with, and what a client may.
Algorithm = Literal["RS256", "PS256", "ES256", "EdDSA"]
AssertionAlgorithm = Literal["RS256", "PS256", "ES256", "EdDSA", "HS256"]
RequestAlgorithm = Literal["none", "RS256", "PS256", "ES256", "EdDSA"]
# The same lists, for what is published.
RESPONSE_TYPES: tuple[str, ...] = get_args(ResponseType)
GRANT_TYPES: tuple[str, ...] = get_args(GrantType)
AUTH_METHODS: tuple[str, ...] = get_args(AuthMethod)
ALGORITHMS: tuple[str, ...] = get_args(Algorithm)
