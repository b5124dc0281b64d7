"""`/connexion/inscription/`: create an account, wait for the message, finish. The link itself is in `links`."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, flash, g, get_flashed_messages, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from idp.accounts import registration
from idp.accounts.creation import AddressTaken
from idp.accounts.directory import AccountRow, find_by_address
from idp.accounts.models import Registration
from idp.accounts.registration import AlreadyCompleted, NotProved
from idp.accounts.sending import Sending
from idp.core import clock
from idp.core.db import write
from idp.core.runtime import current
from idp.email_door.forms import CodeForm, RegisterForm
from idp.email_door.views.entering import SIGN_IN, asked, enter_by_password, living_interaction
from idp.interaction.dispatcher import with_interaction
from idp.interaction.service import Interaction
from idp.interaction.views import current_interaction, show_site, url
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("registration", __name__, url_prefix="/inscription")

REGISTER = "/connexion/inscription/"
_WAIT = REGISTER + "verification/"
FINISH = REGISTER + "terminer/"
# In the browser's cookie: its last registration. One at a time: of two tabs, the last address wins.
PARKED = "registration"
_CORRECT = "corriger"
_SECOND_CLICK = 60


def is_offered() -> bool:
    """Whether an account may be created here: where no site waits, or one that takes new people."""
    site = g.get("site")
    return site is None or site.registration


@blueprint.get("/")
def show() -> Response:
    """The form; who comes to correct an address finds it there."""
    interaction, waiting = current_interaction(), _open_one()
    if not is_offered():
        return redirect(url(SIGN_IN), code=303)
    address = interaction.login_hint if interaction else None
    # Not to whoever opens this page later at the same computer.
    if _CORRECT in request.args and waiting:
        address = waiting.address
    return _form_page(RegisterForm(formdata=None, email=address))


@blueprint.post("/")
def submit() -> Response:
    """Park the registration and write to the address, known or not."""
    interaction, form = current_interaction(), RegisterForm()
    if not is_offered():
        return redirect(url(SIGN_IN), code=303)
    if not form.validate():
        return _form_page(form, status=400)
    waiting = _open_one()
    where = asked(interaction, waiting.client_id if waiting else None)
    identifier, sending = registration.begin(form.email.data, form.new_password.data, where, instead_of=waiting)
    return _to_waiting_page(identifier, sending)


def prove_first(account: AccountRow, interaction: Interaction | None) -> Response:
    """Somebody with the right password of an account whose mailbox nobody proved: prove it now."""
    identifier, sending = registration.begin_for(account, asked(interaction))
    flash("accounts-check-mail-unproved")
    return _to_waiting_page(identifier, sending)


@blueprint.get("/verification/")
def wait() -> Response:
    """The page that waits for the message."""
    waiting = parked()
    if waiting is None or waiting.completed_at:
        return redirect(SIGN_IN, code=303)
    if waiting.proved_at:
        return redirect(FINISH, code=303)
    return _waiting_page(waiting, CodeForm(formdata=None))


@blueprint.get("/verification/etat")
def state() -> dict[str, str | None]:
    """What the waiting page asks every few seconds: where to go now, or nowhere yet."""
    waiting = parked()
    if waiting is None or waiting.completed_at:
        return {"next": SIGN_IN}
    return {"next": FINISH if waiting.proved_at else None}


@blueprint.post("/verification/")
def act() -> Response:
    """The code, « J'ai validé », or another message."""
    waiting = parked()
    if waiting is None or waiting.completed_at:
        return redirect(SIGN_IN, code=303) if waiting is None else complete(waiting)
    action = request.form.get("action")
    if action == "code":
        return _take_code(waiting)
    if action == "resend":
        flash(f"accounts-check-mail-{registration.resend(waiting, source=client_source())}")
    elif not waiting.proved_at:
        flash("accounts-check-mail-not-yet")
    return redirect(_WAIT, code=303)


@blueprint.get("/terminer/")
def review() -> Response:
    """The last look at the address, once its mailbox is proved from elsewhere."""
    waiting = parked()
    if waiting is None or waiting.completed_at or not waiting.proved_at:
        return redirect(_WAIT, code=303)
    html = render_template(
        "email_door/registration_review.html", email=waiting.address, change_url=_correct_url(waiting)
    )
    return make_response(html)


@blueprint.post("/terminer/")
def finish() -> Response:
    """Create the account."""
    waiting = parked()
    return complete(waiting) if waiting else redirect(SIGN_IN, code=303)


def complete(waiting: Registration) -> Response:
    """Create the account of a proved registration, open the session here, and go on to the site."""
    interaction = living_interaction(waiting.interaction_id)
    client_id, identifier, address = waiting.client_id, waiting.id, waiting.address
    write()
    try:
        account = registration.complete(identifier, source=client_source())
    except NotProved:
        return redirect(_WAIT, code=303)
    except AlreadyCompleted:
        return _second_click(identifier, interaction, client_id)
    except AddressTaken:
        flash("accounts-already-exists" if find_by_address(address) else "accounts-address-held")
        return redirect(with_interaction(SIGN_IN, interaction.id if interaction else None), code=303)
    return enter_by_password(account.id, account.epoch, interaction, client_id)


def parked() -> Registration | None:
    """The registration of this browser; its site is shown, for the waiting request may die before the message comes."""
    waiting = _last_one()
    if waiting is not None:
        show_site(waiting.client_id)
    return waiting


def _last_one() -> Registration | None:
    identifier = session.get(PARKED)
    waiting = registration.find(bytes.fromhex(identifier)) if identifier else None
    return waiting if waiting and waiting.browser == browser_id() else None


def _open_one() -> Registration | None:
    """The one that may still be corrected; the site of the page stays the one that waits now."""
    waiting = _last_one()
    return waiting if waiting and not waiting.completed_at else None


def _second_click(identifier: bytes, interaction: Interaction | None, client_id: str | None) -> Response:
    """The answer to the first click was lost: the same again, to the same browser, within a minute."""
    done = registration.find(identifier)
    account = find_by_address(done.address) if done else None
    if done and account and (done.completed_at or 0) > clock.now() - _SECOND_CLICK and done.browser == browser_id():
        return enter_by_password(account.id, account.epoch, interaction, client_id)
    return redirect(SIGN_IN, code=303)


def _take_code(waiting: Registration) -> Response:
    form = CodeForm()
    if not form.validate():
        return _waiting_page(waiting, form, status=400)
    if registration.prove_by_code(waiting, form.code.data, source=client_source()):
        return complete(waiting)
    form.code.errors = ["web-error-code"]
    return _waiting_page(waiting, form, status=400)


def _to_waiting_page(identifier: bytes, sending: Sending) -> Response:
    session[PARKED] = identifier.hex()
    if sending is Sending.ENOUGH:
        flash("accounts-check-mail-enough")
    return redirect(_WAIT, code=303)


def _correct_url(waiting: Registration) -> str:
    interaction = living_interaction(waiting.interaction_id)
    query = {_CORRECT: "oui"} | ({"i": interaction.id} if interaction else {})
    return f"{REGISTER}?{urlencode(query)}"


def _form_page(form: RegisterForm, status: int = 200) -> Response:
    minimum = current().settings.password_min_length
    html = render_template("email_door/register.html", form=form, min_length=minimum, sign_in_url=url(SIGN_IN))
    return make_response(html, status)


def _waiting_page(waiting: Registration, form: CodeForm, status: int = 200) -> Response:
    html = render_template(
        "email_door/check_mail.html",
        form=form,
        notes=get_flashed_messages(),
        email=waiting.address,
        validity=timedelta(seconds=current().settings.link_life),
        poll_url=_WAIT + "etat",
        correct_url=_correct_url(waiting),
    )
    return make_response(html, status)
