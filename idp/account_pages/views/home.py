"""`/compte/`: whose account it is, what can be done here, and the name that sites show."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.forms import NameForm
from idp.account_pages.views.access import agreements, first_party
from idp.account_pages.views.base import HOME, note, of_person, shown
from idp.accounts import deletion, public_name
from idp.core import clock, db
from idp.oidc.views.base import parts
from idp.sessions.service import Session

blueprint = Blueprint("home", __name__)


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
    if form.name:
        note("account-name-kept", name=form.name)
    else:
        note("account-name-removed")
    return redirect(HOME, 303)


def _home(person: Session, form: NameForm, status: int = 200) -> BaseResponse:
    seen_by = [client.client_name for client in first_party() if "name" in client.scope]
    seen_by += [
        client.client_name for client, agreed in agreements(person) if "name" in agreed.scope and "name" in client.scope
    ]
    due_at = deletion.due_at(person.account_id)
    return shown(
        "home",
        status,
        deletion_at=clock.as_datetime(due_at) if due_at else None,
        email=person.address,
        form=form,
        seen_by=seen_by,
        # Nothing is asked for that no site would show.
        named=form.public_name.data or any("name" in client.scope for client in parts().clients.all()),
        longest=public_name.LONGEST,
    )
