"""The TLS front of the deployment: nginx, which also passes on the certificate of a client (RFC 8705)."""

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path

from conformance.suite import SuiteError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from idp.core import clock

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    large_client_header_buffers 4 32k;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/front.pem;
        ssl_certificate_key {folder}/front.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        # FAPI 2.0 §5.2.2: the suites of BCP 195.
        ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384;
        # Any certificate is let through: the provider compares it with what the client registered.
        ssl_verify_client optional_no_ca;
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header {header} $ssl_client_escaped_cert;
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Front:
    """An nginx that listens on `port` and asks `upstream`."""

    folder: Path
    host: str
    port: int
    upstream: int
    header: str

    def command(self) -> list[str]:
        """Write its files; the command that starts it. Raises `SuiteError` where there is no nginx."""
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        if nginx is None:
            raise SuiteError("nginx is needed before the provider, for TLS: install it")
        self.folder.mkdir(exist_ok=True)
        key, certificate = self_signed(self.host)
        (self.folder / "front.key").write_bytes(key)
        (self.folder / "front.pem").write_bytes(certificate)
        values = {"folder": self.folder, "port": self.port, "upstream": self.upstream, "header": self.header}
        (self.folder / "nginx.conf").write_text(_CONFIGURATION.format(**values))
        return [nginx, "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "nginx.log")]


def self_signed(name: str, key: rsa.RSAPrivateKey | None = None) -> tuple[bytes, bytes]:
    """A private key and its own certificate for `name`, in PEM."""
    private = key or rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.as_datetime(clock.now())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, certificate.public_bytes(serialization.Encoding.PEM)
