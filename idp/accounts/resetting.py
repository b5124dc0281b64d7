"""What a link of `recovery` that was followed may do: whether the secret answer is asked, and the new password.

Neither is enough alone where an account has an answer (docs/rules.md §7.3); nobody is signed in by this.
"""

import hashlib
from enum import StrEnum

from idp.accounts import creation, credentials, mailbox_proofs, notices, recovery
from idp.accounts.directory import AccountRow
from idp.accounts.models import MailboxProof, Recovery
from idp.accounts.sign_in import failures_of, forget_failures
from idp.core import audit, clock
from idp.core.db import db, write
from idp.core.runtime import current
from idp.core.throttle import DAY

ANSWERS_A_DAY = 5
_HOUR = 3600


class NotOpen(Exception):
    """The link was used, replaced or is too old, or the account has changed since: it opens nothing any more."""


class Way(StrEnum):
    """What stands between the link and a new password."""

    AT_ONCE = "at_once"
    QUESTION = "question"
    # The mailbox alone proves too little, or the answers are used up: a letter, or an adviser.
    ELSEWHERE = "elsewhere"
    FROZEN = "frozen"


def way_of(account: AccountRow) -> Way:
    """docs/rules.md §3 rows 4 and 6, §7.3: an answer where there is one; never the mailbox alone that nobody proved."""
    if account.state == "frozen":
        return Way.FROZEN
    if account.is_open_to_takeover:
        return Way.AT_ONCE
    mode = current().settings.secret_question
    if account.secret_question and mode != "off":
        return Way.QUESTION
    return Way.AT_ONCE if account.verified else Way.ELSEWHERE


def check_open(account: AccountRow) -> None:
    """Raise `TooManyAttempts` where no answer of this account is compared any more today."""
    current().throttle.check(_answers_key(account), ANSWERS_A_DAY)


def check_answer(account: AccountRow, proof_id: bytes, answer: str, *, browser: str, source: str) -> bool:
    """Compare the secret answer, five times a day whatever the links; a right one opens the link in this browser.

    Raises `TooManyAttempts` or `Busy`.
    """
    settings, throttle = current().settings, current().throttle
    throttle.check(failures_of(source), settings.failures_per_source)
    with current().hashing.place():
        # Counted first, so that answers sent at once are counted all the same.
        throttle.allow(_answers_key(account), ANSWERS_A_DAY, DAY)
        row = current().sql.one("SELECT secret_answer FROM account WHERE id = :id", {"id": account.id})
        right = credentials.verify_answer(row[0] if row else None, answer)
    if not right:
        throttle.count(failures_of(source), _HOUR)
        audit.record("secret_answer_refused", account_id=account.id, source=source)
        return False
    current().ephemeral.put(_answered_key(proof_id, browser), {"epoch": account.epoch}, settings.reset_life)
    return True


def is_answered(account: AccountRow, proof_id: bytes, browser: str) -> bool:
    """Whether this browser has given the right answer for this link, and nothing has happened to the account since."""
    kept = current().ephemeral.get(_answered_key(proof_id, browser))
    return kept is not None and kept["epoch"] == account.epoch


def complete(proof: MailboxProof, password: str, *, browser: str, source: str) -> AccountRow:
    """Set the new password: of several at once one wins. Everything issued before dies, and every address is told.

    Leaves the write transaction open. Raises `NotOpen` or `Busy`.
    """
    with current().hashing.place():
        password_hash = credentials.hash_password(password)
    proof_id, recovery_id = proof.id, proof.subject_id
    write()
    asked = db.session.get(Recovery, recovery_id)
    account = recovery.account_of(asked) if asked and asked.completed_at is None else None
    if asked is None or account is None or not _may_set(account, proof_id, browser):
        raise NotOpen
    if not mailbox_proofs.use(proof_id):
        raise NotOpen
    fresh = _set(account, password_hash)
    asked.completed_at = clock.now()
    forget_failures(account.address, device=browser)
    audit.record("password_reset", account_id=account.id, client_id=asked.client_id, source=source, was=account.state)
    notices.tell(fresh, "password_changed", unblocked=account.state == "blocked")
    if asked.change_id and asked.browser == browser:
        recovery.leave_fresh_proof(asked.change_id, browser, fresh)
    return fresh


def _may_set(account: AccountRow, proof_id: bytes, browser: str) -> bool:
    way = way_of(account)
    return way is Way.AT_ONCE or (way is Way.QUESTION and is_answered(account, proof_id, browser))


def _set(account: AccountRow, password_hash: str) -> AccountRow:
    if account.is_open_to_takeover:
        taken = creation.take_over_unvalidated(account.id, password_hash, verified_by=recovery.PURPOSE)
        assert taken is not None
        return taken
    return creation.replace_password(account.id, password_hash, verified_by=recovery.PURPOSE)


def _answers_key(account: AccountRow) -> str:
    return f"answers:{account.id.hex()}"


def _answered_key(proof_id: bytes, browser: str) -> str:
    return f"answered:{proof_id.hex()}:{hashlib.sha256(browser.encode()).hexdigest()[:32]}"
