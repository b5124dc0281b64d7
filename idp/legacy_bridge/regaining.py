"""What a guided proof is good for: a new password at the NIR door, or the end of a block; never a sign-in (S7, S8).

A proof belongs to the browser that brought it, and is good for one thing, once.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import select

from idp.accounts import credentials, mailbox_proofs
from idp.accounts.directory import find_by_id
from idp.accounts.password_policy import PasswordProblem, PasswordRefused
from idp.core import audit, clock
from idp.core.db import db, write
from idp.core.runtime import current
from idp.legacy_bridge import guided, identifier_change, messages, new_secrets
from idp.legacy_bridge.errors import ProofSpent
from idp.legacy_bridge.models import GuidedRequest, IdentifierChange, LegacyMember

BY_LETTER: Final = "letter"


class Stand(StrEnum):
    """Where a browser stands with its proof, and so the page it belongs on."""

    SPENT = "spent"
    UNLOCK = "unlock"
    UNLOCKED = "unlocked"
    NEW_PASSWORD = "new_password"  # noqa: S105
    REGAINED = "regained"
    CHANGED = "changed"
    # By letter alone: a member who has changed, and whose account may be frozen.
    ACCOUNT = "account"
    FROZEN = "frozen"
    ACCOUNT_REGAINED = "account_regained"


def stand(identifier: bytes, browser: str) -> Stand:
    """How a request stands, in the browser that proved it; `SPENT` in any other."""
    request = guided.find(identifier)
    if request is None or request.proved_in != browser or request.member_id is None:
        return Stand.SPENT
    member = db.session.get(LegacyMember, request.member_id, populate_existing=True)
    if member is None or member.state == "conflict":
        return Stand.SPENT
    if request.completed_at is not None:
        return _after(request, member)
    if member.state != "changed":
        return Stand.UNLOCK if request.kind == "unlock" else Stand.NEW_PASSWORD
    return _at_the_account(member) if request.proved_by == BY_LETTER else Stand.CHANGED


def set_password(identifier: bytes, browser: str, password: str, *, source: str) -> None:
    """Give the member a new password at the NIR door, which the old file has no say in any more.

    Raises `ProofSpent`, `PasswordRefused`, `Busy`.
    """
    if stand(identifier, browser) is not Stand.NEW_PASSWORD:
        raise ProofSpent
    member = _member_of(identifier)
    new_secrets.check_password(member, member.contact_address or "", password)
    with current().hashing.place():
        # docs/rules.md §7.6: not the imported one.
        if new_secrets.is_imported(member, password):
            raise PasswordRefused(PasswordProblem.PERSONAL)
        password_hash = credentials.hash_password(password)
    request = take(identifier, browser)
    now = clock.now()
    _change_row(
        request,
        "password = :password, state = 'active', acted_at = :now",
        "state NOT IN ('changed', 'conflict')",
        {"password": password_hash, "now": now},
    )
    current().sql.run(
        "UPDATE letter SET withdrawn_at = :now WHERE member_id = :id AND used_at IS NULL AND withdrawn_at IS NULL",
        {"id": request.member_id, "now": now},
    )
    _end_the_rest(request, "legacy_password_reset", "legacy_password_changed", source)


def unlock(identifier: bytes, browser: str, *, source: str) -> None:
    """Open the number's way again and keep its password; nobody is signed in (S8). Raises `ProofSpent`."""
    write()
    if stand(identifier, browser) is not Stand.UNLOCK:
        raise ProofSpent
    request = take(identifier, browser)
    now = clock.now()
    _change_row(
        request,
        "state = CASE state WHEN 'blocked' THEN 'active' ELSE state END, unlocked_at = :now, acted_at = :now",
        "state NOT IN ('changed', 'conflict')",
        {"now": now},
    )
    _end_the_rest(request, "legacy_unlocked", "legacy_unlocked", source)


def take(identifier: bytes, browser: str) -> GuidedRequest:
    """Use a proof up, in the write transaction: of two who use it, one gets `ProofSpent`."""
    write()
    taken = current().sql.run(
        "UPDATE guided_request SET completed_at = :now, expires_at = :end WHERE id = :id AND completed_at IS NULL"
        " AND proved_in = :browser AND expires_at > :now",
        {"id": identifier, "browser": browser, "now": clock.now(), "end": clock.now() + current().settings.ticket_idle},
    )
    if not taken:
        raise ProofSpent
    return db.session.get_one(GuidedRequest, identifier, populate_existing=True)


def stop_change(member_id: bytes) -> None:
    """Give up the open change of a member, whoever began it (docs/rules.md §3 row 9). Call it while writing."""
    wanted = select(IdentifierChange).where(
        IdentifierChange.member_id == member_id, IdentifierChange.state.in_(identifier_change.OPEN)
    )
    change = db.session.scalar(wanted)
    if change is not None:
        identifier_change.move(change, "abandon")
        identifier_change.drop_secrets(change)
        mailbox_proofs.withdraw(messages.VALIDATION, change.id)
        db.session.flush()


def _after(request: GuidedRequest, member: LegacyMember) -> Stand:
    if member.state == "changed":
        return Stand.ACCOUNT_REGAINED if request.proved_by == BY_LETTER else Stand.CHANGED
    return Stand.UNLOCKED if request.kind == "unlock" else Stand.REGAINED


def _at_the_account(member: LegacyMember) -> Stand:
    account = find_by_id(member.account_id) if member.account_id else None
    if account is None:
        return Stand.SPENT
    return Stand.FROZEN if account.state == "frozen" else Stand.ACCOUNT


def _member_of(identifier: bytes) -> LegacyMember:
    request = db.session.get_one(GuidedRequest, identifier)
    return db.session.get_one(LegacyMember, request.member_id)


def _change_row(request: GuidedRequest, changes: str, where: str, values: dict[str, object]) -> None:
    statement = f"UPDATE legacy_member SET {changes} WHERE id = :id AND {where}"  # noqa: S608
    if not current().sql.run(statement, {"id": request.member_id, **values}):
        raise ProofSpent


def _end_the_rest(request: GuidedRequest, event: str, notice: str, source: str) -> None:
    """The failures are forgotten; what else was open for this member dies; the contact on file is told."""
    assert request.member_id is not None
    current().throttle.clear(request.counter)
    others = {"member_id": request.member_id, "id": request.id, "now": clock.now(), "purpose": guided.PURPOSE}
    current().sql.run(
        "UPDATE mailbox_proof SET withdrawn_at = :now WHERE purpose = :purpose AND used_at IS NULL"
        " AND withdrawn_at IS NULL AND subject_id IN (SELECT id FROM guided_request WHERE member_id = :member_id)",
        others,
    )
    current().sql.run(
        "UPDATE guided_request SET expires_at = :now WHERE member_id = :member_id AND id != :id AND expires_at > :now",
        others,
    )
    stop_change(request.member_id)
    member = db.session.get_one(LegacyMember, request.member_id, populate_existing=True)
    audit.record(event, member_ref=member.member_ref, source=source, proof=request.proved_by)
    messages.tell_contact(member, notice, request.locale)
