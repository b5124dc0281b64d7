"""Recovery codes that were just made, for the browser that made them: read again, their page shows the same ones."""

from idp.accounts.factors.recovery_codes import SELECTS
from idp.core.runtime import current

LIFE = 600
_PURPOSE = "shown-recovery-codes"


def keep(account_id: bytes, session_id: bytes, codes: list[str]) -> None:
    """Have the page of this session show them for `LIFE` seconds. Call it in the transaction that made them."""
    sealed = current().keyring.seal(_PURPOSE, " ".join(codes).encode(), account_id + session_id)
    current().ephemeral.put(_key(session_id), {"sealed": sealed.hex()}, LIFE)


def find(account_id: bytes, session_id: bytes) -> list[str]:
    """Those that are still good: one that was spent, or made void by newer ones, is shown no more."""
    value = current().ephemeral.get(_key(session_id))
    if value is None:
        return []
    kept = current().keyring.open(_PURPOSE, bytes.fromhex(value["sealed"]), account_id + session_id).decode().split()
    rows = current().sql.all(
        "SELECT selector FROM recovery_code WHERE account_id = :account_id", {"account_id": account_id}
    )
    good = {selector for (selector,) in rows}
    return [code for code in kept if code[:SELECTS] in good]


def forget(session_id: bytes) -> None:
    """The person has them on paper."""
    current().ephemeral.delete(_key(session_id))


def _key(session_id: bytes) -> str:
    return f"shown-codes:{session_id.hex()}"
