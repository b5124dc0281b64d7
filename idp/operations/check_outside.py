"""Checks of what we speak to: the front that people reach, the relay of messages, the service of letters."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson

from idp.core import clock, mail
from idp.core.runtime import Runtime
from idp.core.throttle import DAY
from idp.operations.verdicts import Verdict, Verdicts, error, ok, warning, why, writable

_TIMEOUT = 5
_SOON, _NOW = 21, 7
_DISCOVERY = "/.well-known/openid-configuration"
_LONGEST = 1 << 20


def tls(parts: Runtime) -> Verdicts:
    """That the issuer is reached over https, with a certificate that lasts, and is us."""
    issuer = urlsplit(parts.settings.issuer)
    if issuer.scheme != "https":
        yield ok("the issuer is http: nothing to look at")
        return
    connection = http.client.HTTPSConnection(
        issuer.hostname or "", issuer.port or 443, timeout=_TIMEOUT, context=ssl.create_default_context()
    )
    try:
        connection.connect()
        yield _certificate(connection.sock)
        yield _discovery(connection, parts.settings.issuer)
    except ssl.SSLError as failure:
        yield error(
            f"{issuer.hostname} has no certificate that is trusted here: {why(failure)}",
            "give the front its whole chain, for this name; docs/runbook.md, The certificate",
        )
    except (OSError, http.client.HTTPException, ValueError) as failure:
        yield warning(
            f"the issuer cannot be reached from here: {why(failure)}",
            "start serve and the front; where this machine cannot see them, ask from another",
        )
    finally:
        connection.close()


def _certificate(found: socket.socket) -> Verdict:
    assert isinstance(found, ssl.SSLSocket)
    certificate = found.getpeercert() or {}
    days = (ssl.cert_time_to_seconds(str(certificate["notAfter"])) - clock.now()) // DAY
    said = f"{found.version()}, the certificate is good for {days} days"
    if days < _NOW:
        return error(said, "renew it now; docs/runbook.md, The certificate")
    return warning(said, "renew it, and see why that was not done by itself") if days < _SOON else ok(said)


def _discovery(connection: http.client.HTTPSConnection, issuer: str) -> Verdict:
    connection.request("GET", _DISCOVERY)
    answer = connection.getresponse()
    body = answer.read(_LONGEST)
    if answer.status == 200 and orjson.loads(body).get("issuer") == issuer:
        return ok("the issuer answers, and says its name")
    return error(f"{_DISCOVERY} says something else ({answer.status})", "send this name's requests to serve")


def messages(parts: Runtime) -> Verdicts:
    """That the relay takes us, up to the message itself, which is not sent."""
    url = parts.settings.mail_url
    if url.startswith("maildir:"):
        yield _folder(Path(unquote(url.removeprefix("maildir://"))), "messages")
        return
    try:
        encrypted = mail.Smtp(url).probe()
    except Exception as failure:  # a relay may say anything
        yield error(
            f"the relay does not take us: {why(failure)}",
            "look at mail_url and the relay; messages wait meanwhile: docs/runbook.md, The mail relay is down",
        )
        return
    if encrypted:
        yield ok("the relay takes us, encrypted")
    elif _is_here(urlsplit(url).hostname or "localhost"):
        yield ok("the relay of this machine takes us")
    else:
        yield warning(
            "the relay takes us in clear: addresses and links can be read on the way", "have it offer STARTTLS"
        )


def letters(parts: Runtime) -> Verdicts:
    """That letters can be handed over; none is."""
    url = urlsplit(parts.settings.letter_url)
    if url.scheme == "dir":
        yield _folder(Path(parts.settings.letter_url.removeprefix("dir://")), "letters")
        return
    try:
        with socket.create_connection(
            (url.hostname or "", url.port or (443 if url.scheme == "https" else 80)), _TIMEOUT
        ) as plain:
            if url.scheme == "https":
                ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname).close()
    except OSError as failure:
        yield error(
            f"the print service cannot be reached: {why(failure)}", "look at letter_url; letters wait meanwhile"
        )
    else:
        yield ok("the print service can be reached")


def _folder(path: Path, what: str) -> Verdict:
    if writable(path):
        return ok(f"the folder of {what} can be written")
    return error(f"the folder of {what} cannot be written", f"give the server's user {path}")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


CHECKS: dict[str, Callable[[Runtime], Verdicts]] = {"tls": tls, "mail": messages, "letters": letters}
