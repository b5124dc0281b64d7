"""A sign-in whose password was right and whose second factor is still to come: ten minutes, one browser, one use."""

import hashlib
import secrets
from dataclasses import dataclass

from idp.accounts.directory import AccountRow, find_by_id
from idp.core.runtime import current

LIFE = 600


@dataclass(frozen=True, slots=True)
class Pending:
    """Whose password was right, at which epoch."""

    account: AccountRow
    epoch: int


def begin(account_id: bytes, epoch: int, browser: str) -> str:
    """Wait for the second factor, for `LIFE` seconds; the id to go on with, in this browser."""
    identifier = secrets.token_urlsafe(16)
    value = {"account": account_id.hex(), "epoch": epoch}
    current().ephemeral.put(_key(identifier, browser), value, LIFE)
    return identifier


def find(identifier: str, browser: str) -> Pending | None:
    """The sign-in that waits; None where there is none any more, or its account has changed since."""
    value = current().ephemeral.get(_key(identifier, browser))
    if value is None:
        return None
    account = find_by_id(bytes.fromhex(value["account"]))
    if account is None or account.state != "active" or account.epoch != value["epoch"]:
        return None
    return Pending(account, value["epoch"])


def take(identifier: str, browser: str) -> bool:
    """End the wait: of two who bring their second factor, one gets False and opens nothing."""
    return current().ephemeral.take(_key(identifier, browser)) is not None


def _key(identifier: str, browser: str) -> str:
    return f"pending-sign-in:{identifier}:{hashlib.sha256(browser.encode()).hexdigest()[:32]}"
