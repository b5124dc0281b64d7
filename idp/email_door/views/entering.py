"""What the ways in share: where a message was asked for, the session of this browser, and the way on."""

from urllib.parse import urlencode

from flask import g, redirect, request, session
from werkzeug.wrappers import Response

from idp.accounts import access, deletion, new_devices, pending_sign_in, second_factor
from idp.accounts.factors import listing
from idp.accounts.sending import Asked
from idp.core import clock
from idp.email_door.views import remembering
from idp.interaction import known_browsers
from idp.interaction import service as interactions
from idp.interaction.dispatcher import with_interaction
from idp.interaction.service import Interaction, InteractionError
from idp.interaction.views import current_session, go_on, sign_in_browser
from idp.sessions import service as sessions
from idp.sessions.levels import PASSWORD
from idp.sessions.service import Session
from idp.web.pages import browser_id, client_source

SIGN_IN = "/connexion/"
FORGOTTEN = "/connexion/mot-de-passe-oublie/"
SECOND_FACTOR = "/connexion/second-facteur/"
PASSKEY = "/connexion/cle-acces/"
# Of oidc/: back to the site without what it asked for.
DECLINE = "/oidc/decline"
PASSKEY_OPTIONS = PASSKEY + "options"
# The site to go on to where its request is dead; only a name that a site answers to leads anywhere.
TOWARD = "vers"
# A page of the account to go on to where no site waits; nothing but these.
ONWARD = "suite"
_OWN_PAGES = {
    "compte": "/compte/",
    "acces": "/compte/acces/",
    "sessions": "/compte/connexions/",
    "fermer": "/compte/connexions/",
    "securite": "/compte/securite/",
    "mot-de-passe": "/compte/mot-de-passe/",
    "question": "/compte/question/",
    "adresse": "/compte/adresse/",
    "journal": "/compte/journal/",
    "donnees": "/compte/donnees/",
    "suppression": "/compte/suppression/",
}
# Those where a sign-in of the last minutes is asked for (ASVS 7.5.1), and the minutes in seconds.
_FRESH_PAGES = {"fermer", "securite", "mot-de-passe", "question", "adresse", "donnees", "suppression"}
FRESH_FOR = 300
# In the browser's cookie: the address of the next sign-in page.
EXPECTED = "expected"
# In the browser's cookie: the sign-in that waits for its second factor.
PENDING = "pending"
# In the browser's cookie: the request that waits while its person adds the second factor that it needs.
WAITING = "waiting"
# In the browser's cookie: the address that signed in here last, as a digest.
DEVICE = "device"


def enter(
    account_id: bytes,
    epoch: int,
    interaction: Interaction | None,
    client_id: str | None = None,
    *,
    acr: str = PASSWORD,
    amr: tuple[str, ...] = ("pwd",),
    auth_time: int | None = None,
    replaces: bytes | None = None,
) -> Response:
    """Open a session under a new id, in the open transaction, end this browser's former one, and go on.

    Who calls it has made sure that nothing more is asked of the person (`asks_second_factor`). `client_id` is the site
    to propose where `interaction` is dead; `auth_time` that of the session which the new one only `replaces`.
    """
    if former := current_session():
        replaces = _replace(former, account_id)
    session.pop(PENDING, None)
    if not known_browsers.is_known(account_id):
        new_devices.tell(account_id, user_agent=request.user_agent.string, source=client_source())
    access.seen(account_id)
    handle = sessions.open_session(
        account_id,
        epoch,
        acr=acr,
        amr=amr,
        source=client_source(),
        user_agent=request.user_agent.string,
        auth_time=auth_time,
        replaces=replaces,
    )
    page = _page_after(account_id, client_id) if interaction is None else None
    response: Response = redirect(page, code=303) if page else go_on(interaction, sessions.find(handle))
    return sign_in_browser(response, handle, account_id)


def _page_after(account_id: bytes, client_id: str | None) -> str | None:
    """Where a sign-in leads that no site waits for: None where there is nothing better than the list of sites."""
    if page := own_page():
        return page
    if deletion.due_at(account_id) is not None:
        # They may change their mind there.
        return _OWN_PAGES["compte"]
    return sign_in_url(None, client_id) if client_id else None


def _replace(former: Session, account_id: bytes) -> bytes | None:
    """End the session of before: its id where the same person goes on; somebody else's sites are told of its end."""
    if former.account_id == account_id:
        sessions.end(former.id)
        return former.id
    sessions.leave(former)
    return None


def enter_by_password(
    account_id: bytes, epoch: int, interaction: Interaction | None, client_id: str | None = None
) -> Response:
    """The same for who has proved the password, and nothing else: the second factor is asked where it must be."""
    if asks_second_factor(account_id, epoch):
        return ask_second_factor(account_id, epoch, interaction, client_id)
    return enter(account_id, epoch, interaction, client_id)


def asks_second_factor(account_id: bytes, epoch: int) -> bool:
    """Whether the password is not enough in this browser; it never is where what protects the account is changed."""
    spared = request.args.get(ONWARD) not in _FRESH_PAGES and remembering.is_spared(account_id, epoch)
    return not spared and listing.has_any(account_id)


def ask_second_factor(
    account_id: bytes, epoch: int, interaction: Interaction | None, client_id: str | None
) -> Response:
    """Let the sign-in wait for it."""
    session[PENDING] = pending_sign_in.begin(account_id, epoch, browser_id())
    response: Response = redirect(second_factor_url(interaction, client_id), code=303)
    return response


def second_factor_url(interaction: Interaction | None, client_id: str | None) -> str:
    """The page of the second factor, with where the person goes afterwards."""
    if interaction is None and own_page():
        return f"{SECOND_FACTOR}?{urlencode({ONWARD: request.args[ONWARD]})}"
    return _toward(SECOND_FACTOR, interaction, client_id)


def same_way(path: str) -> str:
    """`path` with the query of this page that says where the person goes afterwards."""
    kept = {name: request.args[name] for name in ("i", TOWARD, ONWARD) if name in request.args}
    return f"{path}?{urlencode(kept)}" if kept else path


def own_page() -> str | None:
    """The page of the account that led here, to go back to."""
    return _OWN_PAGES.get(request.args.get(ONWARD, ""))


def is_fresh_enough(person: Session) -> bool:
    """Whether this sign-in is young enough for the page of the account that led here."""
    return request.args.get(ONWARD) not in _FRESH_PAGES or is_fresh(person)


def is_fresh(person: Session) -> bool:
    """Whether the person signed in within the last five minutes (ASVS 7.5.1), and was spared nothing."""
    return person.auth_time > clock.now() - FRESH_FOR and not _was_spared(person)


def _was_spared(person: Session) -> bool:
    """Whether the account had a second factor at the sign-in, which this browser was not asked for."""
    return person.acr == PASSWORD and second_factor.was_set(person.account_id, person.auth_time)


def asked(interaction: Interaction | None, client_id: str | None = None) -> Asked:
    """Where a message is asked for: `client_id` is its site where no request waits."""
    return Asked(
        browser=browser_id(),
        interaction_id=interaction.id if interaction else None,
        client_id=interaction.client_id if interaction else client_id,
        locale=g.locale,
        source=client_source(),
    )


def living_interaction(identifier: str | None) -> Interaction | None:
    """The request that waited when a message was asked for, if it still does, in this browser."""
    if identifier is None:
        return None
    try:
        return interactions.load(identifier, browser_id())
    except InteractionError:
        return None


def sign_in_url(interaction: Interaction | None, client_id: str | None) -> str:
    """The sign-in page of a waiting request, else the one that proposes its site afterwards."""
    return _toward(SIGN_IN, interaction, client_id)


def _toward(path: str, interaction: Interaction | None, client_id: str | None) -> str:
    if interaction is None and client_id:
        return f"{path}?{urlencode({TOWARD: client_id})}"
    return with_interaction(path, interaction.id if interaction else None)
