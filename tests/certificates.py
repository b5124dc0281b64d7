"""Certificates for tests: an authority, and what it or nobody vouches for."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

NAMES = (
    x509.DNSName("client.example"),
    x509.UniformResourceIdentifier("https://client.example/id"),
    x509.IPAddress(ip_address("192.0.2.7")),
    x509.IPAddress(ip_address("2001:db8::7")),
    x509.RFC822Name("client@example.org"),
)


class Certificate:
    """A certificate and its key; `issuer` has signed it, or it itself has."""

    def __init__(
        self,
        subject: str,
        issuer: "Certificate | None" = None,
        *,
        names: tuple[x509.GeneralName, ...] = (),
        authority: bool = False,
        days: int = 365,
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name, now = x509.Name.from_rfc4514_string(subject), datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.loaded.subject if issuer else name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=days))
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if authority:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
            identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        if issuer:
            known = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
            builder = builder.add_extension(known, critical=False)
        self.loaded = builder.sign((issuer or self).key, SHA256())

    @property
    def pem(self) -> str:
        """As a file holds it."""
        return self.loaded.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        """As it travels."""
        return self.loaded.public_bytes(Encoding.DER)
