"""`/connexion/cle-acces/`: sign in with a passkey alone, which is two factors: the device, and what unlocks it."""

from flask import Blueprint, Response, make_response, request, session
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import second_factor, sign_in
from idp.accounts.directory import find_by_id
from idp.accounts.factors.passkeys import Proof
from idp.accounts.second_factor import Asked, FactorRefused
from idp.core.runtime import current
from idp.email_door.forms import SignInForm
from idp.email_door.views import registering, signing_in
from idp.email_door.views.entering import DEVICE, TOWARD, enter
from idp.interaction.views import current_interaction, show_site
from idp.sessions.levels import MFA
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("passkeys", __name__, url_prefix="/cle-acces")


@blueprint.post("/options")
def options() -> Response:
    """What the browser needs to ask for a passkey, whoever's."""
    return make_response(second_factor.passkey_options(_asked()), {"Content-Type": "application/json"})


@blueprint.post("/")
def submit() -> BaseResponse:
    """Check the answer; a session opens under a new id."""
    interaction = current_interaction()
    if interaction is None:
        show_site(request.args.get(TOWARD))
    try:
        proof = second_factor.prove_by_passkey(_asked(), request.form.get("credential", ""))
    except FactorRefused as refused:
        return signing_in.page(SignInForm(formdata=None), error=f"factors-refused-{refused.reason}", status=403)
    return _enter(proof)


def _enter(proof: Proof) -> BaseResponse:
    interaction, account = current_interaction(), find_by_id(proof.account_id)
    if account is None or account.state != "active":
        return signing_in.closed(account) if account else signing_in.page(SignInForm(formdata=None), status=403)
    if account.is_open_to_takeover:
        return registering.prove_first(account, interaction)
    session[DEVICE] = sign_in.device_mark(account.address)
    with current().sql.together():
        sign_in.record(account.id, source=client_source(), way=second_factor.PASSKEY)
        return enter(account.id, account.epoch, interaction, request.args.get(TOWARD), acr=MFA, amr=proof.amr)


def _asked() -> Asked:
    return Asked("sign-in", browser_id(), client_source())
