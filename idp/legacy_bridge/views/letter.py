"""`/login-adherent/courrier/`: the code of a letter, and what it opens for a member who has changed."""

from flask import Response
from flask import session as cookie
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.password_policy import PasswordRefused
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.interaction.dispatcher import with_interaction
from idp.interaction.views import current_interaction
from idp.legacy_bridge import directory, kept_number, letters, paths, reopening, sunset
from idp.legacy_bridge.errors import BridgeClosed, ProofSpent
from idp.legacy_bridge.forms import LetterCodeForm, LetterForm, NewPasswordForm, error_key
from idp.legacy_bridge.nir import Nir
from idp.legacy_bridge.regaining import Stand
from idp.legacy_bridge.views.base import blueprint, page, to, url
from idp.legacy_bridge.views.guided import asked_here, keep_what_was_read, kept_number_meant
from idp.legacy_bridge.views.regaining import REQUEST, at, go_where_it_stands, waiting_interaction
from idp.web import errors
from idp.web.pages import HELP, browser_id, client_source


@blueprint.get(paths.LETTER)
def letter() -> Response:
    """The number and the code."""
    current_interaction()
    if sunset.is_over():
        raise BridgeClosed
    return _form(LetterForm(), kept=False)


@blueprint.post(paths.LETTER)
def letter_post() -> BaseResponse:
    """One refusal for every pair that is not good."""
    asked, kept = asked_here(), kept_number_meant()
    form = LetterCodeForm() if kept else LetterForm()
    if not form.validate():
        return _form(form, 400, kept=(kept or keep_what_was_read(form)) is not None)
    number = kept or directory.number_of(Nir.parse(form.nir.data))
    try:
        identifier = letters.open_by_code(number, form.code.data, asked)
    except ProofSpent:
        form.code.errors = ["legacy-error-letter"]
        return _form(form, 403, kept=(kept or keep_what_was_read(form)) is not None)
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("web-help", url(HELP))])
    cookie[REQUEST] = identifier.hex()
    return go_where_it_stands(identifier)


@blueprint.get(paths.LETTER_CHOICE)
def frozen_choice() -> Response:
    """The account was closed because its change was contested: undo it, or it was the member after all."""
    identifier = at(Stand.FROZEN)
    account = reopening.account_of(identifier)
    return page("frozen", email=account.address if account else "", mine_url=url(paths.LETTER_PASSWORD))


@blueprint.post(paths.LETTER_CHOICE)
def undo() -> BaseResponse:
    """Undo the change; the member then creates a password, and changes again."""
    identifier = at(Stand.FROZEN)
    reopening.undo(identifier, browser_id(), source=client_source())
    return go_where_it_stands(identifier)


@blueprint.get(paths.LETTER_PASSWORD)
def account_password() -> Response:
    """A new password for the account."""
    return _password_form(at(Stand.ACCOUNT, Stand.FROZEN), NewPasswordForm())


@blueprint.post(paths.LETTER_PASSWORD)
def account_password_post() -> BaseResponse:
    """Take it, or say which rule it breaks."""
    identifier, form = at(Stand.ACCOUNT, Stand.FROZEN), NewPasswordForm()
    if not form.validate():
        return _password_form(identifier, form, 400)
    try:
        reopening.recover_account(identifier, browser_id(), form.new_password.data, source=client_source())
    except PasswordRefused as refused:
        form.new_password.errors = [error_key("password", refused.code)]
        return _password_form(identifier, form, 400)
    return to(paths.LETTER_DONE)


@blueprint.get(paths.LETTER_DONE)
def account_regained() -> Response:
    """The account's new password is kept; nobody is signed in."""
    identifier = at(Stand.ACCOUNT_REGAINED)
    account, interaction = reopening.account_of(identifier), waiting_interaction(identifier)
    email_url = with_interaction(paths.EMAIL_DOOR, interaction.id if interaction else None)
    return page("account_regained", email=account.address if account else "", email_url=email_url)


def _form(form: FlaskForm, status: int = 200, *, kept: bool) -> Response:
    return page(
        "letter_code", status, form=form, error=None, kept=kept, other_number_url=url(paths.LETTER),
        action_url=url(paths.LETTER, **(kept_number.IN_URL if kept else {})), guided_url=url(paths.GUIDED),
    )  # fmt: skip


def _password_form(identifier: bytes, form: NewPasswordForm, status: int = 200) -> Response:
    account = reopening.account_of(identifier)
    return page(
        "account_password", status, form=form, error=None, email=account.address if account else "",
        min_length=current().settings.password_min_length,
    )  # fmt: skip
