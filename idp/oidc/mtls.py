"""Mutual TLS (RFC 8705): the client's certificate as the TLS front hands it on, whose it is, and tokens bound to it.

The front ends TLS, so the certificate comes in a header (`client_certificate_header`), believed from trusted proxies
only; they must set it or take it away.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError
from joserfc.jwk import import_key

from idp.core import clock
from idp.core.crypto import b64u
from idp.oidc import jose
from idp.oidc.client_metadata import Client
from idp.settings import Settings
from idp.web import source
from idp.web.calls import Call

_LONGEST = 32_768
KeyType = Literal["RSA", "EC", "OKP"]
_KINDS: dict[KeyType, type] = {
    "RSA": rsa.RSAPublicKey,
    "EC": ec.EllipticCurvePublicKey,
    "OKP": ed25519.Ed25519PublicKey,
}
_MARK = re.compile(r"-----(?:BEGIN|END) CERTIFICATE-----")
# Names of RFC 4514 §3 that the parser does not know by itself.
_NAMES = {
    "E": NameOID.EMAIL_ADDRESS,
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "businessCategory": NameOID.BUSINESS_CATEGORY,
    "jurisdictionC": NameOID.JURISDICTION_COUNTRY_NAME,
}


def is_configured(settings: Settings) -> bool:
    """Whether a certificate can reach us at all."""
    return bool(settings.client_certificate_header)


def certificate(call: Call) -> bytes | None:
    """The client's certificate (DER) of this call's connection; None where there is none, or none to be believed."""
    settings = call.runtime.settings
    if not settings.client_certificate_header or not source.is_from_proxy(call.environ, settings.trusted_proxies):
        return None
    return read(call.header(settings.client_certificate_header.upper().replace("-", "_")))


def read(text: str) -> bytes | None:
    """The first certificate (DER) of a header: PEM, escaped for a URL or not, or base64 alone (RFC 9440 §2.1)."""
    if not text or len(text) > _LONGEST:
        return None
    first = next((part for part in _MARK.split(unquote(text)) if part.strip()), "")
    encoded = "".join(first.partition(",")[0].split()).strip(":")
    try:
        return base64.b64decode(encoded.encode("ascii"), validate=True) or None
    except ValueError:
        return None


def thumbprint(der: bytes) -> str:
    """`x5t#S256` (RFC 8705 §3.1)."""
    return b64u(hashlib.sha256(der).digest())


def proves(call: Call, client: Client) -> bool:
    """Whether the certificate of `call` is the client's, by the one of both methods that it is registered for."""
    der = certificate(call)
    try:
        loaded = x509.load_der_x509_certificate(der) if der else None
    except ValueError:
        return False
    return loaded is not None and _METHODS[client.token_endpoint_auth_method](loaded, client, call.runtime.settings)


def _is_named(loaded: x509.Certificate, client: Client, settings: Settings) -> bool:
    """RFC 8705 §2.1: an authority that we trust vouches for the name that is registered."""
    authorities = settings.client_certificate_authorities
    if authorities is None or not _is_vouched_for(loaded, authorities):
        return False
    return any(
        bears(loaded, registered)
        for name, bears in SUBJECT_NAMES.items()
        if (registered := getattr(client, name)) is not None
    )


def _has_registered_key(loaded: x509.Certificate, client: Client, _settings: Settings) -> bool:
    """RFC 8705 §2.2: nobody vouches for it; its key is one of those that the client has registered."""
    public = loaded.public_key()
    kind = next((name for name, type_ in _KINDS.items() if isinstance(public, type_)), None)
    if kind is None:
        return False
    shown = import_key(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), kind).thumbprint()
    keys = jose.keys_of(client)
    if not callable(keys):
        return _is_among(shown, keys)
    # A name that nobody has makes it fetch them again: the client may have another key since.
    return _is_among(shown, keys(None)) or _is_among(shown, keys(""))


def _is_among(shown: str, keys: Sequence[jose.Jwk]) -> bool:
    for key in keys:
        try:
            if jose.thumbprint(key) == shown:
                return True
        except jose.InvalidToken:
            continue
    return False


_METHODS: dict[str, Callable[[x509.Certificate, Client, Settings], bool]] = {
    "tls_client_auth": _is_named,
    "self_signed_tls_client_auth": _has_registered_key,
}


def _is_vouched_for(loaded: x509.Certificate, authorities: Path) -> bool:
    verifier = (
        PolicyBuilder()
        .store(_store(authorities))
        .time(clock.as_datetime(clock.now()))
        # What a certificate of a client must hold is for its authority to say.
        .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(loaded, [])
    except VerificationError:
        return False
    return True


@lru_cache(maxsize=4)
def _store(authorities: Path) -> Store:
    return Store(x509.load_pem_x509_certificates(authorities.read_bytes()))


def _has_subject(loaded: x509.Certificate, registered: str) -> bool:
    # RFC 8705 §2.1.2: compared as names (RFC 4517 §4.2.15), not as texts.
    try:
        wanted = x509.Name.from_rfc4514_string(registered, _NAMES)
    except ValueError:
        return False
    return _comparable(loaded.subject) == _comparable(wanted)


def _comparable(name: x509.Name) -> list[frozenset[tuple[str, str]]]:
    return [
        frozenset((each.oid.dotted_string, " ".join(str(each.value).split()).casefold()) for each in part)
        for part in name.rdns
    ]


def _alternatives(loaded: x509.Certificate, kind: type[x509.GeneralName]) -> list[str]:
    try:
        names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [str(name.value) for name in names if isinstance(name, kind)]


def _is_address(loaded: x509.Certificate, registered: str) -> bool:
    try:
        return str(ip_address(registered)) in _alternatives(loaded, x509.IPAddress)
    except ValueError:
        return False


SUBJECT_NAMES: dict[str, Callable[[x509.Certificate, str], bool]] = {
    "tls_client_auth_subject_dn": _has_subject,
    "tls_client_auth_san_dns": lambda loaded, name: name.lower() in map(str.lower, _alternatives(loaded, x509.DNSName)),
    "tls_client_auth_san_uri": lambda loaded, name: name in _alternatives(loaded, x509.UniformResourceIdentifier),
    "tls_client_auth_san_ip": _is_address,
    "tls_client_auth_san_email": lambda loaded, name: name in _alternatives(loaded, x509.RFC822Name),
}
