"""An account comes to be, is taken over by who proves its mailbox, gets its Espace personnel.

Everything here writes: call it in the open write transaction, with hashes made before.
"""

from idp.accounts import access
from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.factors import dropping
from idp.accounts.identifiers import parse_address
from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import current


class AddressTaken(Exception):
    """Another account holds this address: the unique index says so; or an erased one held it not long ago."""


class AlreadyAttached(Exception):
    """This account has an Espace personnel, or this Espace personnel an account."""


def create_account(
    address: str,
    password_hash: str | None,
    *,
    origin: str,
    locale: str,
    verified_by: str | None = None,
    secret_question: str | None = None,
    secret_answer: str | None = None,
    state: str = "active",
    source_ref: str | None = None,
) -> AccountRow:
    """Create an account identified by `address`; `secret_answer` is a hash. Raises `AddressTaken`.

    `verified_by` is how its mailbox was proved, None where it was not. `source_ref` is its key in an old file.
    """
    identifier = new_id()
    current().sql.run(
        "INSERT INTO account (id, state, epoch, password, password_set_at, secret_question, secret_answer, locale,"
        " origin, source_ref, created_at) VALUES (:id, :state, 0, :password, :password_set_at, :question, :answer,"
        " :locale, :origin, :source_ref, :now)",
        {
            "id": identifier,
            "state": state,
            "password": password_hash,
            "password_set_at": clock.now() if password_hash else None,
            "question": secret_question,
            "answer": secret_answer,
            "locale": locale,
            "origin": origin,
            "source_ref": source_ref,
            "now": clock.now(),
        },
    )
    if not identify(identifier, address):
        current().sql.run("DELETE FROM account WHERE id = :id", {"id": identifier})
        raise AddressTaken
    if verified_by:
        mark_verified(identifier, verified_by)
    return _fresh(identifier)


def identify(account_id: bytes, address: str) -> bool:
    """Make `address` the account's identifier; False where another account has it, or an erased one had it lately."""
    parsed = parse_address(address)
    return bool(
        current().sql.run(
            "INSERT INTO identifier (id, account_id, address, canonical, status, created_at)"
            " SELECT :id, :account_id, :address, :canonical, 'active', :now WHERE NOT EXISTS"
            " (SELECT 1 FROM held_address WHERE digest = :held AND until > :now) ON CONFLICT DO NOTHING",
            {
                "id": new_id(),
                "account_id": account_id,
                "address": parsed.typed,
                "canonical": parsed.canonical,
                "held": held_digest(parsed.canonical),
                "now": clock.now(),
            },
        )
    )


def held_digest(canonical: str) -> bytes:
    """Under what an erased account's address is held, so that it can be refused without being known."""
    return current().keyring.digest("held-address", canonical.encode())


def mark_verified(account_id: bytes, reason: str) -> None:
    """The one place that says a mailbox is proved; `reason` is how. The first proof stays."""
    current().sql.run(
        "UPDATE identifier SET verified_at = :now, verified_by = :reason"
        " WHERE account_id = :account_id AND status = 'active' AND verified_at IS NULL",
        {"account_id": account_id, "reason": reason, "now": clock.now()},
    )


def take_over_unvalidated(account_id: bytes, password_hash: str, *, verified_by: str) -> AccountRow | None:
    """Give an account that nobody proved to who has just proved its mailbox; None where it is no longer open to that.

    Whatever an earlier person left dies: password, secret question, second factors, other addresses, pending changes
    and links, and by the epoch every session, code and token (docs/rules.md §3 rows 6 to 9).
    """
    taken = current().sql.run(
        "UPDATE account SET password = :password, password_set_at = :now, secret_question = NULL, secret_answer = NULL,"
        " state = 'active' WHERE id = :id AND state != 'frozen'"
        " AND EXISTS (SELECT 1 FROM identifier WHERE account_id = :id AND status = 'active' AND verified_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM membership WHERE account_id = :id)",
        {"id": account_id, "password": password_hash, "now": clock.now()},
    )
    if not taken:
        return None
    current().sql.run("DELETE FROM known_address WHERE account_id = :id", {"id": account_id})
    dropping.drop(account_id)
    access.cut(account_id)
    mark_verified(account_id, verified_by)
    return _fresh(account_id)


def attach_member(account_id: bytes, member_ref: str) -> None:
    """Say that this account holds this Espace personnel. Raises `AlreadyAttached`."""
    kept = current().sql.run(
        "INSERT INTO membership (account_id, member_ref, attached_at) VALUES (:account_id, :member_ref, :now)"
        " ON CONFLICT DO NOTHING",
        {"account_id": account_id, "member_ref": member_ref, "now": clock.now()},
    )
    if not kept:
        raise AlreadyAttached


def set_password(account_id: bytes, password_hash: str) -> None:
    """Keep the hash of a new password; what was issued before lives on, unless the caller moves the epoch."""
    current().sql.run(
        "UPDATE account SET password = :password, password_set_at = :now WHERE id = :id",
        {"id": account_id, "password": password_hash, "now": clock.now()},
    )


def replace_password(account_id: bytes, password_hash: str, *, verified_by: str | None) -> AccountRow:
    """A new password for who has proved to be the owner: a blocked account opens, everything issued before dies.

    `verified_by` is how the mailbox was proved, None where it was not: by a letter.
    """
    set_password(account_id, password_hash)
    current().sql.run("UPDATE account SET state = 'active' WHERE id = :id AND state = 'blocked'", {"id": account_id})
    if verified_by:
        mark_verified(account_id, verified_by)
    access.cut(account_id)
    return _fresh(account_id)


def _fresh(account_id: bytes) -> AccountRow:
    row = find_by_id(account_id)
    assert row is not None
    return row
