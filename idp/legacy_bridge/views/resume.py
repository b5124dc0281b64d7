"""Going on with a parked change: taken over by another browser, or past its ticket by the new password; more time."""

from urllib.parse import urlsplit

from flask import Response, g, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core import clock
from idp.core.throttle import TooManyAttempts
from idp.interaction.views import show_site
from idp.legacy_bridge import change_proofs, identifier_change, paths, tickets
from idp.legacy_bridge.forms import ContinueForm
from idp.legacy_bridge.models import IdentifierChange
from idp.legacy_bridge.tickets import Ticket
from idp.legacy_bridge.views.base import (
    AlreadyMade,
    Detour,
    blueprint,
    current_ticket,
    give_ticket,
    on_the_way,
    page,
    to,
    url,
    waiting_interaction,
)
from idp.web import errors, i18n
from idp.web.pages import HELP, browser_id, client_source


@blueprint.get(paths.CHANGE)
def where_it_stands() -> BaseResponse:
    """The step that the change is at: where the dispatcher sends whoever has one to make."""
    return to(paths.STEPS[on_the_way("address").change.state])


@blueprint.get(paths.RESUME)
def resume() -> Response:
    """ "Déjà en cours" where another browser goes on; the new password where this one was left too long."""
    ticket, change = _parked()
    if ticket.is_alive:
        return page("in_progress_elsewhere", ticket=ticket)
    return ask_for_password(change)


@blueprint.post(paths.RESUME)
def resume_post() -> BaseResponse:
    """Take the change back: a living ticket is proof enough, a dead one needs the password."""
    ticket, change = _parked()
    if ticket.is_alive:
        tickets.take_over(ticket)
        return to(paths.STEPS[change.state])
    return continue_with_password(change, ContinueForm())


@blueprint.post(paths.EXTEND)
def extend() -> BaseResponse:
    """Half an hour more, within the two hours (WCAG 2.2.1)."""
    ticket = on_the_way("address").ticket
    tickets.touch(ticket)
    left = ticket.ends_at - clock.now()
    if request.headers.get("X-Requested-With"):
        until = i18n.clock_time(g.locale, clock.as_datetime(ticket.ends_at))
        return jsonify(seconds_left=left, text=i18n.translate(g.locale, "interaction-time-left", time=until))
    return _back()


def ask_for_password(change: IdentifierChange, form: ContinueForm | None = None, status: int = 200) -> Response:
    """The page that takes the new password of a change that waits for nothing else of the member."""
    if change.state == "done":
        raise AlreadyMade
    if identifier_change.is_over(change) or change.password is None:
        raise Detour(paths.DOOR)
    show_site(change.client_id)
    return page("continue_here", status, form=form or ContinueForm(), error=None, email=change.address)


def continue_with_password(change: IdentifierChange, form: ContinueForm) -> BaseResponse:
    """A new ticket for whoever knows the new password; wrong ones are counted, for this change."""
    if change.password is None or identifier_change.is_over(change) or not form.validate():
        return ask_for_password(change, form, 400)
    try:
        right = change_proofs.check_new_password(change, form.password.data, source=client_source())
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("web-help", HELP)])
    if not right:
        form.password.errors = ["legacy-continue-here-wrong"]
        return ask_for_password(change, form, 403)
    former = current_ticket()
    interaction = waiting_interaction(former) if former and former.change_id == change.id else None
    ticket, handle = tickets.issue(
        browser_id(), change.member_id, change.id,
        interaction_id=interaction.id if interaction else None, client_id=change.client_id,
    )  # fmt: skip
    g.bridge_ticket = ticket
    return give_ticket(to(paths.STEPS[change.state]), handle)


def _parked() -> tuple[Ticket, IdentifierChange]:
    ticket = current_ticket()
    change = identifier_change.find(ticket.change_id) if ticket and ticket.change_id else None
    if ticket is None or change is None:
        raise Detour(paths.DOOR)
    if change.state == "done":
        raise AlreadyMade
    if identifier_change.is_over(change):
        raise Detour(paths.DOOR)
    if ticket.is_alive and tickets.holds_its_change(ticket):
        raise Detour(paths.STEPS[change.state])
    return ticket, change


def _back() -> BaseResponse:
    """To the page of ours that the button is on."""
    here = urlsplit(request.referrer or "").path
    return redirect(url(here if here.startswith(paths.CHANGE) else paths.CHANGE), code=303)
