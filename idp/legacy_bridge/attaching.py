"""An account without an Espace personnel at a site that needs one: the change ends with that account (rules §7.9)."""

from typing import Final

from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.identifiers import canonical
from idp.core import clock
from idp.core.runtime import current
from idp.legacy_bridge import linking, linking_factors, tickets
from idp.legacy_bridge.identifier_change import aim_at, lock, move
from idp.sessions.service import Session

_JUST_PROVED: Final = 300


def aim(change_id: bytes, session: Session, *, browser: str, source: str) -> None:
    """Let the change of who has just signed in by NIR end with the account signed in in this browser.

    Its password is asked again unless it was proved in the last five minutes, its second factor always. Raises
    `WrongStep`.
    """
    change = lock(change_id)
    account = find_by_id(session.account_id)
    if account is None or account.member_ref is not None:
        return
    aim_at(change, account)
    change.address, change.canonical = account.address, canonical(account.address)
    move(change, "choose_address")
    tickets.note_choice(change_id, browser)
    fresh = clock.now() - session.auth_time <= _JUST_PROVED and session.epoch == account.epoch
    if change.state != "link" or not fresh or _is_of_an_old_site(account):
        return
    # A remembered browser was spared the second factor: here it is asked.
    if not linking_factors.ask(change_id, account, browser, password_due=False, by="session"):
        linking.prove(change_id, account, password_due=False, by="session", source=source)


def _is_of_an_old_site(account: AccountRow) -> bool:
    """Whether its password came with an import: whether that meets today's rule is seen when it is typed."""
    row = current().sql.one(
        "SELECT 1 FROM account WHERE id = :id AND source_ref IS NOT NULL AND password_set_at <= created_at + 1",
        {"id": account.id},
    )
    return row is not None
