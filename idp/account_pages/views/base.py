"""What the pages of the account share: who is here, a sign-in of the last minutes, and what a page says once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, cast
from urllib.parse import urlencode

import orjson
from flask import Response, flash, get_flashed_messages, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages import paths
from idp.accounts.directory import AccountRow, find_by_id
from idp.core.runtime import current
from idp.email_door.views.entering import ONWARD, SECOND_FACTOR, SIGN_IN, WAITING, is_fresh
from idp.interaction import service as interactions
from idp.interaction.dispatcher import with_interaction
from idp.interaction.service import InteractionError
from idp.interaction.views import current_session, sign_in_browser, sites
from idp.oidc.views.base import LOGOUT, parts
from idp.sessions import service as sessions
from idp.sessions.service import Session
from idp.web.i18n import Message
from idp.web.pages import browser_id, client_source

HOME = paths.HOME
_NOTED = "account"
P = ParamSpec("P")
View = Callable[P, BaseResponse]


class Place(NamedTuple):
    """A page of the account, with the keys of its texts; `here`: it is shown; `around`: a page under it is."""

    url: str
    here: bool
    around: bool
    name: str
    action: str
    lead: str


class Waiting(NamedTuple):
    """A site, and where its request goes on."""

    name: str
    url: str


def of_person(
    page: str, *, fresh: bool = False
) -> Callable[[Callable[Concatenate[Session, P], BaseResponse]], View[P]]:
    """A view that gets the session of its person; who is not signed in does so first and comes back to `page`.

    `page` is a name of `entering`. `fresh`: signed in within the last five minutes (ASVS 7.5.1); a form that was sent
    later is asked for again after the sign-in.
    """

    def wrap(view: Callable[Concatenate[Session, P], BaseResponse]) -> View[P]:
        @wraps(view)
        def seen(*args: P.args, **options: P.kwargs) -> BaseResponse:
            person = current_session()
            if person is None or (fresh and not is_fresh(person)):
                return redirect(f"{SIGN_IN}?{urlencode({ONWARD: page})}", 303)
            return view(person, *args, **options)

        return seen

    return wrap


def shown(template: str, status: int = 200, /, **context: Any) -> Response:
    """The page of a template of this room."""
    return make_response(render_template(f"account_pages/{template}.html", **context), status)


def said(*expected: str) -> tuple[str, str] | None:
    """What the POST before did, and to what; None where there was none."""
    flashed = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    found = [each for each in flashed if each[0] in expected]
    return found[-1] if found else None


def note(key: str, /, **args: str | int) -> None:
    """Have the next page of the account say once what was done."""
    flash(orjson.dumps([key, args]).decode(), _NOTED)


def noted() -> Message | None:
    """What the POST before did; None where there was none."""
    found = get_flashed_messages(category_filter=[_NOTED])
    return Message(*orjson.loads(str(found[-1]))) if found else None


def account_of(person: Session) -> AccountRow:
    """The account of a living session."""
    account = find_by_id(person.account_id)
    assert account is not None
    return account


def site_name(client_id: str) -> str:
    """A site as people call it; its id where it is gone."""
    client = parts().clients.find(client_id)
    return client.client_name if client else client_id


def stay_signed_in(person: Session, epoch: int, response: BaseResponse) -> BaseResponse:
    """Give this browser a session under a new id at the account's new `epoch`: it is worth what the former one was.

    Call it in the transaction that cut all that was open, this browser's too: its sites are told (ASVS 7.2.4, 7.4.3).
    """
    handle = sessions.open_session(
        person.account_id,
        epoch,
        acr=person.acr,
        amr=person.amr,
        source=client_source(),
        user_agent=request.user_agent.string,
        auth_time=person.auth_time,
    )
    return sign_in_browser(response, handle, person.account_id)


def navigation() -> dict[str, Any]:
    """What every page of the account shows around what it is about."""
    mode = current().settings.secret_question
    places = [_place(name) for name in paths.OF if name != "question" or mode != "off"]
    return {"places": places, "noted": noted(), "waiting": _waiting(), "signed_in": True, "sign_out_url": LOGOUT}


def stand_apart(response: Response) -> Response:
    """docs/rules.md §5: no page of another site keeps a hold on this window."""
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def _waiting() -> Waiting | None:
    """The site whose request waits for a second factor of this person; None where there is none any more."""
    if WAITING not in session:
        return None
    try:
        interaction = interactions.load(session[WAITING], browser_id())
    except InteractionError:
        del session[WAITING]
        return None
    site = sites().find(interaction.client_id)
    return Waiting(site.name, with_interaction(SECOND_FACTOR, interaction.id)) if site else None


def _place(name: str) -> Place:
    url, action = paths.OF[name], f"account-home-{name}"
    here, within = request.path == url, url != HOME and request.path.startswith(url)
    return Place(url, here, within and not here, f"account-nav-{name}", action, f"{action}-lead")
