"""Waiting for the link of another address than the proposed one: this page goes on by itself (S4)."""

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import mailbox_proofs
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge import change_choices, change_proofs, paths
from idp.legacy_bridge.change_proofs import LinkSpent
from idp.legacy_bridge.forms import CodeForm
from idp.legacy_bridge.messages import VALIDATION
from idp.legacy_bridge.views.base import Way, blueprint, change_to_watch, on_the_way, page, to, url
from idp.web import errors
from idp.web.pages import HELP, client_source


@blueprint.get(paths.WAITING)
def waiting() -> Response:
    """Where the message went, and what to do where none comes."""
    return _page(on_the_way("waiting"), CodeForm())


@blueprint.post(paths.WAITING)
def waiting_post() -> BaseResponse:
    """The code, "J'ai validé : continuer", or another message."""
    way = on_the_way("waiting")
    if request.form.get("action") == "code":
        return _try_code(way)
    if request.form.get("action") == "resend":
        try:
            change_choices.send_again(way.change.id, source=client_source())
        except TooManyAttempts as many:
            return errors.too_many(many.until, [("web-back", url(paths.WAITING)), ("web-help", HELP)])
        return to(paths.WAITING, renvoye="1")
    # Had it been proved, the page of that state would have been shown.
    return _page(way, CodeForm(formdata=None), not_yet=True)


@blueprint.get(paths.WAITING_STATE)
def waiting_state() -> Response:
    """For the script of the page: where to go, once there is somewhere. Looking is no use of the ticket."""
    path, _change = change_to_watch("waiting")
    return jsonify({"next": url(path) if path else None})


def _try_code(way: Way) -> BaseResponse:
    form = CodeForm()
    if not form.validate():
        return _page(way, form, 400)
    with current().hashing.place():
        proof = mailbox_proofs.check_code(VALIDATION, way.change.id, form.code.data)
    try:
        if proof is None:
            raise LinkSpent
        change = change_proofs.prove_mailbox(proof, by="code", source=client_source())
    except LinkSpent:
        form.code.errors = ["web-error-code"]
        return _page(way, form, 400)
    return to(paths.STEPS[change.state])


def _page(way: Way, form: CodeForm, status: int = 200, *, not_yet: bool = False) -> Response:
    return page(
        "wait", status, ticket=way.ticket, form=form, error=None, email=way.shown_address,
        validity=current().settings.link_life, poll_url=url(paths.WAITING_STATE), correct_url=url(paths.ADDRESS),
        back_url=url(paths.PASSWORD), resent="renvoye" in request.args, not_yet=not_yet, bounced=False,
    )  # fmt: skip
