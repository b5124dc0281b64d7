"""`/login-adherent/`: the NIR door, what it answers, and S9."""

from flask import Response, g, request, session
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.directory import find_by_id
from idp.core.db import db
from idp.core.throttle import TooManyAttempts
from idp.interaction import service as interactions
from idp.interaction.dispatcher import standing_of
from idp.interaction.service import Interaction
from idp.interaction.sites import Site
from idp.interaction.views import current_interaction, current_session, url
from idp.legacy_bridge import (
    attaching,
    authentication,
    identifier_change,
    kept_number,
    messages,
    paths,
    sunset,
    tickets,
)
from idp.legacy_bridge.errors import AccountBlocked, AlreadyChanged, BridgeClosed, NirRefused
from idp.legacy_bridge.forms import NirForm
from idp.legacy_bridge.models import IdentifierChange, LegacyMember
from idp.legacy_bridge.nir import Nir
from idp.legacy_bridge.steps import member_is_due
from idp.legacy_bridge.views import base
from idp.legacy_bridge.views.base import Detour, blueprint, current_ticket, give_ticket, page, to
from idp.web import errors
from idp.web.pages import HELP, browser_id, client_source


@blueprint.get(paths.DOOR)
def sign_in() -> Response:
    """The form, where the site that waits opens this door."""
    _check_door()
    return _form(NirForm())


@blueprint.post(paths.DOOR)
def sign_in_post() -> BaseResponse:
    """A NIR and the old password: a bridge ticket, or a refusal that says nothing of its cause."""
    interaction = _check_door()
    form = NirForm()
    if not form.validate():
        return _form(form, 400)
    try:
        signed_in = authentication.authenticate(form.nir.data, form.password.data, source=client_source())
    except (NirRefused, AccountBlocked) as refusal:
        # The guided ways ask for the birth date alone then.
        kept_number.keep(browser_id(), Nir.parse(form.nir.data))
        if isinstance(refusal, AccountBlocked):
            return page("blocked", 403, unlock_url=base.url(paths.UNLOCK, **kept_number.IN_URL))
        return page(
            "refused", 403, retry_url=url(paths.DOOR), email_url=url(paths.EMAIL_DOOR),
            guide_url=base.url(paths.GUIDED, **kept_number.IN_URL),
        )  # fmt: skip
    except AlreadyChanged as changed:
        return _open(changed.member_id, None, interaction, paths.ALREADY_CHANGED)
    except BridgeClosed:
        return _closed()
    except TooManyAttempts as many:
        ways = [("legacy-refused-guide", paths.GUIDED), ("legacy-refused-email", paths.EMAIL_DOOR), ("web-help", HELP)]
        return errors.too_many(many.until, [(label, url(path)) for label, path in ways])
    return begin(signed_in.member_id, interaction)


@blueprint.get(paths.ALREADY_CHANGED)
def already_changed() -> Response:
    """S9, after the right old password."""
    ticket = _reminder_ticket()
    return page(
        "already_changed", ticket=ticket, email_url=url(paths.EMAIL_DOOR), forgotten_url=url(paths.FORGOTTEN),
        reminded="rappel" in request.args,
    )  # fmt: skip


@blueprint.post(paths.ALREADY_CHANGED)
def remind() -> BaseResponse:
    """Send the address that signs in now a reminder of itself; the page never shows it."""
    ticket = _reminder_ticket()
    member = db.session.get(LegacyMember, ticket.member_id)
    account = find_by_id(member.account_id) if member and member.account_id else None
    if account is not None:
        messages.remind(account, client_source())
    return to(paths.ALREADY_CHANGED, rappel="1")


def begin(member_id: bytes, interaction: Interaction | None, client_id: str | None = None) -> BaseResponse:
    """The change, the parked one or a new one, at its page. No session: a NIR never signs anybody in.

    `client_id` is the site to go to where its request is over.
    """
    former, person = current_ticket(), current_session()
    client_id = interaction.client_id if interaction else client_id
    change_id = identifier_change.start(
        member_id,
        client_id=client_id,
        locale=g.locale,
        same_browser=former.change_id if former else None,
    )
    if interaction and person and member_is_due(standing_of(interaction, person)):
        attaching.aim(change_id, person, browser=browser_id(), source=client_source())
    return _open(member_id, change_id, interaction, _where(identifier_change.lock(change_id)), client_id)


def _where(change: IdentifierChange) -> str:
    """Where the change stands; but who comes from another browser first looks at an address that is not on file."""
    if change.state == "password" and not change.is_default and not tickets.chose_in(change.id, browser_id()):
        return paths.ADDRESS
    return paths.STEPS[change.state]


def _open(
    member_id: bytes,
    change_id: bytes | None,
    interaction: Interaction | None,
    path: str,
    client_id: str | None = None,
) -> BaseResponse:
    former = current_ticket()
    if former is not None and former.member_id != member_id:
        # A form left open for another member of this computer must not act for this one.
        session.pop("csrf_token", None)
    ticket, handle = tickets.issue(
        browser_id(),
        member_id,
        change_id,
        interaction_id=interaction.id if interaction else None,
        client_id=interaction.client_id if interaction else client_id,
    )
    g.bridge_ticket = ticket
    if interaction is not None:
        interaction.ticket = ticket.id.hex() if change_id else None
        interactions.save(interaction)
    return give_ticket(to(path), handle)


def _check_door() -> Interaction | None:
    interaction = current_interaction()
    site: Site | None = g.get("site")
    if interaction is not None and site is not None and not site.nir_door:
        raise Detour(paths.EMAIL_DOOR)
    if sunset.is_over():
        raise BridgeClosed
    return interaction


def _form(form: NirForm, status: int = 200) -> Response:
    return page(
        "sign_in", status, form=form, error=None, email_url=url(paths.EMAIL_DOOR), sunset=sunset.last_day(),
        forgotten_url=url(paths.GUIDED), unlock_url=url(paths.UNLOCK),
    )  # fmt: skip


def _reminder_ticket() -> tickets.Ticket:
    ticket = current_ticket()
    if ticket is None or not ticket.is_alive or ticket.change_id is not None:
        raise Detour(paths.DOOR)
    return ticket


@blueprint.errorhandler(BridgeClosed)
def _closed(_error: BridgeClosed | None = None) -> Response:
    return page("sunset", 410, since=sunset.last_day(), email_url=url(paths.EMAIL_DOOR))
