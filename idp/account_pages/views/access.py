"""`/compte/acces/`: the sites that may use the account, what each may see, and how to take it back."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.paths import SITES
from idp.account_pages.views.base import note, of_person, shown
from idp.core import clock, db
from idp.oidc import claims, consents
from idp.oidc.client_metadata import Client
from idp.oidc.views.base import parts
from idp.oidc.views.consent import in_words
from idp.sessions.service import Session
from idp.web.i18n import Message

blueprint = Blueprint("access", __name__)
_OFFLINE = "offline_access"


class Place(NamedTuple):
    """A site that may use the account; `since` when the person agreed, None where nobody is asked."""

    client_id: str
    name: str
    told: list[Message]
    stays: bool
    since: datetime | None = None


@blueprint.get(SITES)
@of_person("acces")
def sites(person: Session) -> BaseResponse:
    """What each site may see, and since when (ASVS 10.7.3)."""
    return shown(
        "access",
        email=person.address,
        allowed=allowed(person),
        own=[_place(client, [*client.scope]) for client in first_party()],
    )


@blueprint.post(SITES)
@of_person("acces")
def withdraw(person: Session) -> BaseResponse:
    """Take back what one site was allowed; done in another tab already is fine."""
    client_id = request.form.get("client_id", "")
    client = parts().clients.find(client_id)
    db.write()
    done = consents.withdraw(person.account_id, client_id)
    key = "account-access-withdrawn" if done else "account-access-already"
    if client:
        note(key, site=client.client_name)
    else:
        note(f"{key}-nameless")
    return redirect(SITES, 303)


def first_party() -> list[Client]:
    """MGEN's own sites."""
    return [client for client in parts().clients.all() if client.first_party and client.redirect_uris]


def agreements(person: Session) -> list[tuple[Client, consents.Agreement]]:
    """The other sites that the person agreed to, newest first."""
    found = [(parts().clients.find(agreed.client_id), agreed) for agreed in consents.listing(person.account_id)]
    return [(client, agreed) for client, agreed in found if client and not client.first_party]


def allowed(person: Session) -> list[Place]:
    """The same, with what each may do."""
    return [
        _place(client, [*agreed.scope], clock.as_datetime(agreed.granted_at)) for client, agreed in agreements(person)
    ]


def _place(client: Client, scope: list[str], since: datetime | None = None) -> Place:
    # In the order in which the table has them; those of the site itself come last.
    order = [*claims.OF_SCOPE]
    known = sorted((name for name in scope if name in claims.OF_SCOPE), key=order.index)
    others = sorted(name for name in scope if name not in claims.PERSONAL)
    told = [in_words(name) for name in (*known, *others)]
    return Place(client.client_id, client.client_name, told, _OFFLINE in scope, since)
