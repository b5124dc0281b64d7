"""`/compte/suppression/`: what goes with the account and what sites keep; a day to change one's mind."""

from typing import NamedTuple

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.forms import DeletionForm
from idp.account_pages.paths import DELETION, HOME
from idp.account_pages.views.base import account_of, note, of_person, shown, stay_signed_in
from idp.accounts import deletion, password_again
from idp.core import clock, db
from idp.oidc import visits
from idp.oidc.client_metadata import Client
from idp.oidc.views.base import parts
from idp.sessions.service import Session
from idp.web.i18n import Message
from idp.web.pages import client_source

blueprint = Blueprint("deletion", __name__)


class Kept(NamedTuple):
    """What a site keeps, and where it says so itself."""

    text: Message
    policy_url: str | None


@blueprint.get(DELETION)
@of_person("suppression", fresh=True)
def show(person: Session) -> BaseResponse:
    """What would happen; or that it is asked for."""
    return _page(person, DeletionForm(formdata=None))


@blueprint.post(DELETION)
@of_person("compte")
def decide(person: Session) -> BaseResponse:
    """Keep the account after all, or ask for its deletion."""
    return _cancel(person) if request.form.get("action") == "cancel" else _ask()


@of_person("suppression", fresh=True)
def _ask(person: Session) -> BaseResponse:
    if deletion.due_at(person.account_id) is not None:
        return _already()
    form = DeletionForm()
    if not form.validate():
        return _page(person, form, 400)
    if not password_again.is_right(account_of(person), form.password.data, source=client_source()):
        form.password.errors = ["account-deletion-wrong"]
        return _page(person, form, 403)
    db.write()
    account = deletion.ask(person.account_id, source=client_source())
    if account is None:
        return _already()
    note("account-deletion-done")
    return stay_signed_in(person, account.epoch, redirect(HOME, 303))


def _cancel(person: Session) -> BaseResponse:
    db.write()
    kept = deletion.cancel(person.account_id, source=client_source())
    note("account-deletion-cancelled" if kept else "account-deletion-not-asked")
    return redirect(HOME, 303)


def _already() -> BaseResponse:
    note("account-deletion-already")
    return redirect(HOME, 303)


def _page(person: Session, form: DeletionForm, status: int = 200) -> BaseResponse:
    due_at = deletion.due_at(person.account_id)
    used = [parts().clients.find(client_id) for client_id, _ in visits.known(person.account_id)]
    return shown(
        "deletion",
        status,
        email=person.address,
        form=form,
        deletion_at=clock.as_datetime(due_at) if due_at else None,
        sites=[_kept(client) for client in used if client],
        stay_url=HOME,
    )


def _kept(client: Client) -> Kept:
    own = "member" if "espace_personnel" in client.scope else "own"
    kind = own if client.first_party else "other"
    return Kept(Message(f"account-deletion-site-{kind}", {"site": client.client_name}), client.policy_uri)
