"""Calls to addresses that a client has registered: guarded, for whoever registers may name any host (SSRF).

https only, public addresses only, the one that was looked up is the one that is called; no redirect, no proxy,
5 seconds and 64 KiB in all, and other requests go on meanwhile. By the setting `allowed_loopback_hosts` tests may call
this machine.
"""

import socket
import ssl
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

from idp.core import clock
from idp.core.lane import lane
from idp.settings import Settings
from idp.web import tracing

_TIMEOUT = 5.0
_MOST = 65_536
_CHUNK = 8_192
_PORTS = {"https": 443, "http": 80}


class CallFailed(Exception):
    """No good answer came; one plain sentence that names no address."""


def get(settings: Settings, uri: str, accept: str) -> bytes:
    """The body of the answer to a GET, with status 200. Raises `CallFailed`."""
    status, body = _call(settings, "GET", uri, None, {"Accept": accept})
    if status != 200:
        raise CallFailed("the address did not answer with the status 200")
    return body


def post_form(settings: Settings, uri: str, body: str) -> int:
    """Post a form, and give the status of the answer. Raises `CallFailed` where there is none."""
    return post(settings, uri, body, "application/x-www-form-urlencoded")


def post(settings: Settings, uri: str, body: str, content_type: str) -> int:
    """Post a body, and give the status of the answer. Raises `CallFailed` where there is none."""
    return _call(settings, "POST", uri, body.encode(), {"Content-Type": content_type, "Accept": "application/json"})[0]


def _call(settings: Settings, method: str, uri: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
    ends = clock.steady() + _TIMEOUT
    try:
        parts = urlsplit(uri)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise CallFailed("the address is not https") from None
    host = parts.hostname or ""
    allowed = f"{host}:{port}" in settings.allowed_loopback_hosts
    if parts.scheme != "https" and not allowed:
        raise CallFailed("the address is not https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with tracing.span(f"call {method}"), lane.released():
        try:
            connection = _connection(parts.scheme, host, port, _address(host, port, allowed))
            try:
                connection.request(method, target, body, {"User-Agent": "MGEN-Connect", **headers})
                return _answer(connection, ends)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError):
            raise CallFailed("the address cannot be reached, or its answer cannot be read") from None


def _address(host: str, port: int, allowed: bool) -> str:
    found = [str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    # One that is not public is enough to refuse: the name is meant to mislead.
    if not found or not (allowed or all(ip_address(one).is_global for one in found)):
        raise CallFailed("the address is not a public one")
    return found[0]


def _answer(connection: HTTPConnection, ends: float) -> tuple[int, bytes]:
    answer = connection.getresponse()
    body = b""
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > _MOST:
            raise CallFailed("the answer is larger than 64 KiB")
        if clock.steady() > ends:
            raise CallFailed("the answer took too long")
    if answer.length:
        raise CallFailed("the answer ends too early")
    return answer.status, body


def _connection(scheme: str, host: str, port: int, address: str) -> HTTPConnection:
    connection = (
        HTTPSConnection(host, port, timeout=_TIMEOUT, context=_tls())
        if scheme == "https"
        else HTTPConnection(host, port, timeout=_TIMEOUT)
    )
    # The name is looked up once, by the guard: a second answer of the DNS could be another one.
    connection._create_connection = (  # type: ignore[attr-defined]
        lambda _address, *arguments: socket.create_connection((address, port), *arguments)
    )
    return connection


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
