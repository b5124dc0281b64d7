"""The end of a change, one transaction: account, membership, tombstone, audit line, messages. One winner, no half."""

from idp.accounts import creation, mailbox_proofs
from idp.accounts.creation import AddressTaken, AlreadyAttached
from idp.accounts.directory import AccountRow, find_by_address
from idp.accounts.mailbox_proofs import Draft
from idp.core import audit, clock
from idp.core.db import db, is_writing, rollback, write
from idp.core.runtime import current
from idp.legacy_bridge import messages
from idp.legacy_bridge.identifier_change import WrongStep, drop_address, find, lock, move
from idp.legacy_bridge.models import IdentifierChange, LegacyMember

_ORIGIN = "legacy_bridge"


class AddressLost(Exception):
    """Somebody else was first with this address; `to_member`: for another Espace. The change is at step 1 again."""

    def __init__(self, address: str, *, to_member: bool) -> None:
        super().__init__("address lost")
        self.address = address
        self.to_member = to_member


class SeenOtherwise(Exception):
    """The change is not what the member saw when they pressed the button: they look again."""


def complete(change_id: bytes, *, version: int | None = None, source: str) -> AccountRow:
    """Make the change, in the open transaction or a new one; `version` is that of the page the member saw.

    Raises `WrongStep` ("done": made already), `SeenOtherwise`, and `AddressLost`, after which everything but the
    return to step 1 is undone.
    """
    change = find(change_id)
    draft = None
    if change is not None and change.is_default and not is_writing():
        with current().hashing.place():
            draft = mailbox_proofs.prepare()
    change = lock(change_id)
    if version not in (None, change.version) or (change.is_default and draft is None):
        raise SeenOtherwise
    address = change.address or ""
    try:
        return _complete(change, draft, source)
    except AddressTaken:
        rollback()
        return _lose(change_id, address)


def _complete(change: IdentifierChange, draft: Draft | None, source: str) -> AccountRow:
    move(change, "complete")
    assert change.address is not None
    assert change.canonical is not None
    member = _take_member(change)
    account = creation.create_account(
        change.address, change.password, origin=_ORIGIN, locale=change.locale,
        verified_by=None if change.is_default else "mailbox",
        secret_question=change.secret_question, secret_answer=change.secret_answer,
    )  # fmt: skip
    try:
        creation.attach_member(account.id, member.member_ref)
    except AlreadyAttached:
        raise WrongStep("abandoned") from None
    member.account_id = change.account_id = account.id
    change.completed_at = clock.now()
    change.password = change.secret_question = change.secret_answer = None
    mailbox_proofs.withdraw(messages.VALIDATION, change.id)
    audit.record(
        "identifier_changed", account_id=account.id, member_ref=member.member_ref, client_id=change.client_id,
        source=source, proof="default" if change.is_default else "mailbox",
    )  # fmt: skip
    messages.tell_former_contact(member, change.canonical, change.locale)
    if draft is not None:
        messages.confirm_default(account, draft)
    db.session.flush()
    return account


def _take_member(change: IdentifierChange) -> LegacyMember:
    """The row becomes a tombstone, once; its verifier only gates the sentence of S9 from now on."""
    taken = current().sql.run(
        "UPDATE legacy_member SET state = 'changed', changed_at = :now"
        " WHERE id = :id AND state NOT IN ('changed', 'blocked', 'conflict')",
        {"id": change.member_id, "now": clock.now()},
    )
    if not taken:
        raise WrongStep("abandoned")
    return db.session.get_one(LegacyMember, change.member_id, populate_existing=True)


def _lose(change_id: bytes, address: str) -> AccountRow:
    holder = find_by_address(address)
    write()
    drop_address(lock(change_id), "lose_address")
    raise AddressLost(address, to_member=holder is not None and holder.member_ref is not None)


def confirm_address(token: str, *, source: str) -> str | None:
    """Spend the link of an accepted default address: it is proved; returns the address, None for a link too old."""
    proof = mailbox_proofs.find(token, messages.CONFIRMATION)
    if proof is None:
        return None
    write()
    account = find_by_address(proof.address)
    if account is None or account.id != proof.subject_id:
        return None
    fresh = mailbox_proofs.use(proof.id)
    if fresh:
        creation.mark_verified(account.id, "mailbox")
        audit.record("mailbox_proved", account_id=account.id, source=source, by="link")
    # Pressed twice, it is done all the same.
    return account.address if fresh or proof.used_at is not None else None
