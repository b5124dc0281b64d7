"""`/connexion/mot-de-passe-oublie/`: ask for a new password, wait for the message (S15). Its link is in `resetting`."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, flash, g, get_flashed_messages, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from idp.accounts import notices, recovery
from idp.accounts.identifiers import mask_address
from idp.accounts.models import Recovery
from idp.accounts.sending import Sending
from idp.core.runtime import current
from idp.email_door.forms import CodeForm, ForgottenForm, nir_door_is_offered
from idp.email_door.views.entering import (
    EXPECTED,
    FORGOTTEN,
    SIGN_IN,
    asked,
    living_interaction,
    sign_in_url,
)
from idp.interaction.views import current_interaction, show_site, url
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("recovery", __name__, url_prefix="/mot-de-passe-oublie")

MESSAGE = FORGOTTEN + "message/"
NEW = FORGOTTEN + "nouveau/"
# The change of identifier that waits goes on there.
_LINKING = "/login-adherent/changement-identifiant/associer/"
# In the browser's cookie: its last recovery, and the proof that its code opened.
PARKED = recovery.PURPOSE
OPENED = "recovery_opened"
_CORRECT = "corriger"


@blueprint.get("/")
def show() -> Response:
    """The address whose password is forgotten."""
    interaction, waiting = current_interaction(), parked()
    address = interaction.login_hint if interaction else None
    if _CORRECT in request.args and waiting and not waiting.change_id:
        address = waiting.address
    return _form_page(ForgottenForm(formdata=None, email=address))


@blueprint.post("/")
def submit() -> Response:
    """Write to the address where it has an account; the answer is the same for all."""
    interaction, form = current_interaction(), ForgottenForm()
    if not form.validate():
        return _form_page(form, status=400)
    waiting = parked()
    client_id = waiting.client_id if waiting else None
    again = waiting if waiting and not waiting.completed_at and waiting.change_id is None else None
    identifier, sending = recovery.begin(form.email.data, asked(interaction, client_id), again=again)
    session[PARKED] = identifier.hex()
    if sending is not Sending.SENT:
        flash(f"accounts-check-mail-{sending}")
    return redirect(MESSAGE, code=303)


@blueprint.get("/message/")
def wait() -> Response:
    """The page that waits for the message."""
    waiting = parked()
    if waiting is None:
        return redirect(url(FORGOTTEN), code=303)
    return finished(waiting) if waiting.completed_at else _waiting_page(waiting, CodeForm(formdata=None))


@blueprint.get("/message/etat")
def state() -> dict[str, str | None]:
    """What the waiting page asks every few seconds: where to go now, or nowhere yet."""
    waiting = parked()
    return {"next": None if waiting and not waiting.completed_at else MESSAGE}


@blueprint.post("/message/")
def act() -> Response:
    """The code, « J'ai choisi », or another message."""
    waiting = parked()
    if waiting is None or waiting.completed_at:
        return redirect(MESSAGE, code=303)
    action = request.form.get("action")
    if action == "code":
        return _take_code(waiting)
    if action == "resend":
        flash(f"accounts-check-mail-{recovery.resend(waiting, source=client_source())}")
    else:
        flash("accounts-recovery-not-yet")
    return redirect(MESSAGE, code=303)


def parked() -> Recovery | None:
    """The recovery of this browser, with its site shown."""
    identifier = session.get(PARKED)
    waiting = recovery.find(bytes.fromhex(identifier)) if identifier else None
    if waiting is None or waiting.browser != browser_id():
        return None
    # Not in the place of the one that waits now.
    if "site" not in g:
        show_site(waiting.client_id)
    return waiting


def finished(asked_for: Recovery) -> Response:
    """The password is set: back to the change that waits for it in this browser, else to the sign-in page."""
    for name in (PARKED, OPENED):
        session.pop(name, None)
    ours = asked_for.browser == browser_id()
    if ours and asked_for.change_id:
        return redirect(_LINKING, code=303)
    session[EXPECTED] = asked_for.address
    flash("accounts-recovery-done")
    interaction = living_interaction(asked_for.interaction_id) if ours else None
    return redirect(sign_in_url(interaction, asked_for.client_id), code=303)


def _take_code(waiting: Recovery) -> Response:
    form = CodeForm()
    if form.validate():
        proof_id = recovery.open_by_code(waiting, form.code.data, source=client_source())
        if proof_id is not None:
            session[OPENED] = proof_id.hex()
            return redirect(NEW, code=303)
        form.code.errors = ["web-error-code"]
    return _waiting_page(waiting, form, status=400)


def _form_page(form: ForgottenForm, status: int = 200) -> Response:
    html = render_template(
        "email_door/forgotten.html",
        form=form,
        sign_in_url=url(SIGN_IN),
        nir_url=url(notices.LETTER) if nir_door_is_offered() else None,
    )
    return make_response(html, status)


def _correct_url(waiting: Recovery) -> str:
    interaction = living_interaction(waiting.interaction_id)
    query = {_CORRECT: "oui"} | ({"i": interaction.id} if interaction else {})
    return f"{FORGOTTEN}?{urlencode(query)}"


def _waiting_page(waiting: Recovery, form: CodeForm, status: int = 200) -> Response:
    html = render_template(
        "email_door/forgotten_message.html",
        form=form,
        notes=get_flashed_messages(),
        # A change shows the address only to the browser that chose it: its own pages know.
        email=mask_address(waiting.address) if waiting.change_id else waiting.address,
        validity=timedelta(seconds=current().settings.reset_life),
        poll_url=MESSAGE + "etat",
        letter_url=notices.LETTER,
        correct_url=_LINKING if waiting.change_id else _correct_url(waiting),
    )
    return make_response(html, status)
