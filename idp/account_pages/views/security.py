"""`/compte/securite/`: what protects the account besides its password; and the page of one passkey."""

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.paths import SECURITY
from idp.account_pages.views.base import note, of_person, said, shown
from idp.account_pages.views.security_forms import PasskeyNameForm
from idp.accounts import public_name
from idp.accounts.factors import devices as remembered
from idp.accounts.factors import listing, passkeys
from idp.accounts.factors.listing import Factors, KeptPasskey
from idp.core import clock, db
from idp.core.throttle import TooManyAttempts
from idp.sessions import devices
from idp.sessions.service import Session
from idp.web.pages import client_source

blueprint = Blueprint("security", __name__)
PASSKEY = SECURITY + "cle/"
TOTP = SECURITY + "application/"
CODES = SECURITY + "codes/"
# The name by which a sign-in leads back here (`entering`).
PAGE = "securite"
# What a page says once, after a POST.
PASSKEY_ADDED, TOTP_ADDED, RENAMED, REMOVED, ALREADY = (
    "security-passkey-added",
    "security-totp-added",
    "security-passkey-renamed",
    "security-removed",
    "security-already-removed",
)
TOTP_ALREADY, NEED_FACTOR, CODES_GONE = "security-totp-already", "security-codes-need-factor", "security-codes-gone"
_SAID = (PASSKEY_ADDED, TOTP_ADDED, RENAMED, REMOVED, ALREADY, TOTP_ALREADY, NEED_FACTOR, CODES_GONE)


@blueprint.get(SECURITY)
@of_person(PAGE, fresh=True)
def show(person: Session) -> BaseResponse:
    """What is set, in plain words, and what may be added; after a change, the other devices may go (ASVS 7.4.3)."""
    return page(
        "security",
        factors=listing.of(person.account_id),
        said=said(*_SAID),
        others=others_of(person),
        remembered=remembered.count(person.account_id),
    )


@blueprint.post(SECURITY)
@of_person(PAGE, fresh=True)
def act(person: Session) -> BaseResponse:
    """End every other session, or ask for the second factor again in every browser."""
    db.write()
    if request.form.get("action") == "forget":
        done = remembered.stop_sparing(person.account_id, source=client_source())
        note("security-remembered-forgotten" if done else "security-remembered-none")
    else:
        ended = devices.end_others(person.account_id, person.id, source=client_source())
        note("account-sessions-others-ended", count=ended)
    return redirect(SECURITY, 303)


@blueprint.get(PASSKEY + "<passkey_id>/")
@of_person(PAGE, fresh=True)
def show_passkey(person: Session, passkey_id: str) -> BaseResponse:
    """One passkey: its name, and how to be rid of it."""
    factors = listing.of(person.account_id)
    kept = _find(factors, passkey_id)
    if kept is None:
        return _gone()
    form = PasskeyNameForm(formdata=None, passkey_name=kept.name)
    return _passkey(factors, kept, form)


@blueprint.post(PASSKEY + "<passkey_id>/")
@of_person(PAGE, fresh=True)
def change_passkey(person: Session, passkey_id: str) -> BaseResponse:
    """Rename or remove it; gone in another tab already is fine."""
    factors = listing.of(person.account_id)
    kept = _find(factors, passkey_id)
    if kept is None:
        return _gone()
    if request.form.get("action") == "remove":
        done = passkeys.remove(person.account_id, kept.id, source=client_source())
        return settled(REMOVED if done else ALREADY)
    form = PasskeyNameForm()
    if not form.validate():
        return _passkey(factors, kept, form, 400)
    done = passkeys.rename(person.account_id, kept.id, form.kept)
    return settled(RENAMED, form.kept) if done else _gone()


def page(template: str, status: int = 200, **context: object) -> Response:
    """A page of `/compte/securite/`, with what all of these need."""
    return shown(
        template,
        status,
        security_url=SECURITY,
        passkey_url=PASSKEY,
        totp_url=TOTP,
        codes_url=CODES,
        longest=public_name.LONGEST,
        day=clock.as_datetime,
        **context,
    )


def others_of(person: Session) -> int:
    """How many other devices the account is open on."""
    return sum(device.id != person.id for device in devices.living(person.account_id))


def too_many(error: TooManyAttempts) -> Response:
    """So many were added today that the next must wait: until when, and that nothing was changed."""
    db.rollback()
    wait = max(1, error.until - clock.now())
    response = page("security_too_many", 429, until=clock.as_datetime(error.until))
    response.headers["Retry-After"] = str(wait)
    return response


def settled(word: str, name: str = "") -> BaseResponse:
    """Back to the list, which says once what was done, and to what."""
    flash(name, word)
    return redirect(SECURITY, 303)


def added(person: Session, word: str, name: str = "") -> BaseResponse:
    """After one more factor: to the recovery codes where there are none yet, else to the list."""
    if listing.of(person.account_id).codes_left:
        return settled(word, name)
    flash(name, word)
    return redirect(CODES, 303)


def _find(factors: Factors, passkey_id: str) -> KeptPasskey | None:
    found = [each for each in factors.passkeys if each.id.hex() == passkey_id]
    return found[0] if found else None


def _gone() -> BaseResponse:
    return settled(ALREADY)


def _passkey(factors: Factors, kept: KeptPasskey, form: PasskeyNameForm, status: int = 200) -> BaseResponse:
    is_last = len(factors.passkeys) == 1 and factors.totp is None
    return page("security_passkey", status, form=form, kept=kept, is_last=is_last)
