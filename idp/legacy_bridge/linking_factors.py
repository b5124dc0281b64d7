"""The second factor of the account that is to be linked: asked after its password, and the only one that stays.

What else is on the account may be of whoever had it before (docs/rules.md §3 row 8). Both what waits and what was
proved are kept for one change, no longer than its ticket lives.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from idp.accounts import second_factor
from idp.accounts.directory import AccountRow
from idp.accounts.factors import dropping, listing, webauthn_ceremonies
from idp.core.runtime import current
from idp.legacy_bridge.models import IdentifierChange

LIFE = 600


class FactorDue(Exception):
    """The password is right, or was just set: the second factor of the account is asked now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account whose password was proved, `by` what, and whether another password is due."""

    account_id: bytes
    epoch: int
    password_due: bool
    by: str


def ask(change_id: bytes, account: AccountRow, browser: str, *, password_due: bool, by: str) -> bool:
    """Let the change wait for the second factor of this account; False where it has none.

    What was proved for this change before counts no more.
    """
    current().ephemeral.delete(_proved_key(change_id))
    if not listing.has_any(account.id):
        return False
    value = {"account": account.id.hex(), "epoch": account.epoch, "password_due": password_due, "by": by}
    current().ephemeral.put(_waiting_key(change_id, browser), value, LIFE)
    return True


def find(change: IdentifierChange, browser: str) -> Waiting | None:
    """What waits; None where nothing does, or for another account than the change is about now."""
    value = current().ephemeral.get(_waiting_key(change.id, browser))
    if value is None or change.linked_account_id is None or value["account"] != change.linked_account_id.hex():
        return None
    return Waiting(change.linked_account_id, value["epoch"], value["password_due"], value["by"])


def keep(change_id: bytes, waiting: Waiting, browser: str, way: str, amr: tuple[str, ...], answer: str) -> None:
    """Put down which factor was proved, `way` as in `second_factor`, a passkey by its `answer`; the wait is over."""
    passkey = webauthn_ceremonies.credential_id_of(answer).hex() if way == second_factor.PASSKEY else None
    value = {"account": waiting.account_id.hex(), "way": way, "amr": amr, "passkey": passkey}
    current().ephemeral.put(_proved_key(change_id), value, current().settings.ticket_life)
    current().ephemeral.delete(_waiting_key(change_id, browser))


def amr_of(change_id: bytes, account_id: bytes) -> tuple[str, ...]:
    """The `amr` values of the factor that was proved for this change; none where none was."""
    value = _proved(change_id, account_id)
    return tuple(value["amr"]) if value else ()


def drop_others(change_id: bytes, account_id: bytes) -> None:
    """Forget every factor of the account but the one that was proved. With the open transaction."""
    value = _proved(change_id, account_id) or {"passkey": None, "way": ""}
    passkey = bytes.fromhex(value["passkey"]) if value["passkey"] else None
    dropping.drop(account_id, but_passkey=passkey, but_totp=value["way"] == second_factor.TOTP)


def _proved(change_id: bytes, account_id: bytes) -> dict[str, Any] | None:
    value = current().ephemeral.get(_proved_key(change_id))
    return value if value and value["account"] == account_id.hex() else None


def _proved_key(change_id: bytes) -> str:
    return f"linking-factor:{change_id.hex()}"


def _waiting_key(change_id: bytes, browser: str) -> str:
    return f"linking-factor-due:{change_id.hex()}:{hashlib.sha256(browser.encode()).hexdigest()[:32]}"
