"""What every way in ends with: the session of this browser, and the way on."""

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from idp.interaction.service import Interaction
from idp.interaction.views import current_session, go_on, sign_in_browser
from idp.sessions import service as sessions
from idp.sessions.levels import PASSWORD
from idp.web.pages import client_source

SIGN_IN = "/connexion/"
FORGOTTEN = "/connexion/mot-de-passe-oublie/"
# The site to go on to where its request is dead; only a name that a site answers to leads anywhere.
TOWARD = "vers"


def enter(account_id: bytes, epoch: int, interaction: Interaction | None, client_id: str | None = None) -> Response:
    """Open a session under a new id, in the open transaction, end this browser's former one, and go on.

    `client_id` is the site to propose where `interaction` is dead.
    """
    if former := current_session():
        sessions.end(former.id)
    handle = sessions.open_session(
        account_id,
        epoch,
        acr=PASSWORD,
        amr=("pwd",),
        source=client_source(),
        user_agent=request.user_agent.string,
    )
    if interaction is None and client_id:
        response: Response = redirect(f"{SIGN_IN}?{urlencode({TOWARD: client_id})}", code=303)
    else:
        response = go_on(interaction, sessions.find(handle))
    return sign_in_browser(response, handle)
