"""Step 1 of 3: the address that will sign in; and the page for who has none (S2, S6)."""

from typing import Final

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.identifiers import suggest_domain
from idp.core import clock
from idp.core.db import db
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge import change_choices, paths, tickets
from idp.legacy_bridge.change_choices import AddressHeld
from idp.legacy_bridge.directory import contact_proposal
from idp.legacy_bridge.forms import AddressForm
from idp.legacy_bridge.models import LegacyMember
from idp.legacy_bridge.views.base import Way, blueprint, on_the_way, page, to, url
from idp.web import errors
from idp.web.pages import HELP, client_source

# Where a mailbox is made for free: plain links, which say nothing of the member.
PROVIDERS: Final = (
    ("Gmail", "https://accounts.google.com/signup"),
    ("Outlook", "https://signup.live.com/"),
    ("Yahoo", "https://login.yahoo.com/account/create"),
)


@blueprint.get(paths.ADDRESS)
def address() -> Response:
    """The chosen address, or else the contact address on file, in the field; masked, where it was chosen elsewhere."""
    way = on_the_way("address")
    return _form(way, AddressForm(email=None if way.hides_address else way.change.address or _proposal(way)))


@blueprint.post(paths.ADDRESS)
def address_post() -> BaseResponse:
    """Take the address, ask about a likely slip, or say what is in the way."""
    way = on_the_way("address")
    form = AddressForm()
    if not form.validate():
        return _form(way, form, 400)
    typed = form.email.data or ""
    suggestion = _suggestion(way, typed)
    if suggestion:
        return _form(way, form, suggestion=suggestion)
    try:
        state = change_choices.choose_address(way.change.id, typed, source=client_source())
    except AddressHeld:
        form.email.errors = ["legacy-address-used"]
        return _form(way, form, 409)
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("web-help", HELP)])
    tickets.note_choice(way.change.id, way.ticket.browser)
    return to(paths.STEPS[state])


@blueprint.get(paths.NO_ADDRESS)
def no_address() -> Response:
    """Why an address is needed, and where to make one; the journey waits."""
    way = on_the_way("address")
    until = clock.as_datetime(way.change.expires_at)
    return page("no_address", ticket=way.ticket, providers=PROVIDERS, until=until, address_url=url(paths.ADDRESS))


def _form(way: Way, form: AddressForm, status: int = 200, *, suggestion: str | None = None) -> Response:
    proposal = _proposal(way)
    return page(
        "address", status, ticket=way.ticket, form=form, error=None, suggestion=suggestion,
        proposed=proposal is not None and form.email.data == proposal, no_address_url=url(paths.NO_ADDRESS),
        parked=way.shown_address if way.hides_address else None, keep_url=url(paths.STEPS[way.change.state]),
    )  # fmt: skip


def _proposal(way: Way) -> str | None:
    return contact_proposal(db.session.get_one(LegacyMember, way.change.member_id))


def _suggestion(way: Way, typed: str) -> str | None:
    """Did they mean a common domain? Asked once, and never about the address on file."""
    if "as_typed" in request.form or typed == _proposal(way):
        return None
    domain = suggest_domain(typed)
    return f"{typed.rpartition('@')[0]}@{domain}" if domain else None
