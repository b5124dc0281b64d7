"""A message reaches a relay, encrypted where it can be and never with a password in clear, or a folder, whole."""

import datetime
import smtplib
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from servers import free_port

from idp.core import mail


def message(to: str = "camille@exemple.fr") -> EmailMessage:
    made = EmailMessage(policy=policy.SMTP)
    made["Subject"], made["From"], made["To"] = "Bonjour", "mgen@connect.example", to
    made.set_content("Un é.\n.\nUne ligne.\n")
    return made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A home-made certificate for 127.0.0.1: its file, and its key's."""
    folder = tmp_path_factory.mktemp("tls")
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    unprotected = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, unprotected))
    return folder / "certificate.pem", folder / "key.pem"


class Relay:
    """A relay that remembers what it was told."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.logins: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, auth_data):
        self.logins.append(auth_data.password)
        return AuthResult(success=True)


@pytest.fixture
def relay():
    return Relay()


@pytest.fixture
def run(relay, certificate):
    """Start the relay: `tls` is none, starttls or smtps; its address and port."""
    started = []

    def start(tls="none", **options):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        if tls == "starttls":
            options["tls_context"] = context
        port = free_port()
        controller = Controller(
            relay, hostname="127.0.0.1", port=port, ssl_context=context if tls == "smtps" else None,
            authenticator=relay.authenticate, auth_required=False, **options,
        )  # fmt: skip
        controller.start()
        started.append(controller)
        return f"127.0.0.1:{port}"

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture
def trusted(monkeypatch, certificate):
    """The machine trusts the home-made certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def test_a_relay_gets_the_whole_message(run, relay):
    """Lines that begin with a dot too (RFC 5321 §4.5.2)."""
    mail.transport(f"smtp://{run()}").send(message())
    [envelope] = relay.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("mgen@connect.example", ["camille@exemple.fr"])
    assert envelope.content.endswith(b"\r\n.\r\nUne ligne.\r\n")


def test_encryption_that_is_offered_is_used(run, relay):
    """Whoever signed the relay's certificate: there is nothing secret in saying who we are."""
    mail.transport(f"smtp://{run('starttls')}").send(message())
    assert relay.encrypted == [True]


@pytest.mark.usefixtures("trusted")
def test_a_password_goes_encrypted(run, relay):
    """Decoded from the URL."""
    mail.transport(f"smtp://connect:p%40ss%2F@{run('starttls')}").send(message())
    assert (relay.logins, relay.encrypted) == ([b"p@ss/"], [True])


@pytest.mark.usefixtures("trusted")
def test_smtps_is_encrypted_from_the_first_byte(run, relay):
    """With the relay's certificate checked."""
    mail.transport(f"smtps://{run('smtps')}").send(message())
    assert len(relay.taken) == 1


def test_a_password_is_not_sent_in_clear(run, relay):
    """Nothing is sent at all."""
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail.transport(f"smtp://connect:secret@{run(auth_require_tls=False)}").send(message())
    assert (relay.logins, relay.taken) == ([], [])


@pytest.mark.parametrize(("url", "tls"), [("smtp://connect:secret@", "starttls"), ("smtps://", "smtps")])
def test_a_password_is_not_sent_to_a_stranger(run, relay, url, tls):
    """A certificate nobody vouches for."""
    with pytest.raises(ssl.SSLCertVerificationError):
        mail.transport(url + run(tls)).send(message())
    assert (relay.logins, relay.taken) == ([], [])


def test_a_refused_recipient_is_an_error(run):
    """The outbox tries again, then gives up."""
    with pytest.raises(smtplib.SMTPException):
        mail.transport(f"smtp://{run()}").send(message("refused@exemple.fr"))


def test_an_international_address_needs_a_relay_that_reads_it(run, relay):
    """RFC 6531: only where it says SMTPUTF8."""
    mail.transport(f"smtp://{run(enable_SMTPUTF8=True)}").send(message("hélène@exemple.fr"))
    assert relay.taken[0].rcpt_tos == ["hélène@exemple.fr"]
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail.transport(f"smtp://{run(enable_SMTPUTF8=False)}").send(message("hélène@exemple.fr"))


def test_a_silent_relay_is_given_up(monkeypatch):
    """After ten seconds; here after less."""
    monkeypatch.setattr(mail, "_TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            mail.transport(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(message())


def test_a_maildir_has_each_message_once(tmp_path):
    """Made where it is missing; several writers at once."""
    transport = mail.transport(f"maildir://{tmp_path}/a%20folder/mail")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: transport.send(message()), range(40)))
    box = tmp_path / "a folder" / "mail"
    assert len(list((box / "new").iterdir())) == 40
    assert list((box / "tmp").iterdir()) == []
