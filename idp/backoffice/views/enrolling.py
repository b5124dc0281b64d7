"""`/backoffice/inscription/`: the one link of a new colleague. Opening it changes nothing; a factor uses it up."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.factors import challenges, totp, webauthn_ceremonies
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused
from idp.backoffice import enrolment, staff
from idp.backoffice.enrolment import LinkSpent, WrongCode
from idp.backoffice.forms import EnrolForm
from idp.backoffice.staff import Colleague
from idp.backoffice.views.base import ENROLMENT, SIGN_IN, page, say
from idp.core.db import rollback
from idp.core.runtime import current
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("enrolling", __name__)
_PURPOSE = "staff-enrolment"
_APPLICATION = "application/"


@blueprint.get("/inscription/<token>/")
def show(token: str) -> BaseResponse:
    """Whom the link is for, and the two ways."""
    colleague = staff.find_invited(token)
    return _choice(token, colleague) if colleague else _spent()


@blueprint.post("/inscription/<token>/")
def submit(token: str) -> BaseResponse:
    """A passkey."""
    colleague, answer = staff.find_invited(token), request.form.get("credential", "")
    if colleague is None:
        return _spent()
    try:
        challenge = webauthn_ceremonies.take_challenge(answer, _PURPOSE, browser_id())
        enrolment.with_passkey(token, answer, challenge, source=client_source())
    except LinkSpent:
        return _spent()
    except CeremonyRefused:
        rollback()
        return _choice(token, colleague, "backoffice-enrol-refused", 400)
    return _done()


@blueprint.get("/inscription/<token>/application/")
def application(token: str) -> BaseResponse:
    """The secret for an application, and the fields for a password and a first code."""
    colleague = staff.find_invited(token)
    return _application(token, colleague, EnrolForm(formdata=None)) if colleague else _spent()


@blueprint.post("/inscription/<token>/application/")
def application_submit(token: str) -> BaseResponse:
    """A password with an application."""
    colleague = staff.find_invited(token)
    if colleague is None:
        return _spent()
    form = EnrolForm()
    form.address = colleague.address
    if not form.validate():
        return _application(token, colleague, form, 400)
    try:
        enrolment.with_password(token, form.new_password.data, form.code.data, source=client_source())
    except WrongCode:
        form.code.errors = ["backoffice-error-code"]
        return _application(token, colleague, form, 400)
    except LinkSpent:
        return _spent()
    return _done()


def _choice(token: str, colleague: Colleague, error: str | None = None, status: int = 200) -> BaseResponse:
    options = enrolment.creation_options(colleague, challenges.begin(_PURPOSE, browser_id()))
    return page(
        "enrol", status=status, colleague=colleague.name, error=error, options=options,
        application_url=f"{ENROLMENT}{token}/{_APPLICATION}",
    )  # fmt: skip


def _application(token: str, colleague: Colleague, form: EnrolForm, status: int = 200) -> BaseResponse:
    secret = enrolment.secret_of(token)
    return page(
        "enrol_application", status=status, form=form, email=colleague.address, secret=secret,
        picture=totp.qr_svg(totp.uri(secret, colleague.address)), back_url=f"{ENROLMENT}{token}/",
        min_length=current().settings.password_min_length,
    )  # fmt: skip


def _done() -> BaseResponse:
    say("backoffice-enrolled")
    return redirect(SIGN_IN, 303)


def _spent() -> BaseResponse:
    return page("enrol_spent", status=404, validity=staff.LINK_LIFE, sign_in_url=SIGN_IN)
