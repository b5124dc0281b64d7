"""`/compte/securite/codes/`: ten recovery codes, shown once."""

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.views.base import of_person, said
from idp.account_pages.views.security import (
    CODES,
    NEED_FACTOR,
    PAGE,
    PASSKEY_ADDED,
    SESSIONS,
    TOTP_ADDED,
    page,
    settled,
)
from idp.accounts.factors import listing, recovery_codes
from idp.core.runtime import current
from idp.sessions.service import Session
from idp.web.pages import client_source

blueprint = Blueprint("security_codes", __name__)


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
        sessions_url=SESSIONS if after else None,
        codes_left=factors.codes_left,
        count=recovery_codes.HOW_MANY,
    )


@blueprint.post(CODES)
@of_person(PAGE, fresh=True)
def make(person: Session) -> BaseResponse:
    """Make them and show them; the page is kept nowhere, and those of before are void."""
    if not listing.has_any(person.account_id):
        return settled(NEED_FACTOR)
    with current().hashing.place():
        codes = recovery_codes.renew(person.account_id, source=client_source())
    return page("security_codes", codes=codes)
