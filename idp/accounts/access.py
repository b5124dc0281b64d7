"""What an account opens, cut or closed at once: by its epoch, which every session, code and token carries."""

from idp.accounts import mailbox_proofs
from idp.accounts.notices import CONTEST
from idp.core import clock, outbox
from idp.core.runtime import current

CUT = "access_cut"
"""The outbox job that tells the sites visited: `{"account_id": hex}`."""

_SEEN_EVERY = 86_400


def cut(account_id: bytes) -> None:
    """End every session, code, token and refresh of the account, and let the sites know. Call it while writing.

    Its links and pending changes die too, but for those that contest a change (docs/rules.md §3 rows 7 and 9).
    """
    current().sql.run("UPDATE account SET epoch = epoch + 1 WHERE id = :id", {"id": account_id})
    give_up_address_changes(account_id)
    _withdraw_links(account_id)
    outbox.put(CUT, {"account_id": account_id.hex()})


def freeze(account_id: bytes) -> bool:
    """Close the account until a letter or an adviser opens it again; False where it was frozen. Call it while writing.

    docs/rules.md §3 row 5.
    """
    if not _move(account_id, "frozen", "state != 'frozen'"):
        return False
    # Whoever asked for its deletion may be the one who is contested.
    current().sql.run("UPDATE account SET deletion_at = NULL WHERE id = :id", {"id": account_id})
    cut(account_id)
    return True


def unfreeze(account_id: bytes) -> bool:
    """Open a frozen account again, for who has been proved by other means; False where it was not frozen.

    The links that could freeze it again for the same change serve no more.
    """
    if not _move(account_id, "active", "state = 'frozen'"):
        return False
    mailbox_proofs.withdraw(CONTEST, account_id)
    return True


def seen(account_id: bytes) -> None:
    """Put down that the person signed in, to the day or so."""
    now = clock.now()
    current().sql.run(
        "UPDATE account SET seen_at = :now, dormancy_told_at = NULL"
        " WHERE id = :id AND (seen_at IS NULL OR seen_at <= :yesterday)",
        {"id": account_id, "now": now, "yesterday": now - _SEEN_EVERY},
    )


def give_up_address_changes(account_id: bytes) -> None:
    """End the changes of address that wait for their mailbox; their links serve no more. Call it while writing."""
    current().sql.run(
        "UPDATE address_change SET expires_at = :now WHERE account_id = :id AND completed_at IS NULL"
        " AND expires_at > :now",
        {"id": account_id, "now": clock.now()},
    )


def _withdraw_links(account_id: bytes) -> None:
    current().sql.run(
        "UPDATE mailbox_proof SET withdrawn_at = :now WHERE used_at IS NULL AND withdrawn_at IS NULL"
        " AND subject_id IN (SELECT id FROM recovery WHERE account_id = :id)",
        {"id": account_id, "now": clock.now()},
    )


def _move(account_id: bytes, state: str, where: str) -> bool:
    statement = f"UPDATE account SET state = :state WHERE id = :id AND {where}"  # noqa: S608
    return bool(current().sql.run(statement, {"id": account_id, "state": state}))
