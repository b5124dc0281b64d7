"""`/connexion/confirmer/`: confirm the address accepted at the change, or replace it (docs/rules.md §7.4).

A step on the way to a site, asked at a later sign-in and put off for the length of a session. Its links are in
`confirm_links`.
"""

from contextlib import suppress
from datetime import timedelta

from flask import Blueprint, flash, g, get_flashed_messages, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from idp.accounts import address_changes, sign_in
from idp.accounts.address_changes import NotProved
from idp.accounts.creation import AddressTaken
from idp.accounts.directory import find_by_id
from idp.accounts.models import AddressChange
from idp.accounts.sending import Sending
from idp.accounts.sign_in import SignInRefused
from idp.core import clock, db
from idp.core.runtime import current
from idp.email_door.forms import CodeForm, ReplaceForm, ReplaceLaterForm
from idp.email_door.steps import postponed_key
from idp.email_door.views.entering import SIGN_IN, asked, enter, living_interaction
from idp.interaction.dispatcher import with_interaction
from idp.interaction.service import InteractionError
from idp.interaction.views import current_interaction, current_session, go_on, show_site, url
from idp.sessions.service import Session
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("confirm", __name__, url_prefix="/confirmer")

CONFIRM = address_changes.PATH
_OTHER = CONFIRM + "autre/"
MESSAGE = CONFIRM + "message/"
FINISH = CONFIRM + "terminer/"
# The page of the account where a change begins too, and where that one ends.
ACCOUNT = "/compte/adresse/"
ACCOUNT_DONE = ACCOUNT + "fait/"
# In the browser's cookie: its change of address, the request that waits for it, and whether it began at `ACCOUNT`.
PARKED = address_changes.PURPOSE
_FRESH = 300


@blueprint.before_request
def _name_the_site() -> None:
    """The forms of these pages may end at the site that waits, as long as it does."""
    with suppress(InteractionError):
        current_interaction()


@blueprint.get("/")
def show() -> Response:
    """The address to confirm."""
    interaction, person = current_interaction(), current_session()
    if person is None or person.address_unproved_since is None:
        return go_on(interaction, person)
    html = render_template("email_door/confirm_address.html", email=person.address, replace_url=url(_OTHER))
    return make_response(html)


@blueprint.post("/")
def submit() -> Response:
    """Send the message, or let the person go on for this time."""
    interaction, person = current_interaction(), current_session()
    if person is None or person.address_unproved_since is None:
        return go_on(interaction, person)
    if request.form.get("action") == "later":
        current().ephemeral.put(postponed_key(person.id), {}, current().settings.session_life)
        return go_on(interaction, person)
    return begin(person, person.address)


@blueprint.get("/autre/")
def other() -> Response:
    """Another address in its place."""
    person = current_session()
    if person is None or person.address_unproved_since is None:
        return go_on(current_interaction(), person)
    return _other_page(person, _replace_form(person, empty=True))


@blueprint.post("/autre/")
def other_post() -> Response:
    """Take the address; where the password was typed some time ago, it proves the person again."""
    interaction, person = current_interaction(), current_session()
    if person is None or person.address_unproved_since is None:
        return go_on(interaction, person)
    form = _replace_form(person)
    if not form.validate():
        return _other_page(person, form, status=400)
    if isinstance(form, ReplaceLaterForm):
        try:
            sign_in.authenticate(person.address, form.password.data, source=client_source())
        except SignInRefused:
            form.password.errors = ["accounts-replace-refused"]
            return _other_page(person, form, status=403)
        sign_in.forget_failures(person.address)
    return begin(person, form.email.data)


@blueprint.get("/message/")
def wait() -> Response:
    """The page that waits for the message."""
    waiting = parked()
    if waiting is None or waiting.completed_at:
        return redirect(_start(), code=303)
    if waiting.proved_at:
        return redirect(url(FINISH), code=303)
    return _waiting_page(waiting, CodeForm(formdata=None))


@blueprint.get("/message/etat")
def state() -> dict[str, str | None]:
    """What the waiting page asks every few seconds: where to go now, or nowhere yet."""
    waiting = parked()
    return {"next": None if waiting and not waiting.completed_at and not waiting.proved_at else url(MESSAGE)}


@blueprint.post("/message/")
def act() -> Response:
    """The code, « J'ai validé », or another message."""
    waiting = parked()
    if waiting is None or waiting.completed_at:
        return redirect(_start(), code=303)
    action = request.form.get("action")
    if action == "code":
        return _take_code(waiting)
    if action == "resend":
        flash(f"accounts-check-mail-{address_changes.resend(waiting, source=client_source())}")
    elif not waiting.proved_at:
        flash("accounts-check-mail-not-yet")
    return redirect(url(MESSAGE), code=303)


@blueprint.get("/terminer/")
def review() -> Response:
    """The last look at an address proved from elsewhere."""
    waiting = parked()
    if waiting is None or waiting.completed_at or not waiting.proved_at:
        return redirect(url(MESSAGE), code=303)
    html = render_template("email_door/registration_review.html", email=waiting.address, change_url=_other_url())
    return make_response(html)


@blueprint.post("/terminer/")
def finish() -> Response:
    """Make the address the account's."""
    waiting = parked()
    return complete(waiting) if waiting else redirect(_start(), code=303)


def parked() -> AddressChange | None:
    """The change of this browser, while its account is signed in here."""
    person, kept = current_session(), session.get(PARKED)
    waiting = address_changes.find(bytes.fromhex(kept[0])) if kept else None
    if kept and "site" not in g and (interaction := living_interaction(kept[1])):
        # The form of the page may end there.
        show_site(interaction.client_id)
    if waiting is None or person is None or waiting.account_id != person.account_id:
        return None
    return waiting if waiting.browser == browser_id() else None


def complete(waiting: AddressChange) -> Response:
    """Confirm or replace; a replaced address ends every session, so this browser gets a new one."""
    interaction, person = living_interaction((session.get(PARKED) or [None, None])[1]), current_session()
    assert person is not None
    identifier, epoch = waiting.id, person.epoch
    db.write()
    try:
        account = address_changes.complete(identifier, source=client_source())
    except NotProved:
        db.rollback()
        return redirect(_start(), code=303)
    except AddressTaken:
        db.rollback()
        return _taken()
    on_account = _began_on_account()
    session.pop(PARKED, None)
    response: Response = redirect(with_interaction(CONFIRM, interaction.id if interaction else None), code=303)
    if account.epoch != epoch:
        response = enter(
            account.id, account.epoch, interaction, acr=person.acr, amr=person.amr, auth_time=person.auth_time
        )
    if on_account:
        response.location = ACCOUNT_DONE
    return response


def begin(person: Session, address: str, *, on_account: bool = False) -> Response:
    """Write to `address`, and wait for its proof. Raises `TooManyAttempts` or `Busy`."""
    account = find_by_id(person.account_id)
    assert account is not None
    interaction = current_interaction()
    identifier, sending = address_changes.begin(account, address, asked(interaction))
    session[PARKED] = [identifier.hex(), interaction.id if interaction else None, on_account]
    if sending is Sending.ENOUGH:
        flash("accounts-check-mail-enough")
    return redirect(url(MESSAGE), code=303)


def _take_code(waiting: AddressChange) -> Response:
    form = CodeForm()
    if form.validate():
        if address_changes.prove_by_code(waiting, form.code.data, source=client_source()):
            return complete(waiting)
        form.code.errors = ["web-error-code"]
    return _waiting_page(waiting, form, status=400)


def _taken() -> Response:
    html = render_template("email_door/address_taken.html", replace_url=_other_url())
    return make_response(html, 409)


def _start() -> str:
    return url(CONFIRM) if current_session() else url(SIGN_IN)


def _began_on_account() -> bool:
    return bool([*session.get(PARKED, []), False][2])


def _other_url() -> str:
    return ACCOUNT if _began_on_account() else url(_OTHER)


def _replace_form(person: Session, *, empty: bool = False) -> ReplaceForm:
    kind = ReplaceForm if person.auth_time > clock.now() - _FRESH else ReplaceLaterForm
    form: ReplaceForm = kind(formdata=None) if empty else kind()
    return form


def _other_page(person: Session, form: ReplaceForm, status: int = 200) -> Response:
    html = render_template("email_door/replace_address.html", form=form, email=person.address, back_url=url(CONFIRM))
    return make_response(html, status)


def _waiting_page(waiting: AddressChange, form: CodeForm, status: int = 200) -> Response:
    html = render_template(
        "email_door/check_mail.html",
        form=form,
        notes=get_flashed_messages(),
        email=waiting.address,
        validity=timedelta(seconds=current().settings.link_life),
        poll_url=url(MESSAGE + "etat"),
        correct_url=_other_url(),
    )
    return make_response(html, status)
