"""The account's own pages: whose it is, the name that sites show, and the sites that may use it."""

from datetime import datetime
from typing import NamedTuple, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, get_flashed_messages, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import public_name
from idp.core import clock, db
from idp.interaction import views
from idp.oidc import claims, consents
from idp.oidc.client_metadata import Client
from idp.oidc.forms import NameForm
from idp.oidc.views.base import LOGOUT, SIGN_IN, parts
from idp.oidc.views.consent import in_words
from idp.sessions.service import Session
from idp.web.i18n import Message

blueprint = Blueprint("account", __name__)
HOME = "/compte/"
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
def home() -> BaseResponse:
    """Whose account it is, and what can be done here."""
    person = views.current_session()
    if person is None:
        return _sign_in_first("compte")
    return _home(person, NameForm(formdata=None, public_name=public_name.find(person.account_id)))


@blueprint.post(HOME)
def rename() -> BaseResponse:
    """Another public name, or none."""
    person = views.current_session()
    if person is None:
        return _sign_in_first("compte")
    form = NameForm()
    if not form.validate():
        return _home(person, form, 400)
    db.write()
    public_name.keep(person.account_id, form.name)
    flash(form.name or "", _NAME_KEPT)
    return redirect(HOME, 303)


@blueprint.get(SITES)
def sites() -> BaseResponse:
    """What each site may see, and since when (ASVS 10.7.3)."""
    person = views.current_session()
    if person is None:
        return _sign_in_first("acces")
    html = render_template(
        "oidc/access.html",
        email=person.address,
        said=_said(_WITHDRAWN, _ALREADY),
        allowed=_allowed(person),
        own=[_place(client, [*client.scope]) for client in _first_party()],
        home_url=HOME,
        signed_in=True,
        sign_out_url=LOGOUT,
    )
    return make_response(html)


@blueprint.post(SITES)
def withdraw() -> BaseResponse:
    """Take back what one site was allowed; done in another tab already is fine."""
    person = views.current_session()
    if person is None:
        return _sign_in_first("acces")
    client_id = request.form.get("client_id", "")
    client = parts().clients.find(client_id)
    db.write()
    done = consents.withdraw(person.account_id, client_id)
    flash(client.client_name if client else "", _WITHDRAWN if done else _ALREADY)
    return redirect(SITES, 303)


@blueprint.after_request
def _apart(response: Response) -> Response:
    # docs/rules.md §5: no page of another site keeps a hold on this window.
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def _sign_in_first(page: str) -> BaseResponse:
    return redirect(f"{SIGN_IN}?{urlencode({'suite': page})}", 303)


def _home(person: Session, form: NameForm, status: int = 200) -> BaseResponse:
    seen_by = [client.client_name for client in _first_party() if "name" in client.scope]
    seen_by += [
        client.client_name
        for client, agreed in _agreements(person)
        if "name" in agreed.scope and "name" in client.scope
    ]
    html = render_template(
        "oidc/account.html",
        email=person.address,
        form=form,
        said=_said(_NAME_KEPT),
        seen_by=seen_by,
        # Nothing is asked for that no site would show.
        named=form.public_name.data or any("name" in client.scope for client in parts().clients.all()),
        longest=public_name.LONGEST,
        sites_url=SITES,
        signed_in=True,
        sign_out_url=LOGOUT,
    )
    return make_response(html, status)


def _said(*expected: str) -> tuple[str, str] | None:
    """What the POST before did, and to what; None where there was none."""
    flashed = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    said = [each for each in flashed if each[0] in expected]
    return said[-1] if said else None


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
