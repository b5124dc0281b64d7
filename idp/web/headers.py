"""The headers that every answer carries, at the edge and in Flask (docs/rules.md §5)."""

from collections.abc import Callable
from typing import Any

from idp.settings import Settings

Headers = list[tuple[str, str]]
LAST = ("Connection", "close")


def common(settings: Settings) -> Headers:
    """What each answer says, page or JSON."""
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        # `no-referrer` would make browsers send `Origin: null` on our own forms.
        ("Referrer-Policy", "same-origin"),
    ]
    if settings.secure:
        headers.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    return headers


def content_security_policy(
    nonce: str, form_targets: tuple[str, ...] = (), frames: tuple[str, ...] = (), images: tuple[str, ...] = ()
) -> str:
    """The policy of a page; `form_targets` are the origins its form may end at: the whole redirect chain is checked.

    `frames` are the origins that the page may show in a frame, `images` the addresses of others' images.
    """
    targets = " ".join(("'self'", *form_targets))
    shown = " ".join(("'self'", *images))
    framed = f"frame-src {' '.join(frames)}; " if frames else ""
    return (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'; "
        f"img-src {shown}; "
        f"style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; {framed}form-action {targets}"
    )


def as_the_last(start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Tell the client, with the answer, that its connection ends after it."""
    return lambda status, sent, *rest: start_response(status, [*sent, LAST], *rest)
