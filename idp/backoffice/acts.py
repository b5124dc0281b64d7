"""What staff may do for a member: each with a reason, put down with who did it, and told to the member.

They start what the member finishes; nobody here chooses an address or a password (ASVS 6.4.6).
"""

from typing import Final

from idp.accounts import access, notices, recovery
from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.sending import Asked, Sending
from idp.backoffice import bridge, members, requests
from idp.backoffice.members import Member
from idp.backoffice.requests import Request
from idp.backoffice.sessions import Agent
from idp.core import audit, clock, crypto
from idp.core.db import write
from idp.core.runtime import current
from idp.web.pages import HELP

_LOCALE: Final = "fr"


class NotPossible(Exception):
    """The member is not, or no longer, in a state for it."""


def send_link(member: Member, agent: Agent, reason: str) -> None:
    """The mailed link to the known contact. Raises `NotPossible`, `TooManyAttempts`, `Busy`."""
    # A browser that nobody has: the link gives this one nothing.
    asked = Asked(crypto.token()[:22], None, None, _LOCALE, _source(agent))
    account = find_by_id(member.account.id) if member.account else None
    if account is not None:
        _, sending = recovery.begin_for(account, asked)
        sent = sending is Sending.SENT
    else:
        sent = member.old is not None and bridge.send_link(member.old.id, asked)
    if not sent:
        raise NotPossible
    _put_down("staff_link_sent", member, agent, reason)


def post_letter(member: Member, agent: Agent, reason: str) -> None:
    """A letter to the postal address on file. Raises `NotPossible`, `Busy`."""
    if member.old is None or not bridge.post_letter(member.old.id, _LOCALE):
        raise NotPossible
    _put_down("staff_letter_asked", member, agent, reason)
    _tell(member, "letter")


def end_sessions(member: Member, agent: Agent, reason: str) -> None:
    """End everything the account has opened. Raises `NotPossible`."""
    account = _account(member)
    access.cut(account.id)
    _put_down("staff_sessions_ended", member, agent, reason)
    _tell(member, "sessions")


def freeze(member: Member, agent: Agent, reason: str) -> None:
    """Close the account until two colleagues or a letter open it. Raises `NotPossible`."""
    account = _account(member)
    if not access.freeze(account.id):
        raise NotPossible
    _put_down("staff_frozen", member, agent, reason)
    notices.tell(account, "account_frozen", contestable=False, letter_url=notices.letter_url())


def ask_unfreeze(member: Member, agent: Agent, reason: str) -> None:
    """Ask a colleague to agree that a frozen account opens. Raises `NotPossible`."""
    account = _account(member)
    if account.state != "frozen" or not requests.ask("unfreeze", account.id, reason, agent.id):
        raise NotPossible
    _put_down("staff_unfreeze_asked", member, agent, reason)


def ask_release(member: Member, agent: Agent, reason: str) -> None:
    """Ask a colleague to agree that a code is handed over in person. Raises `NotPossible`."""
    write()
    if member.old is None or not requests.ask("release_letter", member.old.id, reason, agent.id):
        raise NotPossible
    _put_down("staff_release_asked", member, agent, reason)


def agree(request: Request, agent: Agent) -> None:
    """Agree to what a colleague asked for, and do it; what was done is undone where it raises.

    Raises `NotPossible`, `NotYours`, `Busy`.
    """
    draft = bridge.prepare_code() if request.kind == "release_letter" else None
    write()
    requests.agree(request.id, agent.id)
    member = members.look(request.subject_id)
    if member is None:
        raise NotPossible
    if draft is None:
        event, act, done = "staff_unfrozen", "unfrozen", access.unfreeze(request.subject_id)
    else:
        done = member.old is not None and bridge.release_letter(draft, member.old.id, _LOCALE)
        event, act = "staff_letter_released", "released"
    if not done:
        raise NotPossible
    _put_down(event, member, agent, request.reason, asked_by=request.asked_by.hex())
    _tell(member, act)


def decline(request: Request, agent: Agent) -> None:
    """Say no to a colleague, or take one's own request back. Raises `NotYours`."""
    write()
    requests.decline(request.id, agent.id)
    if member := members.look(request.subject_id):
        _put_down("staff_declined", member, agent, request.reason)


def _account(member: Member) -> AccountRow:
    write()
    account = find_by_id(member.account.id) if member.account else None
    if account is None:
        raise NotPossible
    return account


def _put_down(event: str, member: Member, agent: Agent, reason: str, **more: str) -> None:
    write()
    account_id = member.account.id if member.account else None
    audit.record(
        event, account_id=account_id, member_ref=member.member_ref, staff=agent.id.hex(), reason=reason, **more
    )


def _tell(member: Member, act: str) -> None:
    """Every address that is known of the member."""
    account = find_by_id(member.account.id) if member.account else None
    link = f"{current().settings.issuer}{HELP}#contact"
    if account is not None:
        notices.tell(account, "staff_act", contestable=False, act=act, link=link)
    elif member.old and (contact := bridge.contact_of(member.old.id)):
        notices.put("staff_act", contact, _LOCALE, act=act, link=link, changed_at=clock.now())


def _source(agent: Agent) -> str:
    # Limits count it like a network, a colleague each; the record of the member does not tell where staff sit.
    return f"MGEN {agent.id.hex()[-6:]}"
