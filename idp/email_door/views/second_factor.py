"""`/connexion/second-facteur/`: the second proof, after the password or where a site asks for more than it.

Two people may be here: whose sign-in waits for it, and who is signed in and must step up.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import notices, pending_sign_in, second_factor, sign_in
from idp.accounts.directory import AccountRow, find_by_id
from idp.accounts.factors import listing
from idp.accounts.second_factor import PASSKEY, TYPED, Asked, FactorRefused
from idp.core import audit
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.email_door.forms import SecondFactorForm
from idp.email_door.views import remembering
from idp.email_door.views.entering import (
    DECLINE,
    DEVICE,
    PENDING,
    SECOND_FACTOR,
    SIGN_IN,
    TOWARD,
    WAITING,
    enter,
    same_way,
)
from idp.interaction.dispatcher import standing_of
from idp.interaction.steps import second_factor_is_due, sign_in_is_due
from idp.interaction.views import current_interaction, current_session, go_on, show_site, url
from idp.sessions import service as sessions
from idp.sessions.levels import MFA, together
from idp.sessions.service import Session
from idp.web import errors
from idp.web.pages import HELP, browser_id, client_source

blueprint = Blueprint("second_factor", __name__, url_prefix="/second-facteur")

_OPTIONS = SECOND_FACTOR + "options"


@dataclass(frozen=True, slots=True)
class Someone:
    """Who is asked: signed in as `person`, or waiting with the password alone."""

    account: AccountRow
    person: Session | None


@blueprint.get("/")
def show() -> BaseResponse:
    """What may be used; or the way on where nothing is asked."""
    who = _someone()
    return _page(who, SecondFactorForm(formdata=None)) if who else _elsewhere()


@blueprint.post("/options")
def options() -> Response:
    """What the browser needs to ask for one of the account's passkeys."""
    who = _someone()
    if who is None:
        return make_response({}, 409)
    return make_response(second_factor.passkey_options(_asked(who)), {"Content-Type": "application/json"})


@blueprint.post("/")
def submit() -> BaseResponse:
    """Take the proof; a session opens under a new id."""
    who, form = _someone(), SecondFactorForm()
    if who is None:
        return _elsewhere()
    answer = request.form.get("credential", "")
    if not answer and not form.validate():
        return _page(who, form, 400)
    try:
        if answer:
            amr, way = second_factor.prove_by_passkey(_asked(who), answer).amr, PASSKEY
        else:
            amr, way = TYPED, second_factor.prove_by_code(who.account.id, form.otp.data, source=client_source())
    except TooManyAttempts as many:
        return errors.too_many(many.until, _other_ways(who.account))
    except FactorRefused as refused:
        text = f"factors-refused-{refused.reason}"
        form.otp.errors = [] if answer else [text]
        return _page(who, form, 403, error=text if answer else None)
    with current().sql.together():
        return _step_up(who.person, amr, way) if who.person else _enter(who, amr, way, remember=form.remember.data)


def _enter(who: Someone, amr: tuple[str, ...], way: str, *, remember: bool) -> BaseResponse:
    """The end of the sign-in that waited, once: of two tabs the later one goes on with what the first opened."""
    account, interaction = who.account, current_interaction()
    if not pending_sign_in.take(session.get(PENDING, ""), browser_id()):
        return _elsewhere()
    sign_in.record(account.id, source=client_source(), second=way)
    session[DEVICE] = sign_in.device_mark(account.address)
    response = enter(
        account.id, account.epoch, interaction, request.args.get(TOWARD), acr=MFA, amr=together(("pwd",), amr)
    )
    return remembering.remember(response, account.id, account.epoch) if remember else response


def _step_up(person: Session, amr: tuple[str, ...], way: str) -> BaseResponse:
    """The session again, under a new id and worth more (ASVS 7.2.4); of two tabs one makes it."""
    if not sessions.end(person.id):
        return redirect(same_way(SECOND_FACTOR), code=303)
    audit.record("step_up", account_id=person.account_id, source=client_source(), way=way)
    # A passkey is a whole sign-in of this moment; a code alone makes the password typed before no younger.
    auth_time = None if way == PASSKEY else person.auth_time
    return enter(
        person.account_id, person.epoch, current_interaction(), acr=MFA, amr=together(person.amr, amr),
        auth_time=auth_time, replaces=person.id,
    )  # fmt: skip


def _someone() -> Someone | None:
    interaction, person = current_interaction(), current_session()
    if interaction is None:
        show_site(request.args.get(TOWARD))
    elif person:
        standing = standing_of(interaction, person)
        account = find_by_id(person.account_id)
        if account and not sign_in_is_due(standing) and second_factor_is_due(standing):
            return Someone(account, person)
    waiting = pending_sign_in.find(session.get(PENDING, ""), browser_id())
    # The last factor may have been removed meanwhile.
    asks = waiting is not None and listing.has_any(waiting.account.id)
    return Someone(waiting.account, None) if waiting and asks else None


def _elsewhere() -> BaseResponse:
    """Nobody is asked: on to the site with the session there is, else the sign-in again."""
    interaction, person = current_interaction(), current_session()
    if person and interaction:
        return go_on(interaction, person)
    if person is None:
        flash("factors-pending-over")
    return redirect(same_way(SIGN_IN), code=303)


def _asked(who: Someone) -> Asked:
    return Asked("second-factor", browser_id(), client_source(), who.account.id)


def _page(who: Someone, form: SecondFactorForm, status: int = 200, *, error: str | None = None) -> Response:
    factors, interaction = listing.of(who.account.id), current_interaction()
    if interaction and not factors.any:
        session[WAITING] = interaction.id
    # A code is good once: it is not shown again.
    form.otp.data = None
    html = render_template(
        "email_door/second_factor.html",
        form=form,
        error=error,
        email=who.account.address,
        stepping_up=who.person is not None,
        factors=factors,
        options_url=same_way(_OPTIONS),
        remember=who.person is None,
        letter_url=notices.LETTER if who.account.member_ref else None,
        decline_url=url(DECLINE) if who.person else None,
        sign_in_url=None if who.person else same_way(SIGN_IN),
    )
    return make_response(html, status)


def _other_ways(account: AccountRow) -> errors.Ways:
    letter = [("accounts-way-letter", notices.LETTER)] if account.member_ref else []
    return [*letter, ("web-help", HELP)]
