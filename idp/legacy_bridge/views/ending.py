"""Step 3 of 3, the last look; and the end (docs/rules.md §7.10)."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.directory import AccountRow
from idp.accounts.factors import listing
from idp.core.runtime import current
from idp.interaction.views import current_session, sign_in_browser, sites
from idp.legacy_bridge import completion, identifier_change, linking_factors, paths, tickets
from idp.legacy_bridge.completion import AddressLost, SeenOtherwise
from idp.legacy_bridge.identifier_change import WrongStep
from idp.legacy_bridge.tickets import Ticket
from idp.legacy_bridge.views.base import (
    AlreadyMade,
    Way,
    already_made,
    blueprint,
    current_ticket,
    forget_ticket,
    on_the_way,
    onward_url,
    page,
    to,
    url,
)
from idp.sessions import levels
from idp.sessions import service as sessions
from idp.web.pages import client_source


@blueprint.get(paths.REVIEW)
def review() -> Response:
    """The whole address, and what will happen to it."""
    return _review(on_the_way("review"))


@blueprint.post(paths.REVIEW)
def finish() -> BaseResponse:
    """Make the change. Pressed again, it gives the same answer."""
    try:
        way = on_the_way("review")
    except AlreadyMade:
        return answer_again()
    try:
        account = completion.complete(way.change.id, version=_version(), source=client_source())
    except WrongStep as wrong:
        if wrong.state != "done":
            raise
        # Of two at the same moment, this is the later.
        forget_ticket()
        return answer_again()
    except SeenOtherwise:
        return _review(way, 409, error="legacy-review-changed")
    except AddressLost as lost:
        return address_lost(way.ticket, lost)
    return open_session(way.ticket, account)


@blueprint.get(paths.DONE)
def done() -> Response:
    """ "C'est fait", in the browser that finished."""
    ticket = current_ticket()
    if ticket is None or ticket.consumed_at is None or ticket.change_id is None:
        on_the_way("done")
        raise AlreadyMade
    change = identifier_change.find(ticket.change_id)
    if change is None or change.state != "done":
        on_the_way("done")
        raise AlreadyMade
    onward = onward_url(ticket, change.client_id)
    return page("done", email=change.address, continue_url=onward, to_confirm=completion.wants_confirmation(change))


def open_session(ticket: Ticket, account: AccountRow) -> BaseResponse:
    """The session, under a new id, in the transaction of the change; another person's in this browser ends."""
    former = current_session()
    if former is not None:
        sessions.leave(former)
    # Of an account that was linked, the second factor it had was asked.
    proved = linking_factors.amr_of(ticket.change_id, account.id) if ticket.change_id else ()
    handle = sessions.open_session(
        account.id,
        account.epoch,
        acr=levels.MFA if proved else levels.PASSWORD,
        amr=levels.together(("pwd",), proved) if proved else ("pwd",),
        source=client_source(),
        user_agent=request.user_agent.string,
    )
    tickets.consume(ticket, current().keyring.read_handle(sessions.HANDLE, handle))
    return sign_in_browser(to(paths.DONE), handle, account.id)


def address_lost(ticket: Ticket, lost: AddressLost) -> Response:
    """Somebody was quicker: everything else is undone, and an earlier step waits."""
    if lost.to_member:
        return page("address_taken", 409, ticket=ticket, email=lost.address, change_url=url(paths.ADDRESS))
    return page("address_lost", 409, ticket=ticket, email=lost.address, continue_url=url(paths.STEPS[lost.state]))


def answer_again() -> BaseResponse:
    """A double click, or an answer lost on the way: the same session once more, for a moment only."""
    ticket = current_ticket()
    if ticket is None or ticket.consumed_at is None:
        return already_made()
    response = to(paths.DONE)
    handle = current().keyring.handle(sessions.HANDLE, ticket.replay) if ticket.replay else None
    person = sessions.find(handle) if handle else None
    return sign_in_browser(response, handle, person.account_id) if handle and person else response


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _review(way: Way, status: int = 200, *, error: str | None = None) -> Response:
    change = way.change
    if identifier_change.is_linking(change):
        return _merge(way, status, error)
    return page(
        "review", status, ticket=way.ticket, error=error, email=change.address, version=change.version,
        question=change.secret_question is not None, is_default=change.is_default,
        change_url=url(paths.ADDRESS), back_url=url(paths.PASSWORD),
    )  # fmt: skip


def _merge(way: Way, status: int, error: str | None) -> Response:
    """What each site will see, before two accounts become one (docs/rules.md §7.5)."""
    change = way.change
    due = change.password_due or change.question_due
    return page(
        "merge", status, ticket=way.ticket, error=error, email=change.address, version=change.version,
        new_password=change.password is not None, question=change.secret_question is not None,
        factors=change.linked_account_id is not None and listing.has_any(change.linked_account_id),
        first_party=sites().first_party(), change_url=url(paths.ADDRESS),
        back_url=url(paths.PASSWORD if due else paths.ADDRESS),
    )  # fmt: skip
