"""`/compte/adresse/`: another email address. Its proof and its end are those of `/connexion/confirmer/`."""

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.forms import AddressForm
from idp.account_pages.paths import ADDRESS
from idp.account_pages.views.base import account_of, of_person, shown
from idp.accounts.identifiers import canonical
from idp.email_door.views import confirming
from idp.sessions.service import Session

blueprint = Blueprint("address", __name__)


@blueprint.get(ADDRESS)
@of_person("adresse", fresh=True)
def show(person: Session) -> BaseResponse:
    """The address as it is, and what a new one changes."""
    return _page(person, AddressForm(formdata=None))


@blueprint.post(ADDRESS)
@of_person("adresse", fresh=True)
def change(person: Session) -> BaseResponse:
    """Write to the new address; nothing here says whether it has an account."""
    form = AddressForm()
    if not form.validate():
        return _page(person, form, 400)
    account = account_of(person)
    if account.verified and canonical(form.email.data) == canonical(account.address):
        form.email.errors = ["account-address-same"]
        return _page(person, form, 400)
    return confirming.begin(person, form.email.data, on_account=True)


@blueprint.get(confirming.ACCOUNT_DONE)
@of_person("compte")
def done(person: Session) -> BaseResponse:
    """The address as it is now."""
    return shown("address_done", email=person.address)


def _page(person: Session, form: AddressForm, status: int = 200) -> BaseResponse:
    return shown("address", status, email=person.address, form=form, verified=account_of(person).verified)
