"""A forgotten password, asked for: a message to the mailbox, and what it opens (S15; docs/rules.md §3 row 17, §7.3).

An address that has no account goes the same way, to the same pages, at the same cost; only the message is missing.
What a link that was followed may do is in `resetting`.
"""

import hashlib

from sqlalchemy import select

from idp.accounts import mailbox_proofs, notices
from idp.accounts.directory import AccountRow, find_by_address, find_by_id
from idp.accounts.identifiers import canonical, parse_address
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.models import Recovery
from idp.accounts.sending import Asked, Sending, before_another, count_request, is_too_soon, may_write_to, proof_of_code
from idp.core import audit, clock
from idp.core.db import db, write
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.core.throttle import DAY

PURPOSE = "recovery"
PATH = "/connexion/mot-de-passe-oublie/"
# Longer than its links, so that a late one can be asked for again with one button.
_LIFE = DAY


def begin(
    address: str, asked: Asked, *, change_id: bytes | None = None, again: Recovery | None = None
) -> tuple[bytes, Sending]:
    """Ask for a new password by the mailbox of `address`, known or not; the recovery's id, and what left.

    `again` is the open one of this browser: the same address gets another message of it. `change_id` is the change of
    identifier that waits. Raises `AddressError`, `TooManyAttempts` or `Busy`.
    """
    wanted = canonical(address)
    if again is not None and canonical(again.address) == wanted and again.change_id == change_id:
        return again.id, resend(again, source=asked.source)
    return _ask(parse_address(address).typed, find_by_address(wanted), asked, change_id)


def begin_for(account: AccountRow, asked: Asked, change_id: bytes | None = None) -> tuple[bytes, Sending]:
    """The same for an account that a change of identifier has found; asked again, it sends again at most once a minute.

    Raises `TooManyAttempts` or `Busy`.
    """
    if change_id and (open_one := _open_one(account, asked, change_id)):
        return open_one.id, resend(open_one, source=asked.source)
    return _ask(account.address, account, asked, change_id)


def find(identifier: bytes) -> Recovery | None:
    """A recovery that is not over its time, completed or not."""
    recovery = db.session.get(Recovery, identifier)
    return recovery if recovery and recovery.expires_at > clock.now() else None


def resend(recovery: Recovery, *, source: str) -> Sending:
    """Write again, at most once a minute, and no more than three times a day to one address."""
    sending = before_another(recovery.id, canonical(recovery.address), PURPOSE, source=source)
    if sending is not Sending.SENT:
        return sending
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    identifier, account_id = recovery.id, recovery.account_id
    address, locale = recovery.address, recovery.locale
    write()
    _send(identifier, account_id, address, locale, draft)
    return Sending.SENT


def account_of(recovery: Recovery) -> AccountRow | None:
    """The account to recover, unless there is none, or it is identified by another address by now."""
    account = find_by_id(recovery.account_id) if recovery.account_id else None
    return account if account and canonical(account.address) == canonical(recovery.address) else None


def open_by_code(recovery: Recovery, code: str, *, source: str) -> bytes | None:
    """The id of the proof whose code was typed, still to be used; None for a wrong code.

    Raises `TooManyAttempts` or `Busy`.
    """
    return proof_of_code(PURPOSE, recovery.id, code, source=source)


def is_completed_for(change_id: bytes) -> bool:
    """Whether a new password was chosen, in whichever browser, for a change of identifier that waits for it."""
    row = current().sql.one(
        "SELECT 1 FROM recovery WHERE change_id = :change_id AND completed_at IS NOT NULL", {"change_id": change_id}
    )
    return row is not None


def leave_fresh_proof(change_id: bytes, browser: str, account: AccountRow) -> None:
    """Keep for a while that this browser has just chosen the account's password, for the change that waits."""
    value = {"account_id": account.id.hex(), "epoch": account.epoch}
    current().ephemeral.put(_fresh_key(change_id, browser), value, current().settings.ticket_idle)


def fresh_proof(change_id: bytes, browser: str) -> tuple[bytes, int] | None:
    """Account and epoch whose password this browser has just chosen for this change, to read."""
    return _read_proof(current().ephemeral.get(_fresh_key(change_id, browser)))


def take_fresh_proof(change_id: bytes, browser: str) -> tuple[bytes, int] | None:
    """The same, once."""
    return _read_proof(current().ephemeral.take(_fresh_key(change_id, browser)))


def _open_one(account: AccountRow, asked: Asked, change_id: bytes) -> Recovery | None:
    wanted = select(Recovery).where(
        Recovery.change_id == change_id,
        Recovery.account_id == account.id,
        Recovery.browser == asked.browser,
        Recovery.completed_at.is_(None),
        Recovery.expires_at > clock.now(),
    )
    return db.session.scalar(wanted.order_by(Recovery.created_at.desc()).limit(1))


def _ask(address: str, account: AccountRow | None, asked: Asked, change_id: bytes | None) -> tuple[bytes, Sending]:
    count_request(asked.source)
    sending = Sending.SENT if may_write_to(canonical(address), PURPOSE) else Sending.ENOUGH
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    identifier, account_id = new_id(), account.id if account else None
    is_too_soon(identifier)
    write()
    _insert(identifier, account_id, address, asked, change_id)
    if sending is Sending.SENT:
        _send(identifier, account_id, address, asked.locale, draft)
    return identifier, sending


def _insert(identifier: bytes, account_id: bytes | None, address: str, asked: Asked, change_id: bytes | None) -> None:
    now = clock.now()
    current().sql.run(
        "INSERT INTO recovery (id, account_id, address, browser, interaction_id, client_id, change_id, locale,"
        " created_at, expires_at) VALUES (:id, :account_id, :address, :browser, :interaction_id, :client_id,"
        " :change_id, :locale, :now, :expires_at)",
        {
            "id": identifier,
            "account_id": account_id,
            "address": address,
            "browser": asked.browser,
            "interaction_id": asked.interaction_id,
            "client_id": asked.client_id,
            "change_id": change_id,
            "locale": asked.locale,
            "now": now,
            "expires_at": now + _LIFE,
        },
    )
    audit.record("recovery_asked", account_id=account_id, client_id=asked.client_id, source=asked.source)


def _send(identifier: bytes, account_id: bytes | None, address: str, locale: str, draft: Draft) -> None:
    """Keep the proof whoever it is for, and write where there is an account: to its address as it is on file."""
    settings = current().settings
    account = find_by_id(account_id) if account_id else None
    to = account.address if account else address
    mailbox_proofs.store(draft, PURPOSE, identifier, to, settings.reset_life)
    if account is None or canonical(account.address) != canonical(address):
        return
    if account.state == "frozen":
        notices.put("account_frozen", to, locale, letter_url=notices.letter_url())
        return
    link = f"{settings.issuer}{PATH}lien/{draft.token}/"
    notices.put("password_reset", to, locale, email=to, link=link, code=draft.code, validity=settings.reset_life)


def _fresh_key(change_id: bytes, browser: str) -> str:
    return f"fresh-proof:{change_id.hex()}:{hashlib.sha256(browser.encode()).hexdigest()[:32]}"


def _read_proof(value: dict[str, str | int] | None) -> tuple[bytes, int] | None:
    return (bytes.fromhex(str(value["account_id"])), int(value["epoch"])) if value else None
