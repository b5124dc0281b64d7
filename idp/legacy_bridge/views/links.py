"""Links of messages, opened in whichever browser. GET and HEAD change nothing; a POST does (docs/rules.md §2 row 4)."""

from contextlib import suppress

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import mailbox_proofs
from idp.accounts.models import MailboxProof
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge import change_choices, change_proofs, completion, identifier_change, paths
from idp.legacy_bridge.change_proofs import LinkSpent
from idp.legacy_bridge.completion import AddressLost
from idp.legacy_bridge.forms import ContinueForm
from idp.legacy_bridge.identifier_change import WrongStep
from idp.legacy_bridge.messages import VALIDATION
from idp.legacy_bridge.models import IdentifierChange
from idp.legacy_bridge.tickets import Ticket, holds_its_change
from idp.legacy_bridge.views.base import AlreadyMade, Detour, blueprint, current_ticket, forget_ticket, page, to, url
from idp.legacy_bridge.views.ending import address_lost, answer_again, open_session
from idp.legacy_bridge.views.resume import ask_for_password, continue_with_password
from idp.web import errors
from idp.web.pages import HELP, client_source

_LINK = paths.LINK + "<token>/"


@blueprint.get(_LINK)
def link(token: str) -> Response:
    """The button, or how the link stands."""
    proof = mailbox_proofs.find(token, VALIDATION)
    change = identifier_change.find(proof.subject_id) if proof else None
    if proof is None or change is None:
        return _expired(can_renew=False)
    if mailbox_proofs.is_live(proof) and not identifier_change.is_over(change):
        return page("link", email=proof.address)
    if proof.used_at is None:
        return _expired(can_renew=_can_renew(proof, change))
    if change.state == "done":
        raise Detour(paths.DONE) if _was_made_here(change) else AlreadyMade
    return page("link_elsewhere", email=proof.address, continue_url=_of(token, paths.CONTINUE))


@blueprint.post(_LINK)
def link_post(token: str) -> BaseResponse:
    """In the browser that asked, the change is made; elsewhere the mailbox is proved, and nothing else."""
    proof = mailbox_proofs.find(token, VALIDATION)
    change = identifier_change.find(proof.subject_id) if proof else None
    if proof is None or change is None:
        return _expired(can_renew=False)
    if not mailbox_proofs.is_live(proof) and proof.used_at is None:
        return _renew(proof, change)
    ticket = _ticket_of(change)
    try:
        change = change_proofs.prove_mailbox(proof, by="link", source=client_source())
        if ticket is None or change.state != "review":
            return to(paths.STEPS[change.state]) if ticket else to(_of(token))
        account = completion.complete(change.id, source=client_source())
    except (LinkSpent, WrongStep):
        forget_ticket()
        # Pressed twice: the end, where the change was made; elsewhere the page of the link says how it stands.
        return answer_again() if change.state == "done" and _was_made_here(change) else to(_of(token))
    except AddressLost as lost:
        assert ticket is not None
        return address_lost(ticket, lost)
    return open_session(ticket, account)


@blueprint.get(_LINK + paths.CONTINUE)
def continue_here(token: str) -> Response:
    """The first tab is gone: the new password proves the person, as the link proved the mailbox."""
    return ask_for_password(_proved_change(token))


@blueprint.post(_LINK + paths.CONTINUE)
def continue_here_post(token: str) -> BaseResponse:
    """A ticket for this browser, and the last look."""
    return continue_with_password(_proved_change(token), ContinueForm())


@blueprint.get(_LINK + paths.REFUSE)
def refuse(token: str) -> Response:
    """ "Ce n'est pas vous ?": a button, or how it stands."""
    proof = mailbox_proofs.find(token, VALIDATION)
    change = identifier_change.find(proof.subject_id) if proof else None
    if proof is None or change is None:
        return _expired(can_renew=False)
    if change.canonical == proof.canonical and change.state in ("review", "done"):
        return _expired(can_renew=False)
    stopped = change.canonical != proof.canonical or identifier_change.is_over(change)
    return page("refuse", email=proof.address, stopped=stopped)


@blueprint.post(_LINK + paths.REFUSE)
def refuse_post(token: str) -> BaseResponse:
    """The address is free again, and the change back at its first step."""
    proof = mailbox_proofs.find(token, VALIDATION)
    if proof is not None:
        # Pressed twice, or too late: the page says how it stands.
        with suppress(LinkSpent, WrongStep):
            change_proofs.refuse_address(proof, source=client_source())
    return to(_of(token, paths.REFUSE))


def _ticket_of(change: IdentifierChange) -> Ticket | None:
    """The living ticket of this browser, where it is this change's: then this is the browser that asked."""
    ticket = current_ticket()
    if ticket is None or ticket.change_id != change.id or not ticket.is_alive or not holds_its_change(ticket):
        return None
    return ticket


def _was_made_here(change: IdentifierChange) -> bool:
    ticket = current_ticket()
    return ticket is not None and ticket.change_id == change.id and ticket.consumed_at is not None


def _proved_change(token: str) -> IdentifierChange:
    proof = mailbox_proofs.find(token, VALIDATION)
    change = identifier_change.find(proof.subject_id) if proof and proof.used_at else None
    if proof is None or change is None or change.canonical != proof.canonical:
        raise Detour(_of(token))
    return change


def _can_renew(proof: MailboxProof, change: IdentifierChange) -> bool:
    """Only for the address still waited for: the reader of a corrected one gets no more mail, and sends none."""
    waits = change.state == "waiting" and not identifier_change.is_over(change)
    return waits and change.canonical == proof.canonical


def _renew(proof: MailboxProof, change: IdentifierChange) -> BaseResponse:
    if not _can_renew(proof, change):
        return _expired(can_renew=False)
    try:
        change_choices.send_again(change.id, source=client_source())
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("web-help", HELP)])
    return page("link_renewed", email=proof.address)


def _expired(*, can_renew: bool) -> Response:
    return page(
        "link_expired", 410, validity=current().settings.link_life, can_renew=can_renew, sign_in_url=url(paths.DOOR)
    )


def _of(token: str, action: str = "") -> str:
    return f"{paths.LINK}{token}/{action}"
