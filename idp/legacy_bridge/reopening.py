"""What a letter proves to a member who has changed: a new password for the account, and the way out of a freeze.

The letter stands for the secret answer (docs/rules.md §7.3), and alone undoes a change that was contested (§3 row 5).
"""

from idp.accounts import access, creation, credentials, notices
from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.factors import dropping
from idp.accounts.sign_in import forget_failures
from idp.core import audit, clock
from idp.core.db import db, write
from idp.core.runtime import current
from idp.legacy_bridge import messages, new_secrets
from idp.legacy_bridge.errors import ProofSpent
from idp.legacy_bridge.models import GuidedRequest, LegacyMember
from idp.legacy_bridge.regaining import Stand, stand, take

# The origin of an account that the change itself made.
_MADE_HERE = "legacy_bridge"


def account_of(identifier: bytes) -> AccountRow | None:
    """The account that the member of a request holds now."""
    member = _member_of(identifier)
    return find_by_id(member.account_id) if member and member.account_id else None


def recover_account(identifier: bytes, browser: str, password: str, *, source: str) -> AccountRow:
    """Set a new password for the account; blocked or frozen, it opens: « c'était bien moi ». Nobody is signed in.

    Raises `ProofSpent`, `PasswordRefused`, `Busy`.
    """
    member, account = _member_of(identifier), account_of(identifier)
    if member is None or account is None or stand(identifier, browser) not in (Stand.ACCOUNT, Stand.FROZEN):
        raise ProofSpent
    new_secrets.check_password(member, account.address, password)
    with current().hashing.place():
        password_hash = credentials.hash_password(password)
    write()
    before = account_of(identifier)
    if before is None or before.id != account.id:
        raise ProofSpent
    take(identifier, browser)
    was_frozen = access.unfreeze(account.id)
    # Whoever has lost them comes by this way too.
    dropping.drop(account.id)
    fresh = creation.replace_password(account.id, password_hash, verified_by=None)
    forget_failures(fresh.address, device=browser)
    audit.record("password_reset", account_id=account.id, source=source, was=before.state, proof="letter")
    notices.tell(fresh, "password_changed", unblocked=was_frozen or before.state == "blocked")
    return fresh


def undo(identifier: bytes, browser: str, *, source: str) -> None:
    """Undo the change of a frozen account: its member is again somebody who has never created a password (S10).

    The request stays open, for that password. Raises `ProofSpent`.
    """
    write()
    if stand(identifier, browser) is not Stand.FROZEN:
        raise ProofSpent
    member, account = _member_of(identifier), account_of(identifier)
    assert member is not None
    assert account is not None
    messages.tell_undone(member, account)
    _detach(member, account)
    _reopen(member)
    access.cut(account.id)
    audit.record("change_undone", account_id=account.id, member_ref=member.member_ref, source=source, proof="letter")
    db.session.expire(member)


def _detach(member: LegacyMember, account: AccountRow) -> None:
    """An account that the change made keeps nothing and stays closed; an older one is its owner's, by its mailbox."""
    sql, values = current().sql, {"id": account.id, "now": clock.now(), "contact": member.contact_canonical}
    sql.run("DELETE FROM membership WHERE account_id = :id", values)
    (origin,) = sql.one("SELECT origin FROM account WHERE id = :id", values) or ("",)
    if origin == _MADE_HERE:
        sql.run(
            "UPDATE identifier SET status = 'retired', retired_at = :now WHERE account_id = :id AND status = 'active'",
            values,
        )
        sql.run("DELETE FROM known_address WHERE account_id = :id", values)
        changes = "password = NULL, password_set_at = NULL"
    else:
        sql.run("DELETE FROM known_address WHERE account_id = :id AND canonical = :contact", values)
        changes = "state = 'blocked'"
    # Whoever made the change may have chosen the question, and added what else opens the account.
    dropping.drop(account.id)
    sql.run(f"UPDATE account SET {changes}, secret_question = NULL, secret_answer = NULL WHERE id = :id", values)  # noqa: S608


def _reopen(member: LegacyMember) -> None:
    current().sql.run(
        "UPDATE legacy_member SET state = 'reset_pending', password = NULL, account_id = NULL, changed_at = NULL,"
        " acted_at = :now WHERE id = :id",
        {"id": member.id, "now": clock.now()},
    )


def _member_of(identifier: bytes) -> LegacyMember | None:
    request = db.session.get(GuidedRequest, identifier)
    return db.session.get(LegacyMember, request.member_id, populate_existing=True) if request else None
