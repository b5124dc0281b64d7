"""The cookie that carries a session's handle."""

from typing import Any, Protocol

from idp.settings import Settings


class _Response(Protocol):
    def set_cookie(self, *args: Any, **options: Any) -> None: ...


def name(settings: Settings) -> str:
    """`__Host-` wherever people reach us over https (docs/rules.md §5, cookies)."""
    return "__Host-mgen_connect_session" if settings.secure else "mgen_connect_session"


def put(response: _Response, settings: Settings, handle: str) -> None:
    """Give the browser its session: until it closes, out of reach of scripts and of cross-site posts."""
    response.set_cookie(name(settings), handle, path="/", secure=settings.secure, httponly=True, samesite="Lax")


def clear(response: _Response, settings: Settings) -> None:
    """Take the cookie back."""
    response.set_cookie(
        name(settings), "", path="/", secure=settings.secure, httponly=True, samesite="Lax", max_age=0, expires=0
    )
