"""Sites that watch whether the session changes (OpenID Connect Session Management 1.0): the frame, and its state.

Off by default: it needs cookies that scripts in frames of other sites can read.
"""

import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

from idp.core.crypto import b64u
from idp.core.runtime import Runtime
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.paths import resource
from idp.sessions import cookie, service
from idp.sessions.service import Session
from idp.settings import Settings
from idp.web.calls import Answer, Call
from idp.web.edge import Edge

PATH = "/oidc/check-session"
_PAGE = '<!doctype html><meta charset="utf-8"><title>MGEN Connect</title><script nonce="{nonce}">{script}</script>'
_NAME = "@COOKIE@"


def register(edge: Edge, runtime: Runtime, clients: Clients, _keys: KeyStore) -> None:
    """Serve the frame, where the setting `session_management` is on."""
    if not runtime.settings.session_management:
        return
    text = (resource("static") / "check-session.js").read_text("utf-8")
    script = text.replace(_NAME, cookie.state_name(runtime.settings))

    def frame(_call: Call) -> Answer:
        nonce = secrets.token_urlsafe(16)
        origins = {origin(uri) for client in clients.all() for uri in client.redirect_uris}
        framers = " ".join(sorted(origins)) or "'none'"
        policy = f"default-src 'none'; base-uri 'none'; script-src 'nonce-{nonce}'; frame-ancestors {framers}"
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
            ("Cache-Control", "no-store"),
        ]
        return Answer(200, _PAGE.format(nonce=nonce, script=script).encode(), headers)

    edge.register(PATH, ("GET",), frame)


def metadata(settings: Settings) -> dict[str, Any]:
    """What discovery says of it (§3.3)."""
    return {"check_session_iframe": settings.issuer + PATH} if settings.session_management else {}


def session_state(runtime: Runtime, client_id: str, redirect_uri: str, session: Session) -> dict[str, str]:
    """`session_state` for an authorization response that signs in (§2); nothing where the setting is off.

    What the frame makes again of the client, the origin of its page, the browser's state and the salt.
    """
    if not runtime.settings.session_management:
        return {}
    state = cookie.browser_state(runtime.keyring.handle(service.HANDLE, session.id))
    salt = b64u(secrets.token_bytes(12))
    text = f"{client_id} {origin(redirect_uri)} {state} {salt}"
    return {"session_state": f"{hashlib.sha256(text.encode()).hexdigest()}.{salt}"}


def origin(uri: str) -> str:
    """Scheme, host and port of a URI, as browsers write them."""
    parts = urlsplit(uri)
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, standard) else "")
