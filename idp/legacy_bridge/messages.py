"""What the bridge writes to mailboxes, through the outbox; and how often."""

from typing import Final

from idp.accounts import address_changes, mailbox_proofs, notices
from idp.accounts.directory import AccountRow
from idp.accounts.identifiers import AddressError, canonical
from idp.accounts.mailbox_proofs import Draft
from idp.core import audit, clock, outbox
from idp.core.db import write
from idp.core.runtime import current
from idp.core.throttle import DAY, TooManyAttempts
from idp.legacy_bridge import paths
from idp.legacy_bridge.models import IdentifierChange, LegacyMember
from idp.web.pages import HELP
from idp.web.source import network

# The purpose of the links.
VALIDATION: Final = "identifier_change"

_MESSAGES_AN_HOUR = 8
_REMINDERS_A_DAY = 3
_HOUR = 3600


def limit_messages(member: LegacyMember, source: str) -> None:
    """Count a message that this member, from here, has us send. Raises `TooManyAttempts`."""
    throttle, settings = current().throttle, current().settings
    throttle.allow(f"requests:{network(source)}", settings.requests_per_source, _HOUR)
    throttle.allow(f"messages-of-member:{member.id.hex()}", _MESSAGES_AN_HOUR, _HOUR)


def ask_for_proof(change: IdentifierChange, draft: Draft) -> None:
    """Send the link and code of the chosen address, in the open transaction; earlier ones serve no more."""
    assert change.address is not None
    life = current().settings.link_life
    mailbox_proofs.store(draft, VALIDATION, change.id, change.address, life)
    link = f"{current().settings.issuer}{paths.LINK}{draft.token}/"
    _put(
        "validate_address", change.address, change.locale,
        email=change.address, link=link, code=draft.code, validity=life, not_me_url=link + paths.REFUSE,
    )  # fmt: skip


def tell_former_contact(member: LegacyMember, account: AccountRow, locale: str) -> None:
    """Tell the contact on file that the identifier has changed, and how to contest it; never the new address.

    It is told of every later change too. docs/rules.md §3 row 5.
    """
    contact = member.contact_address
    if contact is None or _canonical(contact) in (None, canonical(account.address)):
        return
    link = notices.contest_link(account.id, contact)
    contest = current().settings.contest_life
    _put("identifier_changed", contact, locale, changed_at=clock.now(), not_me_url=link, contest=contest)
    notices.remember(account.id, contact)


def tell_linked(account: AccountRow) -> None:
    """Tell the addresses of an account that it holds an Espace personnel now."""
    notices.tell(account, "account_linked")


def tell_of_tries(account: AccountRow) -> None:
    """Tell an account's owner that somebody who is changing an identifier tries passwords on it."""
    link = current().settings.issuer + paths.FORGOTTEN
    _put("account_tried", account.address, account.locale, email=account.address, link=link)


def confirm_default(account: AccountRow) -> None:
    """Ask the accepted default address for its proof, which nothing waits for."""
    link, life = address_changes.ask_for_own(account), current().settings.link_life
    _put("confirm_default", account.address, account.locale,
         email=account.address, link=link, validity=life, not_me_url=None)  # fmt: skip


def remind(account: AccountRow, source: str) -> None:
    """Write to the address that signs in now; above three a day nothing leaves, and nobody learns it.

    Opens the write transaction itself, after counting (docs/rules.md §3 row 22). Raises `TooManyAttempts` for a source
    that asks for too much.
    """
    throttle, settings = current().throttle, current().settings
    throttle.allow(f"requests:{network(source)}", settings.requests_per_source, _HOUR)
    try:
        throttle.allow(f"reminders:{account.id.hex()}", _REMINDERS_A_DAY, DAY)
    except TooManyAttempts:
        return
    write()
    audit.record("identifier_reminded", account_id=account.id, member_ref=account.member_ref, source=source)
    link = settings.issuer + paths.EMAIL_DOOR
    _put("identifier_reminder", account.address, account.locale, email=account.address, link=link,
         forgotten_url=settings.issuer + paths.FORGOTTEN)  # fmt: skip


def tell_contact(member: LegacyMember, template: str, locale: str) -> None:
    """Tell the contact on file, whoever shares it, what was done with the old access (docs/rules.md §7.8)."""
    if member.contact_address is not None:
        _tell(template, member.contact_address, locale, paths.DOOR)


def tell_undone(member: LegacyMember, account: AccountRow) -> None:
    """Tell the contact on file, and the address that signed in, that a change was undone (docs/rules.md §3 row 5)."""
    for address in {member.contact_address, account.address} - {None}:
        _tell("change_undone", str(address), account.locale, paths.GUIDED)


def _tell(template: str, to: str, locale: str, path: str) -> None:
    issuer = current().settings.issuer
    _put(template, to, locale, changed_at=clock.now(), link=issuer + path, not_me_url=f"{issuer}{HELP}#contact")


def _canonical(address: str) -> str | None:
    try:
        return canonical(address)
    except AddressError:
        return None


def _put(template: str, to: str, locale: str, **args: object) -> None:
    outbox.put("mail", {"template": template, "to": to, "locale": locale, "args": args})
