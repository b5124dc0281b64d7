"""`/compte/securite/application/`: an authenticator application is added, or removed."""

import base64
import binascii

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.views.base import of_person
from idp.account_pages.views.security import (
    ALREADY,
    PAGE,
    REMOVED,
    TOTP,
    TOTP_ADDED,
    TOTP_ALREADY,
    added,
    page,
    settled,
    too_many,
)
from idp.account_pages.views.security_forms import TotpForm
from idp.accounts.factors import challenges, listing, totp
from idp.core.crypto import b64u
from idp.core.throttle import TooManyAttempts
from idp.sessions.service import Session
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("security_totp", __name__)
blueprint.register_error_handler(TooManyAttempts, too_many)
_PURPOSE = "totp-enrolment"


@blueprint.get(TOTP)
@of_person(PAGE, fresh=True)
def show(person: Session) -> BaseResponse:
    """The secret to show to an application; or, where one is set, how to be rid of it."""
    factors = listing.of(person.account_id)
    if factors.totp:
        return page("security_totp", is_last=not factors.passkeys)
    return _enrolment(person, TotpForm(formdata=None), totp.new_secret())


@blueprint.post(TOTP)
@of_person(PAGE, fresh=True)
def submit(person: Session) -> BaseResponse:
    """Keep the application whose code was typed, or forget the one that is set."""
    if request.form.get("action") == "remove":
        done = totp.remove(person.account_id, source=client_source())
        return settled(REMOVED if done else ALREADY)
    if listing.of(person.account_id).totp:
        return settled(TOTP_ALREADY)
    form, state = TotpForm(), challenges.take(_purpose(person), browser_id(), _given())
    if state is None:
        return _enrolment(person, TotpForm(formdata=None), totp.new_secret(), error="security-stale", status=400)
    secret = totp.unseal(bytes.fromhex(state["secret"]), person.account_id)
    if not form.validate():
        return _enrolment(person, form, secret, status=400)
    if not totp.enrol(person.account_id, secret, form.totp.data, source=client_source()):
        if listing.of(person.account_id).totp:
            return settled(TOTP_ALREADY)
        form.totp.data, form.totp.errors = "", ["security-error-totp-wrong"]
        return _enrolment(person, form, secret, status=400)
    return added(person, TOTP_ADDED)


def _enrolment(
    person: Session, form: TotpForm, secret: str, *, error: str | None = None, status: int = 200
) -> BaseResponse:
    # The secret waits here, sealed, and not in the page's form: it is good once, in this browser.
    sealed = totp.seal(secret, person.account_id).hex()
    given = challenges.begin(_purpose(person), browser_id(), secret=sealed)
    uri = totp.uri(secret, person.address)
    return page(
        "security_add_totp",
        status,
        form=form,
        error=error,
        given=b64u(given),
        uri=uri,
        qr=Markup(totp.qr_svg(uri)),  # noqa: S704 - made here, of nothing but rectangles
        key=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )


def _purpose(person: Session) -> str:
    return f"{_PURPOSE}:{person.account_id.hex()}"


def _given() -> bytes:
    try:
        return base64.urlsafe_b64decode(request.form.get("given", "")[:64] + "=")
    except (binascii.Error, ValueError):
        return b""
