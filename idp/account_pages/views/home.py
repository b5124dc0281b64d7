"""`/compte/`: whose account it is, what can be done here, and the name that sites show."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.forms import NameForm
from idp.account_pages.views.access import agreements, first_party
from idp.account_pages.views.base import HOME, of_person, said, shown
from idp.accounts import public_name
from idp.core import db
from idp.oidc.views.base import parts
from idp.sessions.service import Session

blueprint = Blueprint("home", __name__)
# What the page says once, after a POST.
_NAME_KEPT = "name-kept"


@blueprint.get(HOME)
@of_person("compte")
def show(person: Session) -> BaseResponse:
    """Whose account it is, and what can be done here."""
    return _home(person, NameForm(formdata=None, public_name=public_name.find(person.account_id)))


@blueprint.post(HOME)
@of_person("compte")
def rename(person: Session) -> BaseResponse:
    """Another public name, or none."""
    form = NameForm()
    if not form.validate():
        return _home(person, form, 400)
    db.write()
    public_name.keep(person.account_id, form.name)
    flash(form.name or "", _NAME_KEPT)
    return redirect(HOME, 303)


def _home(person: Session, form: NameForm, status: int = 200) -> BaseResponse:
    seen_by = [client.client_name for client in first_party() if "name" in client.scope]
    seen_by += [
        client.client_name for client, agreed in agreements(person) if "name" in agreed.scope and "name" in client.scope
    ]
    return shown(
        "home",
        status,
        email=person.address,
        form=form,
        said=said(_NAME_KEPT),
        seen_by=seen_by,
        # Nothing is asked for that no site would show.
        named=form.public_name.data or any("name" in client.scope for client in parts().clients.all()),
        longest=public_name.LONGEST,
    )
