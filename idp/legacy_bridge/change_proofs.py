"""What comes back to a change from outside its first tab: the link or code of its mailbox, its new password."""

from typing import Final

from idp.accounts import mailbox_proofs
from idp.accounts.credentials import verify_password
from idp.accounts.models import MailboxProof
from idp.accounts.sign_in import failures_of
from idp.core import audit, clock
from idp.core.db import write
from idp.core.runtime import current
from idp.legacy_bridge.identifier_change import drop_address, lock, member_ref, move
from idp.legacy_bridge.models import IdentifierChange

_HOUR: Final = 3600
_WAY: Final = "change"


class LinkSpent(Exception):
    """The link or code was used, replaced, or is too old."""


def prove_mailbox(proof: MailboxProof, *, by: str, source: str) -> IdentifierChange:
    """Spend a link or code: its mailbox is proved, and no more than that. Raises `LinkSpent`, `WrongStep`."""
    write()
    change = lock(proof.subject_id)
    if change.canonical != proof.canonical or not mailbox_proofs.use(proof.id):
        raise LinkSpent
    change.proved_at = clock.now()
    move(change, "prove_mailbox")
    audit.record("mailbox_proved", member_ref=member_ref(change), source=source, way=_WAY, by=by)
    return change


def refuse_address(proof: MailboxProof, *, source: str) -> None:
    """Whoever reads the mailbox wants none of this: the address is free again. Raises `LinkSpent`, `WrongStep`.

    Any message of this address will do, an earlier one too.
    """
    write()
    change = lock(proof.subject_id)
    if change.canonical != proof.canonical:
        raise LinkSpent
    drop_address(change, "refuse_address")
    audit.record("address_refused", member_ref=member_ref(change), source=source)


def check_new_password(change: IdentifierChange, password: str, *, source: str) -> bool:
    """Whether this is the password chosen in the change; wrong ones count. Raises `TooManyAttempts`, `Busy`."""
    throttle, settings = current().throttle, current().settings
    throttle.check(failures_of(source), settings.failures_per_source)
    counter = current().keyring.digest("attempts", b"change:" + change.id)
    with current().hashing.place():
        throttle.claim(counter)
        right = verify_password(change.password, password).ok
    if right:
        throttle.clear(counter)
    else:
        throttle.count(failures_of(source), _HOUR)
    return right
