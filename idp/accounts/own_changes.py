"""What a person who is signed in changes of how they come in: the password, the secret question (docs/rules.md §7.8).

Each ends all that the account had opened, and tells every address; the caller opens a new session for who is here.
"""

from idp.accounts import access, creation, credentials, notices, secret_question
from idp.accounts.directory import AccountRow, find_by_id
from idp.core import audit
from idp.core.db import write
from idp.core.runtime import current


class MovedOn(Exception):
    """Something happened to the account since the page was asked for: another tab's change, a contest, a reset."""


def change_password(account: AccountRow, password: str, *, source: str) -> AccountRow:
    """Set a password that the policy took; the present one was compared before. Leaves the write transaction open.

    `account` is what the page was asked for. Raises `MovedOn` or `Busy`.
    """
    with current().hashing.place():
        password_hash = credentials.hash_password(password)
    _begin(account)
    fresh = creation.replace_password(account.id, password_hash, verified_by=None)
    audit.record("password_changed", account_id=account.id, member_ref=account.member_ref, source=source)
    notices.tell(fresh, "password_changed", unblocked=False)
    return fresh


def choose_question(account: AccountRow, question: str, answer: str, *, asked_in_words: str, source: str) -> AccountRow:
    """Keep a question of the list, and the hash of its answer. Leaves the write transaction open.

    `asked_in_words` is the question as it is asked. Raises `AnswerRefused`, `MovedOn` or `Busy`.
    """
    secret_question.check(answer, forbidden=(asked_in_words, account.address))
    with current().hashing.place():
        answer_hash = credentials.hash_answer(answer)
    _begin(account)
    return _keep_question(account, question, answer_hash, source)


def remove_question(account: AccountRow, *, source: str) -> AccountRow:
    """Have no secret question any more. Leaves the write transaction open. Raises `MovedOn`."""
    _begin(account)
    return _keep_question(account, None, None, source)


def _begin(account: AccountRow) -> None:
    write()
    now = find_by_id(account.id)
    if now is None or now.epoch != account.epoch or now.state != "active":
        raise MovedOn


def _keep_question(account: AccountRow, question: str | None, answer_hash: str | None, source: str) -> AccountRow:
    current().sql.run(
        "UPDATE account SET secret_question = :question, secret_answer = :answer WHERE id = :id",
        {"id": account.id, "question": question, "answer": answer_hash},
    )
    access.cut(account.id)
    event = "secret_question_changed" if question else "secret_question_removed"
    audit.record(event, account_id=account.id, member_ref=account.member_ref, source=source)
    fresh = find_by_id(account.id)
    assert fresh is not None
    notices.tell(fresh, "question_changed", removed=question is None)
    return fresh
