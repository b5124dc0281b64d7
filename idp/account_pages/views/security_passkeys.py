"""`/compte/securite/cle/`: one more passkey, made by the person's device."""

from flask import Blueprint, g, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.views.base import account_of, of_person
from idp.account_pages.views.security import PAGE, PASSKEY, PASSKEY_ADDED, added, page, too_many
from idp.account_pages.views.security_forms import PasskeyNameForm
from idp.accounts.factors import challenges, passkeys, webauthn_ceremonies
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused
from idp.core.throttle import TooManyAttempts
from idp.sessions.service import Session
from idp.web.i18n import translate
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("security_passkeys", __name__)
blueprint.register_error_handler(TooManyAttempts, too_many)
_PURPOSE = "passkey-creation"
# What a browser's name holds, most telling first: an iPad's holds "Mac", an Android's "Linux".
_DEVICES = ("iphone", "ipad", "android", "windows", "mac", "linux")
_ERRORS = {
    "stale": "security-stale",
    "known": "security-error-passkey-known",
    "unverified": "security-error-passkey-unverified",
    "too-many": "security-error-passkey-too-many",
}


@blueprint.get(PASSKEY)
@of_person(PAGE, fresh=True)
def show(person: Session) -> BaseResponse:
    """What will happen, and the name of the passkey, guessed."""
    return _page(person, PasskeyNameForm(formdata=None, passkey_name=_guess()))


@blueprint.post(PASSKEY)
@of_person(PAGE, fresh=True)
def add(person: Session) -> BaseResponse:
    """The device's answer; each challenge is good once, in the browser and for the account it was given to."""
    form, answer = PasskeyNameForm(), request.form.get("answer", "")
    valid = form.validate()
    if not answer:
        return _page(person, form, error="security-passkey-needs-script" if valid else None, status=400)
    # The device has made it already: a name that cannot be kept is no reason to leave it there for nothing.
    name = form.kept if valid else _guess()
    try:
        challenge = webauthn_ceremonies.take_challenge(answer, _purpose(person), browser_id())
        passkeys.register(person.account_id, answer, challenge, name, source=client_source())
    except CeremonyRefused as refused:
        return _page(person, form, error=_ERRORS.get(refused.code, "security-error-passkey"), status=400)
    return added(person, PASSKEY_ADDED, name)


def _page(person: Session, form: PasskeyNameForm, *, error: str | None = None, status: int = 200) -> BaseResponse:
    options = passkeys.creation_options(account_of(person), challenges.begin(_purpose(person), browser_id()))
    return page("security_add_passkey", status, form=form, error=error, options=options)


def _purpose(person: Session) -> str:
    return f"{_PURPOSE}:{person.account_id.hex()}"


def _guess() -> str:
    agent = request.user_agent.string.lower()
    device = next((each for each in _DEVICES if each in agent), "other")
    return translate(g.locale, f"security-device-{device}")
