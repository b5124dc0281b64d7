"""Messages that a visitor has us send: where they were asked for, how often they leave, what their codes are worth.

docs/rules.md §3 row 22.
"""

from dataclasses import dataclass
from enum import StrEnum

from idp.accounts import mailbox_proofs
from idp.accounts.sign_in import failures_of
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


def before_another(subject_id: bytes, canonical: str, purpose: str, *, source: str) -> Sending:
    """Count a message asked for again; whether it may leave (`SENT`), or why not. Raises `TooManyAttempts`."""
    count_request(source)
    if is_too_soon(subject_id):
        return Sending.TOO_SOON
    return Sending.SENT if may_write_to(canonical, purpose) else Sending.ENOUGH


def proof_of_code(purpose: str, subject_id: bytes, code: str, *, source: str) -> bytes | None:
    """The id of the proof whose code was typed, still to be used; None for a wrong code, which counts for the source.

    Call it before `db.write()`. Raises `TooManyAttempts` or `Busy`.
    """
    current().throttle.check(failures_of(source), current().settings.failures_per_source)
    with current().hashing.place():
        proof = mailbox_proofs.check_code(purpose, subject_id, code)
    if proof is None:
        current().throttle.count(failures_of(source), _HOUR)
        return None
    return proof.id
