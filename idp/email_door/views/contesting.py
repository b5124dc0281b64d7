"""`/connexion/contester/…`: « Ce n'est pas moi ». Reading the link changes nothing; its button freezes the account."""

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from idp.accounts import contesting, mailbox_proofs, notices
from idp.core.runtime import current
from idp.web.pages import client_source

blueprint = Blueprint("contest", __name__, url_prefix="/contester")


@blueprint.get("/<token>/")
def show(token: str) -> Response:
    """What the button does, that it is done, or the way out where it is too late."""
    proof = contesting.find(token)
    if proof is not None and proof.used_at is not None:
        state = "done"
    else:
        state = "open" if proof is not None and mailbox_proofs.is_live(proof) else "over"
    html = render_template(
        "email_door/contest.html",
        state=state,
        contest=timedelta(seconds=current().settings.contest_life),
        letter_url=notices.LETTER,
    )
    return make_response(html, 410 if state == "over" else 200)


@blueprint.post("/<token>/")
def submit(token: str) -> Response:
    """Freeze the account; twice is once."""
    proof = contesting.find(token)
    if proof is not None:
        contesting.contest(proof, source=client_source())
    return redirect(request.path, code=303)
