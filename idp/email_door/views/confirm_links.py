"""`/connexion/confirmer/lien/…`: the link that proves an account's address. Reading it changes nothing."""

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response

from idp.accounts import address_changes, mailbox_proofs
from idp.accounts.models import AddressChange, MailboxProof
from idp.core.db import write
from idp.core.runtime import current
from idp.email_door.views import confirming
from idp.email_door.views.entering import SIGN_IN
from idp.web.pages import client_source

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
    return make_response(render_template("email_door/registration_link.html", email=waiting.address))


@blueprint.post("/<token>/")
def submit(token: str) -> Response:
    """Prove the mailbox. Another address becomes the account's in the browser that asked; its own is proved at once."""
    proof, waiting = _find(token)
    if proof is None or waiting is None:
        return _expired()
    here = confirming.parked()
    ours = here is not None and here.id == waiting.id
    if mailbox_proofs.is_live(proof):
        identifier, proof_id, own = waiting.id, proof.id, address_changes.is_own(waiting)
        write()
        if address_changes.prove(identifier, proof_id) and own and not ours:
            address_changes.complete(identifier, source=client_source())
    if ours and waiting.proved_at and not waiting.completed_at:
        return confirming.complete(waiting)
    return redirect(f"{confirming.CONFIRM}lien/{token}/", code=303)


def _find(token: str) -> tuple[MailboxProof | None, AddressChange | None]:
    proof = mailbox_proofs.find(token, address_changes.PURPOSE)
    return proof, address_changes.find(proof.subject_id) if proof else None


def _expired() -> Response:
    html = render_template(
        "email_door/link_expired.html",
        validity=timedelta(seconds=current().settings.link_life),
        can_renew=False,
        again="accounts-confirm-again",
        sign_in_url=SIGN_IN,
    )
    return make_response(html, 410)
