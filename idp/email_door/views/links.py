"""`/connexion/inscription/lien/…`: the link of the message. Reading it changes nothing: programs follow links."""

from datetime import timedelta

from flask import Blueprint, flash, get_flashed_messages, make_response, redirect, render_template
from werkzeug.wrappers import Response

from idp.accounts import mailbox_proofs, registration
from idp.accounts.models import MailboxProof, Registration
from idp.accounts.sign_in import SignInRefused
from idp.core.db import write
from idp.core.runtime import current
from idp.email_door.forms import PasswordForm
from idp.email_door.views import registering as pages
from idp.email_door.views.entering import SIGN_IN
from idp.interaction.views import show_site
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("link", __name__, url_prefix="/inscription/lien")


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """What the link is good for now: to validate, to go on, or to ask for another."""
    proof, waiting = _find(token)
    if proof is None or waiting is None:
        return _expired(can_renew=False)
    if waiting.completed_at:
        flash("accounts-link-used")
        return redirect(SIGN_IN, code=303)
    if waiting.proved_at:
        return _proved(token, waiting)
    if not mailbox_proofs.is_live(proof):
        return _expired(can_renew=True)
    return make_response(render_template("email_door/registration_link.html", email=waiting.address))


@blueprint.post("/<token>")
def submit(token: str) -> Response:
    """Prove the mailbox. In the browser that asked, finish; elsewhere nobody is signed in."""
    proof, waiting = _find(token)
    if proof is None or waiting is None:
        return _expired(can_renew=False)
    ours = waiting.browser == browser_id()
    if mailbox_proofs.is_live(proof):
        write()
        registration.prove(waiting.id, proof.id)
    elif not waiting.proved_at:
        flash(f"accounts-check-mail-{registration.resend(waiting, source=client_source())}")
        return redirect(_path(token), code=303)
    return pages.complete(waiting) if ours else redirect(_path(token), code=303)


@blueprint.get("/<token>/mot-de-passe")
def ask_password(token: str) -> Response:
    """Where the first page is gone: the password chosen there finishes here."""
    _, waiting = _find(token)
    if waiting is None or waiting.completed_at or not waiting.proved_at:
        return redirect(_path(token), code=303)
    return _password_page(waiting, PasswordForm(formdata=None))


@blueprint.post("/<token>/mot-de-passe")
def take_password(token: str) -> Response:
    """Finish with the password; both proofs are there."""
    _, waiting = _find(token)
    if waiting is None or waiting.completed_at or not waiting.proved_at:
        return redirect(_path(token), code=303)
    form = PasswordForm()
    if not form.validate():
        return _password_page(waiting, form, status=400)
    try:
        registration.check_password(waiting, form.password.data, source=client_source())
    except SignInRefused:
        return _password_page(waiting, form, error="accounts-elsewhere-refused", status=403)
    return pages.complete(waiting)


def _find(token: str) -> tuple[MailboxProof | None, Registration | None]:
    proof = mailbox_proofs.find(token, registration.PURPOSE)
    waiting = registration.find(proof.subject_id) if proof else None
    if waiting:
        show_site(waiting.client_id)
    return proof, waiting


def _path(token: str) -> str:
    return f"{pages.REGISTER}lien/{token}"


def _proved(token: str, waiting: Registration) -> Response:
    if waiting.browser == browser_id():
        return redirect(pages.FINISH, code=303)
    html = render_template("email_door/registration_done_elsewhere.html", continue_url=_path(token) + "/mot-de-passe")
    return make_response(html)


def _password_page(waiting: Registration, form: PasswordForm, error: str | None = None, status: int = 200) -> Response:
    html = render_template("email_door/registration_password.html", form=form, error=error, email=waiting.address)
    return make_response(html, status)


def _expired(*, can_renew: bool) -> Response:
    notes = get_flashed_messages()
    html = render_template(
        "email_door/link_expired.html",
        validity=timedelta(seconds=current().settings.link_life),
        # Just asked for: the button would only be pressed again.
        can_renew=can_renew and not notes,
        notes=notes,
        again="accounts-link-expired-register",
        sign_in_url=SIGN_IN,
    )
    return make_response(html, 410)
