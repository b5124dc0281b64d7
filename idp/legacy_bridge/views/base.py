"""What the pages of a change share: whose ticket, which change, which site waits; and where else to go."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.identifiers import mask_address
from idp.core import clock
from idp.core.db import db, rollback
from idp.core.runtime import current
from idp.interaction import service as interactions
from idp.interaction.dispatcher import with_interaction
from idp.interaction.service import Interaction, InteractionError
from idp.interaction.sites import Site
from idp.interaction.views import current_interaction, current_session, go_on, show_site
from idp.legacy_bridge import identifier_change, paths, tickets
from idp.legacy_bridge.directory import masked_name
from idp.legacy_bridge.identifier_change import WrongStep
from idp.legacy_bridge.models import IdentifierChange, LegacyMember
from idp.legacy_bridge.tickets import Ticket
from idp.web.pages import browser_id

blueprint = Blueprint("legacy_bridge", __name__)
# A page that only looks does not need to write each time.
_TOUCHED_EVERY = 10


class Detour(Exception):
    """The person belongs on another page."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class AlreadyMade(Exception):
    """The change is made: in this tab before Back, in another, or in another browser."""


@dataclass(slots=True)
class Way:
    """A member on the way: the ticket that lets them, and their change."""

    ticket: Ticket
    change: IdentifierChange

    @property
    def hides_address(self) -> bool:
        """Whether the address was chosen in another browser, perhaps by another person: it is masked here."""
        change = self.change
        return (
            change.address is not None
            and not change.is_default
            and not tickets.chose_in(change.id, self.ticket.browser)
        )

    @property
    def shown_address(self) -> str:
        """The chosen address, as far as this browser may see it."""
        address = self.change.address or ""
        return mask_address(address) if self.hides_address else address


def ticket_cookie() -> str:
    """The name of the ticket's cookie: another one than the session's (docs/rules.md §3 row 24)."""
    return "__Host-mgen_connect_ticket" if current().settings.secure else "mgen_connect_ticket"


def give_ticket(response: BaseResponse, handle: str) -> BaseResponse:
    """Give this browser the ticket just issued."""
    response.set_cookie(
        ticket_cookie(), handle, path="/", secure=current().settings.secure, httponly=True, samesite="Lax"
    )
    return response


def current_ticket() -> Ticket | None:
    """The ticket of this browser, alive or not."""
    if "bridge_ticket" not in g:
        handle = request.cookies.get(ticket_cookie())
        g.bridge_ticket = tickets.find(handle, browser_id()) if handle else None
    ticket: Ticket | None = g.bridge_ticket
    if ticket is not None:
        _name_the_site(ticket)
    return ticket


def forget_ticket() -> None:
    """Read the ticket again: another request has changed it meanwhile."""
    rollback()
    g.pop("bridge_ticket", None)


def on_the_way(step: str) -> Way:
    """The way of this browser, if it may be at `step`; else raises what leads to the right page."""
    ticket = current_ticket()
    if ticket is None or ticket.change_id is None:
        raise Detour(paths.ALREADY_CHANGED if ticket else paths.DOOR)
    change = identifier_change.find(ticket.change_id)
    if change is None:
        raise Detour(paths.DOOR)
    if change.state == "done":
        raise AlreadyMade
    if not ticket.is_alive or not tickets.holds_its_change(ticket):
        raise Detour(paths.RESUME)
    if identifier_change.is_over(change):
        raise Detour(paths.DOOR)
    if clock.now() - ticket.seen_at >= _TOUCHED_EVERY:
        tickets.touch(ticket)
    if not _may_be_at(step, change):
        raise Detour(paths.STEPS[change.state])
    return Way(ticket, change)


def change_to_watch(step: str) -> tuple[str | None, IdentifierChange | None]:
    """For the script of a page that waits at `step`: the page that comes next, or the change that is still there.

    Looking is no use of the ticket.
    """
    ticket = current_ticket()
    change = identifier_change.find(ticket.change_id) if ticket and ticket.change_id else None
    if ticket is None or change is None:
        return paths.DOOR, None
    if change.state == "done":
        return paths.DONE, None
    if not ticket.is_alive or not tickets.holds_its_change(ticket) or identifier_change.is_over(change):
        return paths.RESUME, None
    return (None, change) if change.state == step else (paths.STEPS[change.state], None)


def _may_be_at(step: str, change: IdentifierChange) -> bool:
    if step == "address":
        return True
    if step != "password":
        return step == change.state
    if identifier_change.is_linking(change):
        return change.state == "password" or (change.state == "review" and (change.password_due or change.question_due))
    return change.address is not None


def waiting_interaction(ticket: Ticket | None) -> Interaction | None:
    """The request this tab, or else the NIR sign-in, belongs to; None where it is over or none ever was."""
    with suppress(InteractionError):
        if "i" in request.args:
            return current_interaction()
        if ticket is not None and ticket.interaction_id:
            return interactions.load(ticket.interaction_id, browser_id())
    return None


def url(path: str, **query: str) -> str:
    """`path` with the interaction of this tab."""
    ticket = current_ticket()
    target = with_interaction(path, request.args.get("i") or (ticket.interaction_id if ticket else None))
    extra = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{target}{'&' if '?' in target else '?'}{extra}" if extra else target


def to(path: str, **query: str) -> BaseResponse:
    """Go to a page of ours: 303, so that a form is never posted again there."""
    return redirect(url(path, **query), code=303)


def page(template: str, status: int = 200, *, ticket: Ticket | None = None, **context: Any) -> Response:
    """A page of the bridge; with a ticket, it tells the time left and how to get more (WCAG 2.2.1)."""
    if ticket is not None:
        context = {"leave_url": leave_url()} | context
        context |= {
            "ends_at": clock.as_datetime(ticket.ends_at),
            "seconds_left": max(0, ticket.ends_at - clock.now()),
            "extend_url": url(paths.EXTEND),
            # Who was led here by somebody else's sign-in sees it (docs/rules.md §3 row 12).
            "whose": masked_name(db.session.get_one(LegacyMember, ticket.member_id)),
        }
    return make_response(render_template(f"legacy_bridge/{template}.html", **context), status)


def leave_url() -> str:
    """Where who goes no further now is led: to the site they came from, else to our own entry page."""
    site: Site | None = g.get("site")
    return site.home_url if site else paths.EMAIL_DOOR


def onward_url(ticket: Ticket | None, client_id: str | None) -> str:
    """Where "Continuer" leads once the change is made: the waiting request, else the site's own sign-in, else ours."""
    interaction = waiting_interaction(ticket)
    if interaction is not None:
        if interaction.ticket is not None:
            interaction.ticket = None
            interactions.save(interaction)
        show_site(interaction.client_id)
        return str(go_on(interaction, current_session()).location)
    site = show_site(client_id)
    return site.restart_url if site else paths.EMAIL_DOOR


def already_made() -> Response:
    """ "C'est déjà fait", with the way on: never an error."""
    ticket = current_ticket()
    onward = onward_url(ticket, ticket.client_id if ticket else None)
    return make_response(render_template("interaction/already_done.html", continue_url=onward), 200)


def _name_the_site(ticket: Ticket) -> None:
    if "site" not in g:
        interaction = waiting_interaction(ticket)
        show_site(interaction.client_id if interaction else ticket.client_id)


@blueprint.errorhandler(Detour)
def _detour(error: Detour) -> BaseResponse:
    return to(error.path)


@blueprint.errorhandler(WrongStep)
def _wrong_step(error: WrongStep) -> BaseResponse:
    rollback()
    return to(paths.STEPS.get(error.state, paths.DOOR))


@blueprint.errorhandler(AlreadyMade)
def _already_made(_error: AlreadyMade) -> Response:
    rollback()
    return already_made()
