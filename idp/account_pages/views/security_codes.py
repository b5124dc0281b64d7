"""`/compte/securite/codes/`: ten recovery codes, made and then shown until they are on paper."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.paths import SECURITY
from idp.account_pages.views.base import of_person, said
from idp.account_pages.views.security import (
    CODES,
    CODES_GONE,
    NEED_FACTOR,
    PAGE,
    PASSKEY_ADDED,
    TOTP_ADDED,
    others_of,
    page,
    settled,
    too_many,
)
from idp.accounts.factors import listing, recovery_codes, shown_codes
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.sessions.service import Session
from idp.web.pages import client_source

blueprint = Blueprint("security_codes", __name__)
blueprint.register_error_handler(TooManyAttempts, too_many)
_MADE = CODES + "nouveaux/"


@blueprint.get(CODES)
@of_person(PAGE, fresh=True)
def show(person: Session) -> BaseResponse:
    """What they are for, before they are made; here one comes after the first factor."""
    factors = listing.of(person.account_id)
    if not factors.any:
        return settled(NEED_FACTOR)
    after = said(PASSKEY_ADDED, TOTP_ADDED)
    return page(
        "security_make_codes",
        said=after,
        others=others_of(person),
        codes_left=factors.codes_left,
        count=recovery_codes.HOW_MANY,
    )


@blueprint.post(CODES)
@of_person(PAGE, fresh=True)
def make(person: Session) -> BaseResponse:
    """Make them; those of before are void. They are shown elsewhere: a page read again makes no others."""
    if not listing.has_any(person.account_id):
        return settled(NEED_FACTOR)
    with current().hashing.place():
        codes = recovery_codes.renew(person.account_id, source=client_source())
    shown_codes.keep(person.account_id, person.id, codes)
    return redirect(_MADE, 303)


@blueprint.get(_MADE)
@of_person(PAGE)
def show_made(person: Session) -> BaseResponse:
    """Those that this session has just made."""
    codes = shown_codes.find(person.account_id, person.id)
    return page("security_codes", codes=codes) if codes else settled(CODES_GONE)


@blueprint.post(_MADE)
@of_person(PAGE)
def leave(person: Session) -> BaseResponse:
    """They are on paper."""
    shown_codes.forget(person.id)
    return redirect(SECURITY, 303)
