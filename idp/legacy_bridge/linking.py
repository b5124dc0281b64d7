"""Linking the account of the chosen address, which is proved first, by its password as a rule (docs/rules.md §7.5).

Wrong passwords count against this member and this account, so that a NIR closes nobody else's account.
"""

from typing import Final, Literal

from idp.accounts import credentials
from idp.accounts.directory import AccountRow, find_by_address, find_by_id
from idp.accounts.password_policy import PasswordRefused
from idp.accounts.sign_in import failures_of
from idp.core import audit, clock
from idp.core.db import write
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import linking_factors, messages, new_secrets
from idp.legacy_bridge.identifier_change import WrongStep, lock, member_ref, move, read
from idp.legacy_bridge.linking_factors import FactorDue, Waiting
from idp.legacy_bridge.models import IdentifierChange, LegacyMember

Standing = Literal["open", "unvalidated", "blocked", "frozen"]

_HOUR: Final = 3600
_TOLD_AT: Final = 5


class NotEvaluated(Exception):
    """Nothing typed is compared: `standing` says why ("unvalidated", "blocked" or "frozen")."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing = standing


class WrongPassword(Exception):
    """Not the password of this account."""


class AnotherEspace(Exception):
    """The password is right, and the account holds another Espace personnel: it is told to who proved that alone."""


def target(change: IdentifierChange) -> AccountRow | None:
    """The account to link; None where it is gone, or has another address now."""
    account = find_by_id(change.linked_account_id) if change.linked_account_id else None
    named = find_by_address(change.canonical) if change.canonical else None
    return account if account and named and named.id == account.id else None


def target_of(change: IdentifierChange) -> AccountRow:
    """The same, where the change cannot go on without one. Raises `WrongStep`: the address is chosen again."""
    account = target(change)
    if account is None:
        raise WrongStep("address")
    return account


def standing_of(account: AccountRow) -> Standing:
    """Whether its password says anything: never where nobody proved its mailbox, or where it is closed."""
    if account.state == "frozen":
        return "frozen"
    if account.is_open_to_takeover:
        return "unvalidated"
    return "open" if account.state == "active" else "blocked"


def prove_password(change_id: bytes, password: str, *, browser: str, source: str) -> str:
    """Prove the account to link by its password; returns the new state. Call it before `db.write()`.

    A password that does not meet today's rule, or came with the old file of members, is to be replaced. Raises
    `NotEvaluated`, `WrongPassword`, `AnotherEspace`, `FactorDue`, `TooManyAttempts`, `Busy`, `WrongStep`.
    """
    change, member = read(change_id)
    account = target_of(change)
    standing = standing_of(account)
    if standing != "open":
        raise NotEvaluated(standing)
    throttle, settings = current().throttle, current().settings
    throttle.check(failures_of(source), settings.failures_per_source)
    counter = current().keyring.digest("attempts", b"linking:" + member.id + account.id)
    with current().hashing.place():
        throttle.claim(counter)
        right = credentials.verify_password(account.password, password).ok
        due = right and _is_due(member, account, password)
    if not right:
        _refuse(member, account, source)
    throttle.clear(counter)
    if account.member_ref is not None:
        audit.record("linking_refused", account_id=account.id, member_ref=member.member_ref, source=source)
        raise AnotherEspace
    if linking_factors.ask(change_id, account, browser, password_due=due, by="password"):
        raise FactorDue
    return prove(change_id, account, password_due=due, by="password", source=source)


def prove_factor(change_id: bytes, waiting: Waiting, *, source: str) -> str:
    """Put down that the account is proved, once its second factor is; returns the new state. Raises `WrongStep`."""
    change, _ = read(change_id)
    account = target_of(change)
    if (account.id, account.epoch) != (waiting.account_id, waiting.epoch) or standing_of(account) != "open":
        raise WrongStep(change.state)
    return prove(change_id, account, password_due=waiting.password_due, by=waiting.by, source=source)


def prove(change_id: bytes, account: AccountRow, *, password_due: bool, by: str, source: str) -> str:
    """Put down that the account, as it was read, is proved; returns the new state. Raises `WrongStep`."""
    write()
    now_account = find_by_id(account.id)
    change = lock(change_id)
    if now_account != account or change.linked_account_id != account.id:
        raise WrongStep(change.state)
    mode = current().settings.secret_question
    change.linked_epoch, change.linked_at = account.epoch, clock.now()
    change.password_due = password_due
    change.question_due = mode == "required" and account.secret_question is None
    move(change, "prove_account")
    audit.record("account_proved", account_id=account.id, member_ref=member_ref(change), source=source, by=by)
    return change.state


def _is_due(member: LegacyMember, account: AccountRow, password: str) -> bool:
    try:
        new_secrets.check_password(member, account.address, password)
    except PasswordRefused:
        return True
    return new_secrets.is_imported(member, password)


def _refuse(member: LegacyMember, account: AccountRow, source: str) -> None:
    """Count it; its owner is told of the fifth, once a day."""
    throttle = current().throttle
    throttle.count(failures_of(source), _HOUR)
    told = throttle.count(f"linking-failures:{account.id.hex()}", DAY) == _TOLD_AT
    write()
    audit.record("account_refused", account_id=account.id, member_ref=member.member_ref, source=source)
    if told:
        messages.tell_of_tries(account)
    raise WrongPassword
