"""Telling a person of a sign-in from a device where the account never was before (ASVS 6.3.5)."""

from idp.accounts import notices
from idp.accounts.directory import find_by_id
from idp.core.runtime import current

# Who never signed in before has no device that is another. A browser that keeps no cookie is known again as long as it
# says the same of itself, from the same address, as one of the sessions that are still kept.
_IS_NEW = (
    "SELECT 1 FROM account WHERE id = :id AND seen_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM session"
    " WHERE account_id = :id AND source = :source AND coalesce(user_agent, '') = :user_agent)"
)


def tell(account_id: bytes, *, user_agent: str, source: str) -> None:
    """Tell every address, where the device is new. Call it before the session of this sign-in opens; writes."""
    values = {"id": account_id, "source": source, "user_agent": user_agent[:200]}
    if current().sql.one(_IS_NEW, values) and (account := find_by_id(account_id)):
        notices.tell(account, "new_device")
