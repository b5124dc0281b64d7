"""The cookie that carries a session's handle; and, where sites may watch it, the one that only says "changed"."""

import hashlib
from typing import Any, Protocol

from idp.core.crypto import b64u
from idp.settings import Settings


class _Response(Protocol):
    def set_cookie(self, *args: Any, **options: Any) -> None: ...


def name(settings: Settings) -> str:
    """`__Host-` wherever people reach us over https (docs/rules.md §5, cookies)."""
    return "__Host-mgen_connect_session" if settings.secure else "mgen_connect_session"


def put(response: _Response, settings: Settings, handle: str) -> None:
    """Give the browser its session: until it closes, out of reach of scripts and of cross-site posts."""
    response.set_cookie(name(settings), handle, path="/", secure=settings.secure, httponly=True, samesite="Lax")
    if settings.session_management:
        _show(response, settings, browser_state(handle))


def clear(response: _Response, settings: Settings) -> None:
    """Take the cookie back."""
    response.set_cookie(
        name(settings), "", path="/", secure=settings.secure, httponly=True, samesite="Lax", max_age=0, expires=0
    )
    if settings.session_management:
        _show(response, settings, "", max_age=0)


def state_name(settings: Settings) -> str:
    """The cookie of the browser state (OpenID Connect Session Management 1.0 §3.2)."""
    return "__Host-mgen_connect_state" if settings.secure else "mgen_connect_state"


def browser_state(handle: str) -> str:
    """What a script may see of a session: another one with each sign-in, and worth nothing else."""
    return b64u(hashlib.sha256(b"browser-state " + handle.encode()).digest())


def _show(response: _Response, settings: Settings, value: str, **options: int) -> None:
    # docs/rules.md §5: the frame of a site reads it. Without https browsers take no SameSite=None.
    kind = "None" if settings.secure else "Lax"
    response.set_cookie(state_name(settings), value, path="/", secure=settings.secure, samesite=kind, **options)
