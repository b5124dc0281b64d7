"""An account that its person wants gone: asked for, a day to change one's mind, then `erasure` (GDPR art. 17)."""

from idp.accounts import access, notices
from idp.accounts.directory import AccountRow, find_by_id
from idp.core import audit, clock
from idp.core.runtime import current
from idp.core.throttle import DAY

THOUGHT = DAY
_PAGE = "/compte/"


def due_at(account_id: bytes) -> int | None:
    """When the account is erased, in seconds since the epoch; None where nobody asked for it."""
    row = current().sql.one("SELECT deletion_at FROM account WHERE id = :id", {"id": account_id})
    return row[0] if row else None


def ask(account_id: bytes, *, source: str) -> AccountRow | None:
    """Ask for it: all that is open ends, every address is told. Call it while writing; None where it was asked for."""
    at = clock.now() + THOUGHT
    asked = current().sql.run(
        "UPDATE account SET deletion_at = :at WHERE id = :id AND deletion_at IS NULL AND state = 'active'",
        {"id": account_id, "at": at},
    )
    if not asked:
        return None
    access.cut(account_id)
    account = _found(account_id)
    audit.record("deletion_asked", account_id=account_id, member_ref=account.member_ref, source=source)
    notices.tell(account, "deletion_asked", until_at=at, link=current().settings.issuer + _PAGE)
    return account


def cancel(account_id: bytes, *, source: str) -> bool:
    """Keep the account after all; False where nothing was asked for. Call it while writing."""
    statement = "UPDATE account SET deletion_at = NULL WHERE id = :id AND deletion_at IS NOT NULL"
    if not current().sql.run(statement, {"id": account_id}):
        return False
    account = _found(account_id)
    audit.record("deletion_cancelled", account_id=account_id, member_ref=account.member_ref, source=source)
    notices.tell(account, "deletion_kept", contestable=False)
    return True


def _found(account_id: bytes) -> AccountRow:
    account = find_by_id(account_id)
    assert account is not None
    return account
