"""`/backoffice/connexion/`: a passkey, or password and code; never a password alone."""

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.factors import challenges, webauthn_ceremonies
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused
from idp.backoffice import sessions, sign_in
from idp.backoffice.forms import StaffSignInForm
from idp.backoffice.sign_in import StaffRefused
from idp.backoffice.views.base import BASE, SIGN_IN, agent_here, page
from idp.core import audit
from idp.core.db import write
from idp.core.runtime import current
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("entering", __name__)
_PURPOSE = "staff-sign-in"


@blueprint.get("/connexion/")
def show() -> BaseResponse:
    """The two ways in."""
    return redirect(BASE, 303) if agent_here() else _page(StaffSignInForm(formdata=None))


@blueprint.post("/connexion/")
def submit() -> BaseResponse:
    """A session opens under a new id, or the one refusal is shown."""
    form = StaffSignInForm()
    answer = request.form.get("credential", "")
    if not answer and not form.validate():
        return _page(form, status=400)
    try:
        staff_id = _by_passkey(answer) if answer else _by_password(form)
    except StaffRefused:
        return _page(form, "backoffice-refused", 403)
    if former := agent_here():
        sessions.end(former)
    return _with_cookie(redirect(BASE, 303), sessions.begin(staff_id))


@blueprint.post("/deconnexion/")
def leave() -> BaseResponse:
    """End the session of this browser."""
    if agent := agent_here():
        write()
        sessions.end(agent)
        audit.record("staff_sign_out", source=client_source(), staff=agent.id.hex())
    response = _with_cookie(redirect(SIGN_IN, 303), "")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _by_password(form: StaffSignInForm) -> bytes:
    return sign_in.by_password(form.email.data, form.password.data, form.code.data, source=client_source())


def _by_passkey(answer: str) -> bytes:
    try:
        challenge = webauthn_ceremonies.take_challenge(answer, _PURPOSE, browser_id())
    except CeremonyRefused:
        raise StaffRefused from None
    return sign_in.by_passkey(answer, challenge, source=client_source())


def _page(form: StaffSignInForm, error: str | None = None, status: int = 200) -> BaseResponse:
    options = webauthn_ceremonies.request_options([], challenges.begin(_PURPOSE, browser_id()))
    return page("sign_in", status=status, form=form, error=error, options=options)


def _with_cookie(response: BaseResponse, handle: str) -> BaseResponse:
    settings = current().settings
    answer = make_response(response)
    answer.set_cookie(
        sessions.cookie(settings), handle, path="/", secure=settings.secure, httponly=True, samesite="Strict",
        max_age=None if handle else 0,
    )  # fmt: skip
    return answer
