"""Messages that a visitor has us send: where they were asked for, how often they leave (docs/rules.md §3 row 22)."""

from dataclasses import dataclass
from enum import StrEnum

from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.web.source import network

MESSAGES_A_DAY = 3
RESEND_EVERY = 60
_HOUR = 3600


class Sending(StrEnum):
    """What became of a message that was asked for."""

    SENT = "resent"
    TOO_SOON = "too-soon"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a message was asked for: browser, waiting request and its site, language, address of the request."""

    browser: str
    interaction_id: str | None
    client_id: str | None
    locale: str
    source: str


def count_request(source: str) -> None:
    """Count a form that sends a message. Raises `TooManyAttempts` for a network that asks for too much."""
    current().throttle.allow(f"requests:{network(source)}", current().settings.requests_per_source, _HOUR)


def may_write_to(canonical: str, purpose: str) -> bool:
    """Count a message of a purpose to an address, known or not; False above three a day."""
    digest = current().keyring.digest("messages", f"{purpose}:{canonical}".encode()).hex()
    return current().throttle.count(f"messages:{digest}", DAY) <= MESSAGES_A_DAY


def is_too_soon(subject_id: bytes) -> bool:
    """Count a message of this subject; whether one left within the last minute already."""
    return current().throttle.count(f"resend:{subject_id.hex()}", RESEND_EVERY) > 1
