"""`/connexion/confirmer/lien/…`: the link that proves an account's address. Reading it changes nothing.

The account's own address is proved in the browser that asked, in one where the account is signed in, or with its
password (docs/rules.md §7.4).
"""

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response

from idp.accounts import address_changes, mailbox_proofs, sign_in
from idp.accounts.address_changes import NotProved
from idp.accounts.models import AddressChange, MailboxProof
from idp.accounts.sign_in import AccountClosed, MailboxUnproved, SignInRefused
from idp.core.db import rollback, write
from idp.core.runtime import current
from idp.email_door.forms import PasswordForm
from idp.email_door.views import confirming
from idp.email_door.views.entering import SIGN_IN
from idp.interaction.views import current_session
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("confirm_link", __name__, url_prefix="/confirmer/lien")


@blueprint.get("/<token>/")
def show(token: str) -> Response:
    """The button, or how the link stands."""
    proof, waiting = _find(token)
    if proof is None or waiting is None:
        return _expired()
    if waiting.proved_at:
        html = render_template("email_door/address_proved.html", email=waiting.address, own=bool(waiting.completed_at))
        return make_response(html)
    if not mailbox_proofs.is_live(proof):
        return _expired()
    # Names the site that waits for this browser: the form may end there.
    confirming.parked()
    return _page(waiting, PasswordForm(formdata=None) if _asks_password(waiting) else None)


@blueprint.post("/<token>/")
def submit(token: str) -> Response:
    """Prove the mailbox. Another address becomes the account's in the browser that asked; its own is proved here."""
    proof, waiting = _find(token)
    if proof is None or waiting is None:
        return _expired()
    here = confirming.parked()
    ours = here is not None and here.id == waiting.id
    if mailbox_proofs.is_live(proof):
        if _asks_password(waiting) and (refusal := _check_password(waiting)):
            return refusal
        identifier, proof_id, own = waiting.id, proof.id, address_changes.is_own(waiting)
        write()
        if address_changes.prove(identifier, proof_id) and own and not ours:
            try:
                address_changes.complete(identifier, source=client_source())
            except NotProved:
                rollback()
                return _expired()
    if ours and waiting.proved_at and not waiting.completed_at:
        return confirming.complete(waiting)
    return redirect(f"{confirming.CONFIRM}lien/{token}/", code=303)


def _asks_password(waiting: AddressChange) -> bool:
    """Whether nothing but the mailbox says who is here: that of a mistyped default address has another reader."""
    person = current_session()
    known = waiting.browser == browser_id() or (person is not None and person.account_id == waiting.account_id)
    return not known and address_changes.is_own(waiting)


def _check_password(waiting: AddressChange) -> Response | None:
    """What is wrong with the password of the account; it opens no session."""
    form = PasswordForm()
    if not form.validate():
        return _page(waiting, form, 400)
    try:
        sign_in.authenticate(waiting.address, form.password.data, source=client_source())
    except SignInRefused:
        form.password.errors = ["accounts-replace-refused"]
        return _page(waiting, form, 403)
    except (AccountClosed, MailboxUnproved):
        return _expired()
    sign_in.forget_failures(waiting.address)
    return None


def _find(token: str) -> tuple[MailboxProof | None, AddressChange | None]:
    proof = mailbox_proofs.find(token, address_changes.PURPOSE)
    return proof, address_changes.find(proof.subject_id) if proof else None


def _page(waiting: AddressChange, form: PasswordForm | None, status: int = 200) -> Response:
    html = render_template("email_door/registration_link.html", email=waiting.address, form=form)
    return make_response(html, status)


def _expired() -> Response:
    html = render_template(
        "email_door/link_expired.html",
        validity=timedelta(seconds=current().settings.link_life),
        can_renew=False,
        again="accounts-confirm-again",
        sign_in_url=SIGN_IN,
    )
    return make_response(html, 410)
