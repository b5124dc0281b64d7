"""An account's address confirmed, or replaced by another whose mailbox was proved first (docs/rules.md §7.4, §3 row 9).

To confirm is to prove the address that the account has; to replace is to prove another. Both wait for a link or code,
reserve nothing, and end where the person is known: in the browser that asked, or, for the account's own address, with
its session or password. One ends any change that waits of this account.
"""

from idp.accounts import access, creation, mailbox_proofs, notices
from idp.accounts.creation import AddressTaken
from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.identifiers import Address, canonical, parse_address
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.models import AddressChange
from idp.accounts.sending import Asked, Sending, before_another, count_request, is_too_soon, may_write_to, proof_of_code
from idp.core import audit, clock, outbox
from idp.core.db import db, write
from idp.core.ids import new_id
from idp.core.runtime import current

PURPOSE = "address_change"
PATH = "/connexion/confirmer/"
CHANGED = "address_changed"
"""The outbox job that tells the sites: `{"account_id": hex, "old": address, "new": address}`."""


class NotProved(Exception):
    """The mailbox has not been proved, or the change is over, or too old."""


def begin(account: AccountRow, address: str, asked: Asked) -> tuple[bytes, Sending]:
    """Ask for a proof of `address`, the account's own or another; the change's id, and what left.

    An earlier change of the account that waits is given up. Raises `AddressError`, `TooManyAttempts` or `Busy`.
    """
    parsed = parse_address(address)
    count_request(asked.source)
    sending = Sending.SENT if may_write_to(parsed.canonical, PURPOSE) else Sending.ENOUGH
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    identifier = new_id()
    is_too_soon(identifier)
    write()
    _insert(identifier, account.id, parsed, asked.browser, asked.locale)
    if sending is Sending.SENT:
        _send(identifier, parsed.typed, asked.locale, draft)
    return identifier, sending


def ask_for_own(account: AccountRow) -> str:
    """Wait for the proof of the account's own address, asked for by no browser; the link. Call it while writing."""
    draft, identifier = mailbox_proofs.link_alone(), new_id()
    _insert(identifier, account.id, parse_address(account.address), "", account.locale)
    mailbox_proofs.store(draft, PURPOSE, identifier, account.address, current().settings.link_life)
    return _link(draft)


def find(identifier: bytes) -> AddressChange | None:
    """A change that is not over its time, completed or not."""
    change = db.session.get(AddressChange, identifier)
    return change if change and change.expires_at > clock.now() else None


def resend(change: AddressChange, *, source: str) -> Sending:
    """Write again, at most once a minute, and no more than three times a day to one address."""
    sending = before_another(change.id, change.canonical, PURPOSE, source=source)
    if sending is not Sending.SENT:
        return sending
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    identifier, address, locale = change.id, change.address, change.locale
    write()
    _send(identifier, address, locale, draft)
    return Sending.SENT


def prove(change_id: bytes, proof_id: bytes) -> bool:
    """Take a proof of the mailbox, once, and put it down; the address comes with `complete`. Call it while writing."""
    if not mailbox_proofs.use(proof_id):
        return False
    current().sql.run(
        "UPDATE address_change SET proved_at = :now WHERE id = :id AND proved_at IS NULL",
        {"id": change_id, "now": clock.now()},
    )
    return True


def prove_by_code(change: AddressChange, code: str, *, source: str) -> bool:
    """Prove the mailbox with the message's code; False for a wrong one. Leaves the write transaction open.

    Raises `TooManyAttempts` or `Busy`.
    """
    identifier = change.id
    proof_id = proof_of_code(PURPOSE, identifier, code, source=source)
    if proof_id is None:
        return False
    write()
    return prove(identifier, proof_id)


def complete(change_id: bytes, *, source: str) -> AccountRow:
    """Confirm or replace, in the open write transaction. A replaced address ends every session and is told of it.

    Raises `NotProved`; or `AddressTaken`, for which the caller must undo the transaction.
    """
    change = db.session.get(AddressChange, change_id, populate_existing=True)
    if change is None or change.proved_at is None or change.completed_at or change.expires_at <= clock.now():
        raise NotProved
    account = find_by_id(change.account_id)
    if account is None or account.state != "active":
        raise NotProved
    change.completed_at = clock.now()
    db.session.flush()
    if canonical(account.address) == change.canonical:
        creation.mark_verified(account.id, PURPOSE)
        audit.record("address_confirmed", account_id=account.id, source=source)
    else:
        _replace(account, change.address, source)
    fresh = find_by_id(account.id)
    assert fresh is not None
    return fresh


def is_own(change: AddressChange) -> bool:
    """Whether the address is the one that the account has: nothing changes but its proof."""
    account = find_by_id(change.account_id)
    return account is not None and canonical(account.address) == change.canonical


def _insert(identifier: bytes, account_id: bytes, address: Address, browser: str, locale: str) -> None:
    access.give_up_address_changes(account_id)
    now = clock.now()
    current().sql.run(
        "INSERT INTO address_change (id, account_id, address, canonical, browser, locale, created_at, expires_at)"
        " VALUES (:id, :account_id, :address, :canonical, :browser, :locale, :now, :expires_at)",
        {
            "id": identifier,
            "account_id": account_id,
            "address": address.typed,
            "canonical": address.canonical,
            "browser": browser,
            "locale": locale,
            "now": now,
            "expires_at": now + current().settings.link_life,
        },
    )


def _replace(account: AccountRow, address: str, source: str) -> None:
    current().sql.run(
        "UPDATE identifier SET status = 'retired', retired_at = :now WHERE account_id = :id AND status = 'active'",
        {"id": account.id, "now": clock.now()},
    )
    if not creation.identify(account.id, address):
        raise AddressTaken
    creation.mark_verified(account.id, PURPOSE)
    access.cut(account.id)
    audit.record("address_changed", account_id=account.id, member_ref=account.member_ref, source=source)
    outbox.put(CHANGED, {"account_id": account.id.hex(), "old": account.address, "new": address})
    notices.remember(account.id, account.address)
    fresh = find_by_id(account.id)
    assert fresh is not None
    notices.tell(fresh, "address_changed")


def _send(identifier: bytes, address: str, locale: str, draft: Draft) -> None:
    settings = current().settings
    mailbox_proofs.store(draft, PURPOSE, identifier, address, settings.link_life)
    notices.put("confirm_address", address, locale, email=address, link=_link(draft), code=draft.code,
                validity=settings.link_life)  # fmt: skip


def _link(draft: Draft) -> str:
    return f"{current().settings.issuer}{PATH}lien/{draft.token}/"
