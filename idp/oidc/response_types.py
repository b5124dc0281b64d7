"""What each response type issues, and how its answer travels (OAuth 2.0 Multiple Response Type Encoding Practices)."""

from typing import Any

from idp.oidc.client_fields import RESPONSE_TYPES
from idp.settings import Settings

# Kind -> what the authorization endpoint itself issues.
ISSUED: dict[str, frozenset[str]] = {kind: frozenset(kind.split()) for kind in RESPONSE_TYPES}
CODE = "code"


def normalised(text: str) -> str:
    """The same type with its words in order: they have none (RFC 6749 §3.1.1)."""
    return text if text == CODE else " ".join(sorted(text.split()))


def is_through_the_browser(kind: str) -> bool:
    """Whether tokens travel in the browser's address: implicit and hybrid (RFC 9700 §2.1.2)."""
    return kind != CODE


def served(settings: Settings) -> list[str]:
    """The types of this deployment."""
    return list(ISSUED) if settings.implicit_flows else [CODE]


def metadata(settings: Settings) -> dict[str, Any]:
    """What discovery tells of them."""
    return {"response_types_supported": served(settings)}
