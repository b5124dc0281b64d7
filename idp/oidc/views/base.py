"""What the pages of the provider share: its parts, and the page of a request that cannot be followed."""

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, current_app, make_response, render_template

from idp.interaction import views
from idp.interaction.dispatcher import Dispatcher
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.requests import Refused
from idp.oidc.responses import Exit
from idp.web.pages import request_id

LOGOUT = "/oidc/logout"
DECLINE = "/oidc/decline"
SIGN_IN = "/connexion/"
REGISTER = "/connexion/inscription/"
# Where the device grant goes on, once the person is known.
DEVICE_AGREEMENT = "/oidc/appareil/accord/"
EXTENSION = "mgen_connect_oidc"
blueprint = Blueprint("oidc", __name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pages look things up in."""

    clients: Clients
    keys: KeyStore
    dispatcher: Dispatcher
    exit: Exit


def parts() -> Parts:
    """Those of this application."""
    return cast(Parts, current_app.extensions[EXTENSION])


def request_error(refused: Refused) -> Response:
    """The page of a request that cannot be answered to the site: plain for a person, whole for an integrator."""
    views.show_site(refused.client_id)
    html = render_template(
        "oidc/request_error.html",
        what=refused.description,
        parameter=refused.parameter,
        clause=refused.clause,
        reference=request_id(),
        signed_in=views.current_session() is not None,
        sign_out_url=LOGOUT,
    )
    return make_response(html, 400)
