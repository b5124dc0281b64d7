"""Forgetting second factors all at once, where an account comes into other hands, or their owner has lost them."""

from idp.core import audit
from idp.core.runtime import current


def drop(account_id: bytes, *, but_passkey: bytes | None = None, but_totp: bool = False) -> int:
    """Forget every second factor, and the recovery codes and remembered devices; how many factors. With the open
    transaction.

    `but_passkey` is the credential that stays; `but_totp` whether the application does.
    """
    sql, values = current().sql, {"account_id": account_id, "kept": but_passkey or b""}
    gone = sql.run("DELETE FROM passkey WHERE account_id = :account_id AND credential_id != :kept", values)
    if not but_totp:
        gone += sql.run("DELETE FROM totp WHERE account_id = :account_id", values)
    sql.run("DELETE FROM recovery_code WHERE account_id = :account_id", values)
    sql.run("DELETE FROM remembered_device WHERE account_id = :account_id", values)
    if gone:
        audit.record("factors_dropped", account_id=account_id, count=gone)
    return gone
