"""`/compte/` and `/compte/acces/`: whose account it is, the name that sites show, and the sites that may use it."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.views.base import HOME, of_person, said
from idp.accounts import public_name
from idp.core import clock, db
from idp.oidc import claims, consents
from idp.oidc.client_metadata import Client
from idp.oidc.forms import NameForm
from idp.oidc.views.base import LOGOUT, parts
from idp.oidc.views.consent import in_words
from idp.sessions.service import Session
from idp.web.i18n import Message

blueprint = Blueprint("access", __name__)
SITES = HOME + "acces/"
_OFFLINE = "offline_access"
# What a page says once, after a POST.
_NAME_KEPT, _WITHDRAWN, _ALREADY = "name-kept", "withdrawn", "already"


class Place(NamedTuple):
    """A site that may use the account; `since` when the person agreed, None where nobody is asked."""

    client_id: str
    name: str
    told: list[Message]
    stays: bool
    since: datetime | None = None


@blueprint.get(HOME)
@of_person("compte")
def home(person: Session) -> BaseResponse:
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


@blueprint.get(SITES)
@of_person("acces")
def sites(person: Session) -> BaseResponse:
    """What each site may see, and since when (ASVS 10.7.3)."""
    html = render_template(
        "account_pages/access.html",
        email=person.address,
        said=said(_WITHDRAWN, _ALREADY),
        allowed=_allowed(person),
        own=[_place(client, [*client.scope]) for client in _first_party()],
        home_url=HOME,
        signed_in=True,
        sign_out_url=LOGOUT,
    )
    return make_response(html)


@blueprint.post(SITES)
@of_person("acces")
def withdraw(person: Session) -> BaseResponse:
    """Take back what one site was allowed; done in another tab already is fine."""
    client_id = request.form.get("client_id", "")
    client = parts().clients.find(client_id)
    db.write()
    done = consents.withdraw(person.account_id, client_id)
    flash(client.client_name if client else "", _WITHDRAWN if done else _ALREADY)
    return redirect(SITES, 303)


def _home(person: Session, form: NameForm, status: int = 200) -> BaseResponse:
    seen_by = [client.client_name for client in _first_party() if "name" in client.scope]
    seen_by += [
        client.client_name
        for client, agreed in _agreements(person)
        if "name" in agreed.scope and "name" in client.scope
    ]
    html = render_template(
        "account_pages/home.html",
        email=person.address,
        form=form,
        said=said(_NAME_KEPT),
        seen_by=seen_by,
        # Nothing is asked for that no site would show.
        named=form.public_name.data or any("name" in client.scope for client in parts().clients.all()),
        longest=public_name.LONGEST,
        sites_url=SITES,
        signed_in=True,
        sign_out_url=LOGOUT,
    )
    return make_response(html, status)


def _first_party() -> list[Client]:
    return [client for client in parts().clients.all() if client.first_party and client.redirect_uris]


def _agreements(person: Session) -> list[tuple[Client, consents.Agreement]]:
    found = [(parts().clients.find(agreed.client_id), agreed) for agreed in consents.listing(person.account_id)]
    return [(client, agreed) for client, agreed in found if client and not client.first_party]


def _allowed(person: Session) -> list[Place]:
    return [
        _place(client, [*agreed.scope], clock.as_datetime(agreed.granted_at)) for client, agreed in _agreements(person)
    ]


def _place(client: Client, scope: list[str], since: datetime | None = None) -> Place:
    # In the order in which the table has them; those of the site itself come last.
    order = [*claims.OF_SCOPE]
    known = sorted((name for name in scope if name in claims.OF_SCOPE), key=order.index)
    others = sorted(name for name in scope if name not in claims.PERSONAL)
    told = [in_words(name) for name in (*known, *others)]
    return Place(client.client_id, client.client_name, told, _OFFLINE in scope, since)
