"""`/compte/mot-de-passe/`: another password, after the present one (ASVS 5.0 6.2.2, 6.2.3, 7.4.3)."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.forms import PasswordChangeForm
from idp.account_pages.paths import HOME, PASSWORD
from idp.account_pages.views.base import account_of, note, of_person, shown, stay_signed_in
from idp.accounts import own_changes, password_again
from idp.accounts.own_changes import MovedOn
from idp.core import db
from idp.core.runtime import current
from idp.email_door.views.entering import FORGOTTEN
from idp.sessions.service import Session
from idp.web.pages import client_source

blueprint = Blueprint("password", __name__)


@blueprint.get(PASSWORD)
@of_person("mot-de-passe", fresh=True)
def show(person: Session) -> BaseResponse:
    """Empty each time: what is secret is never shown again."""
    return _page(person, PasswordChangeForm(formdata=None))


@blueprint.post(PASSWORD)
@of_person("mot-de-passe", fresh=True)
def change(person: Session) -> BaseResponse:
    """The new one, where the present one is right; what another tab changed meanwhile is looked at anew."""
    form = PasswordChangeForm()
    form.address = person.address
    if not form.validate():
        return _page(person, form, 400)
    account = account_of(person)
    if not password_again.is_right(account, form.current_password.data, source=client_source()):
        form.current_password.errors = ["account-password-wrong"]
        return _page(person, form, 403)
    try:
        fresh = own_changes.change_password(account, form.new_password.data, source=client_source())
    except MovedOn:
        db.rollback()
        return redirect(PASSWORD, 303)
    note("account-password-done")
    return stay_signed_in(person, fresh.epoch, redirect(HOME, 303))


def _page(person: Session, form: PasswordChangeForm, status: int = 200) -> BaseResponse:
    minimum = current().settings.password_min_length
    return shown("password", status, email=person.address, form=form, min_length=minimum, forgotten_url=FORGOTTEN)
