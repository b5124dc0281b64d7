"""Handing a message over, to a relay or to a folder. Not here: what it says (`web/mailer.py`)."""

import mailbox
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

_TIMEOUT = 10.0


class Transport(Protocol):
    """Where messages go."""

    def send(self, message: EmailMessage) -> None:
        """Hand `message` over; raises `OSError` or `smtplib.SMTPException` when it was not taken."""


class Smtp:
    """A relay: `smtp://[user:password@]host[:port]`, or `smtps://` for TLS from the first byte."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._implicit_tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._implicit_tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")

    def send(self, message: EmailMessage) -> None:
        """One connection a message; international addresses only where the relay says SMTPUTF8 (RFC 6531)."""
        with self._opened() as relay:
            relay.send_message(message)

    def probe(self) -> bool:
        """Go as far as `send` without sending; whether what is sent is encrypted. Raises as `send`."""
        with self._opened() as relay:
            relay.noop()
            return isinstance(relay.sock, ssl.SSLSocket)

    @contextmanager
    def _opened(self) -> Iterator[smtplib.SMTP]:
        with self._connect() as relay:
            if not self._implicit_tls:
                self._start_tls(relay)
            if self._user:
                relay.login(self._user, self._password)
            yield relay

    def _connect(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)

    def _start_tls(self, relay: smtplib.SMTP) -> None:
        relay.ehlo_or_helo_if_needed()
        # A password is never sent in clear: `starttls` fails where it is not offered.
        if self._user or relay.has_extn("starttls"):
            relay.starttls(context=self._tls_context())

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._user:
            # No secret is sent: a home-made certificate is still better than clear text (RFC 7435).
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Maildir:
    """A folder in the Maildir format, for the demo and the tests."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def send(self, message: EmailMessage) -> None:
        """The message appears whole in `new/`, or not at all."""
        international = not message.get("To", "").isascii()
        written = message.as_bytes(policy=policy.default.clone(utf8=international))
        for folder in ("tmp", "cur", "new"):
            (self._path / folder).mkdir(parents=True, exist_ok=True)
        # `mailbox` counts the messages of a process without a lock: two threads would give one name.
        with self._lock:
            box = mailbox.Maildir(self._path, create=False)
            try:
                box.add(written)
            finally:
                box.close()


def transport(mail_url: str) -> Transport:
    """The transport that the setting `mail_url` names."""
    if mail_url.startswith("maildir://"):
        return Maildir(Path(unquote(mail_url.removeprefix("maildir://"))))
    return Smtp(mail_url)
