"""The end of a change, one transaction: account, membership, tombstone, audit line, messages. One winner, no half."""

from datetime import date
from typing import NoReturn

from idp.accounts import access, creation, mailbox_proofs
from idp.accounts.creation import AddressTaken, AlreadyAttached
from idp.accounts.directory import AccountRow, find_by_address, find_by_id
from idp.accounts.identifiers import canonical
from idp.core import audit, clock
from idp.core.db import db, rollback, write
from idp.core.runtime import current
from idp.legacy_bridge import linking_factors, messages
from idp.legacy_bridge.identifier_change import (
    WrongStep,
    aim_at,
    drop_address,
    drop_secrets,
    is_linking,
    lock,
    move,
)
from idp.legacy_bridge.models import IdentifierChange, LegacyMember

_ORIGIN = "legacy_bridge"
_CHECKED_FOR_YEARS = 2


class AddressLost(Exception):
    """The address, or the account to link, is not what it was; `to_member`: another Espace personnel has it.

    The change is at `state`: "link", where an account has the address and its password is asked, or "address".
    """

    def __init__(self, address: str, state: str, *, to_member: bool) -> None:
        super().__init__("address lost")
        self.address = address
        self.state = state
        self.to_member = to_member


class SeenOtherwise(Exception):
    """The change is not what the member saw when they pressed the button: they look again."""


class _AccountMoved(Exception):
    """The account to link is no longer the one whose password was proved."""


def complete(change_id: bytes, *, version: int | None = None, source: str) -> AccountRow:
    """Make the change, in the open transaction or a new one; `version` is that of the page the member saw.

    Raises `WrongStep` ("done": made already), `SeenOtherwise`, and `AddressLost`, after which everything but the
    return to an earlier step is undone.
    """
    change = lock(change_id)
    if version not in (None, change.version):
        raise SeenOtherwise
    address = change.address or ""
    try:
        return _complete(change, source)
    except (AddressTaken, _AccountMoved):
        rollback()
        _lose(change_id, address)


def wants_confirmation(change: IdentifierChange) -> bool:
    """Whether the accepted default address is still to be confirmed after the change (docs/rules.md §7.4).

    Not where the installation trusts a check of it in the last 24 months.
    """
    if not change.is_default:
        return False
    checked_on = db.session.get_one(LegacyMember, change.member_id).contact_checked_on
    if not current().settings.trust_checked_contact or checked_on is None:
        return True
    today, checked = clock.as_datetime(clock.now()).date(), date.fromisoformat(checked_on)
    return (today.year - _CHECKED_FOR_YEARS, today.month, today.day) > (checked.year, checked.month, checked.day)


def _complete(change: IdentifierChange, source: str) -> AccountRow:
    move(change, "complete")
    member = _take_member(change)
    linked = is_linking(change)
    account = _link(change) if linked else _create(change)
    try:
        creation.attach_member(account.id, member.member_ref)
    except AlreadyAttached:
        raise WrongStep("abandoned") from None
    access.seen(account.id)
    member.account_id = change.account_id = account.id
    change.completed_at = clock.now()
    change.password = change.secret_question = change.secret_answer = None
    mailbox_proofs.withdraw(messages.VALIDATION, change.id)
    proof = "account" if linked else "default" if change.is_default else "mailbox"
    audit.record(
        "identifier_changed", account_id=account.id, member_ref=member.member_ref, client_id=change.client_id,
        source=source, proof=proof,
    )  # fmt: skip
    if linked:
        messages.tell_linked(account)
    messages.tell_former_contact(member, account, change.locale)
    if wants_confirmation(change):
        messages.confirm_default(account)
    db.session.flush()
    return account


def _create(change: IdentifierChange) -> AccountRow:
    assert change.address is not None
    how = "checked_contact" if change.is_default else "mailbox"
    return creation.create_account(
        change.address, change.password, origin=_ORIGIN, locale=change.locale,
        verified_by=None if wants_confirmation(change) else how,
        secret_question=change.secret_question, secret_answer=change.secret_answer,
    )  # fmt: skip


def _link(change: IdentifierChange) -> AccountRow:
    """The account as it was proved, now with what the change gives it; all it had opened ends. Its id stays."""
    account = find_by_id(change.linked_account_id) if change.linked_account_id else None
    if (
        account is None
        or (account.state, account.epoch) != ("active", change.linked_epoch)
        or not account.verified
        or account.member_ref is not None
        or canonical(account.address) != change.canonical
    ):
        raise _AccountMoved
    if change.password is not None:
        creation.set_password(account.id, change.password)
    if change.secret_answer is not None:
        current().sql.run(
            "UPDATE account SET secret_question = :question, secret_answer = :answer WHERE id = :id",
            {"id": account.id, "question": change.secret_question, "answer": change.secret_answer},
        )
    linking_factors.drop_others(change.id, account.id)
    access.cut(account.id)
    fresh = find_by_id(account.id)
    assert fresh is not None
    return fresh


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


def _lose(change_id: bytes, address: str) -> NoReturn:
    """Back to the account's password where an account has the address, else to the first step."""
    write()
    change = lock(change_id)
    holder = find_by_address(address)
    to_member = holder is not None and holder.member_ref is not None
    if holder is None or to_member:
        drop_address(change, "lose_address")
    else:
        drop_secrets(change)
        aim_at(change, holder)
        move(change, "lose_address")
    raise AddressLost(address, change.state, to_member=to_member)
