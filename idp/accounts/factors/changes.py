"""What every change of a factor leaves behind: a line of the audit and a message to every address (ASVS 6.3.7).

Everything here writes: call it in the open write transaction.
"""

from typing import Any

from idp.accounts import notices
from idp.accounts.directory import find_by_id
from idp.accounts.factors import devices, listing
from idp.core import audit
from idp.core.runtime import current

PASSKEY, TOTP = "passkey", "totp"
"""The kinds of second factor, as audit and messages call them."""


def tell(account_id: bytes, event: str, *, source: str | None, template: str | None = None, **detail: Any) -> None:
    """Put `event` down and send `template`, by default of the same name; both get `detail`."""
    audit.record(event, account_id=account_id, source=source, **detail)
    if account := find_by_id(account_id):
        notices.tell(account, template or event, **detail)


def removed(account_id: bytes, kind: str, *, source: str | None) -> None:
    """A factor was removed: after the last one no device is spared anything, and no recovery code is left."""
    if not listing.has_any(account_id):
        devices.forget_all(account_id)
        current().sql.run("DELETE FROM recovery_code WHERE account_id = :account_id", {"account_id": account_id})
    tell(account_id, "factor_removed", source=source, way=kind)
