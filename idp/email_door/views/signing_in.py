"""`/connexion/`: sign in, go on to the site, sign out."""

from flask import Blueprint, flash, get_flashed_messages, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from idp.accounts import notices, sign_in
from idp.accounts.directory import AccountRow
from idp.accounts.sign_in import AccountClosed, MailboxUnproved, SignedIn, SignInRefused, looks_like_nir
from idp.core import audit
from idp.core.db import write
from idp.core.runtime import current
from idp.email_door.forms import SignInForm, nir_door_is_offered
from idp.email_door.views import confirming, recovering, registering
from idp.email_door.views.entering import (
    DEVICE,
    EXPECTED,
    FORGOTTEN,
    PASSKEY,
    PASSKEY_OPTIONS,
    PENDING,
    SIGN_IN,
    TOWARD,
    ask_second_factor,
    asks_second_factor,
    enter,
    is_fresh_enough,
    own_page,
    same_way,
)
from idp.interaction.dispatcher import standing_of
from idp.interaction.service import Interaction
from idp.interaction.steps import sign_in_is_due
from idp.interaction.views import current_interaction, current_session, go_on, show_site, sites, url
from idp.sessions import cookie
from idp.sessions import service as sessions
from idp.sessions.service import Session
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("sign_in", __name__)

_NIR_DOOR = "/login-adherent/"
_ACCOUNT = "/compte/"


@blueprint.get("/")
def show() -> Response:
    """The sign-in page; somebody signed in goes on to the site that waits, or sees where to go."""
    interaction, person = current_interaction(), current_session()
    if person and interaction is None and is_fresh_enough(person):
        return redirect(own, code=303) if (own := own_page()) else _signed_in(person)
    if person and interaction and not sign_in_is_due(standing_of(interaction, person)):
        return go_on(interaction, person)
    if interaction is None:
        show_site(request.args.get(TOWARD))
    form = SignInForm(formdata=None, email=_expected_address(interaction, person))
    notes = [str(note) for note in get_flashed_messages(category_filter=["message"])]
    if person and interaction and interaction.account_id not in (None, person.account_id.hex()):
        notes.append("accounts-other-account")
    return page(form, notes=notes)


@blueprint.post("/")
def submit() -> Response:
    """Compare the password; a session opens under a new id."""
    interaction, form = current_interaction(), SignInForm()
    browser_id()
    if interaction is None:
        show_site(request.args.get(TOWARD))
    if not form.validate():
        return page(form, status=400)
    try:
        person = _authenticate(form)
    except SignInRefused:
        return page(form, error="accounts-refused", status=403)
    except AccountClosed as refused:
        return closed(refused.account)
    except MailboxUnproved as unproved:
        return registering.prove_first(unproved.account, interaction)
    toward, asks = request.args.get(TOWARD), asks_second_factor(person.account_id, person.epoch)
    if not asks:
        # Where a second factor is asked for, only that one makes the browser known.
        session[DEVICE] = sign_in.device_mark(form.email.data)
    # The hot connection, whose commit waits for no disk: a power cut costs this sign-in, and nothing else.
    with current().sql.together():
        sign_in.accept(person)
        if asks:
            return ask_second_factor(person.account_id, person.epoch, interaction, toward)
        sign_in.record(person.account_id, source=client_source())
        return enter(person.account_id, person.epoch, interaction, toward)


@blueprint.post("/deconnexion/")
def sign_out() -> Response:
    """End the session of this browser where no site asked for it."""
    if person := current_session():
        write()
        sessions.leave(person)
        audit.record("sign_out", account_id=person.account_id, source=client_source())
    for parked in (registering.PARKED, recovering.PARKED, recovering.OPENED, confirming.PARKED, PENDING):
        session.pop(parked, None)
    flash("accounts-signed-out")
    response: Response = redirect(url(SIGN_IN), code=303)
    cookie.clear(response, current().settings)
    # Not "cookies": that would clear what the member area keeps on the same host.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _authenticate(form: SignInForm) -> SignedIn:
    known = session.get(DEVICE) == sign_in.device_mark(form.email.data)
    device = browser_id() if known else None
    return sign_in.authenticate(form.email.data, form.password.data, source=client_source(), device=device)


def _expected_address(interaction: Interaction | None, person: Session | None) -> str:
    """Whose password was just chosen here, whom the site expects (`login_hint`), or who is to sign in again."""
    hint = session.pop(EXPECTED, "") or (interaction and interaction.login_hint) or (person.address if person else "")
    return "" if looks_like_nir(hint) else hint


def page(form: SignInForm, *, error: str | None = None, notes: list[str] | None = None, status: int = 200) -> Response:
    """The sign-in page."""
    html = render_template(
        "email_door/sign_in.html",
        form=form,
        error=error,
        notes=notes or [],
        nir_door_url=url(_NIR_DOOR) if nir_door_is_offered() else None,
        register_url=url(registering.REGISTER) if registering.is_offered() else None,
        forgotten_url=url(FORGOTTEN),
        passkey_url=same_way(PASSKEY),
        options_url=PASSKEY_OPTIONS,
    )
    return make_response(html, status)


def closed(account: AccountRow) -> Response:
    """The right password, or passkey, of an account that does not open, with the way out of it."""
    html = render_template(
        "email_door/closed.html",
        state=account.state,
        email=account.address,
        forgotten_url=url(FORGOTTEN),
        letter_url=notices.LETTER if account.member_ref else None,
    )
    return make_response(html, 403)


def _signed_in(person: Session) -> Response:
    toward = request.args.get(TOWARD)
    html = render_template(
        "email_door/signed_in.html",
        email=person.address,
        toward=sites().find(toward) if toward else None,
        sites=sites().first_party(),
        account_url=_ACCOUNT,
        sign_out_url=SIGN_IN + "deconnexion/",
    )
    return make_response(html)
