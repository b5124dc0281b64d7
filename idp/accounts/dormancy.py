"""Accounts to which nobody signs in: told after two years, erased after three (docs/rules.md §1)."""

from idp.accounts.directory import find_by_id
from idp.core import audit, clock, outbox
from idp.core.runtime import current
from idp.core.throttle import DAY

NOTICE_DAYS = 2 * 365
ERASURE_DAYS = 3 * 365
WARNING_DAYS = ERASURE_DAYS - NOTICE_DAYS


def tell(account_id: bytes) -> bool:
    """Say when the account goes, and that signing in keeps it; in the open write transaction. Whether it was told."""
    current().sql.run(
        "UPDATE account SET dormancy_told_at = :now WHERE id = :id", {"id": account_id, "now": clock.now()}
    )
    account = find_by_id(account_id)
    if account is None:
        return False
    args = {
        "email": account.address,
        "link": current().settings.issuer + "/connexion/",
        "erased_at": clock.now() + WARNING_DAYS * DAY,
    }
    payload = {"template": "dormant_account", "to": account.address, "locale": account.locale, "args": args}
    outbox.put("mail", payload)
    audit.record("dormancy_told", account_id=account_id)
    return True
