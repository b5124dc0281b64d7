"""What an account opens, cut or closed at once: by its epoch, which every session, code and token carries."""

from idp.core import outbox
from idp.core.runtime import current

CUT = "access_cut"
"""The outbox job that tells the sites visited: `{"account_id": hex}`."""


def cut(account_id: bytes) -> None:
    """End every session, code, token and refresh of the account, and let the sites know. Call it while writing."""
    current().sql.run("UPDATE account SET epoch = epoch + 1 WHERE id = :id", {"id": account_id})
    outbox.put(CUT, {"account_id": account_id.hex()})


def freeze(account_id: bytes) -> bool:
    """Close the account until a letter or an adviser opens it again; False where it was frozen. Call it while writing.

    docs/rules.md §3 row 5.
    """
    if not _move(account_id, "frozen", "state != 'frozen'"):
        return False
    cut(account_id)
    return True


def unfreeze(account_id: bytes) -> bool:
    """Open a frozen account again, for who has been proved by other means; False where it was not frozen."""
    return _move(account_id, "active", "state = 'frozen'")


def _move(account_id: bytes, state: str, where: str) -> bool:
    statement = f"UPDATE account SET state = :state WHERE id = :id AND {where}"  # noqa: S608
    return bool(current().sql.run(statement, {"id": account_id, "state": state}))
