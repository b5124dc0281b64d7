"""The pages: where a site's request needs a person and where it ends, and signing out."""

from flask import Flask

from idp.interaction.dispatcher import Dispatcher
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.responses import Exit
from idp.oidc.views import answering, consent, device, signing_out
from idp.oidc.views.base import EXTENSION, Parts, blueprint
from idp.web.pages import csrf

__all__ = ["answering", "consent", "device", "install", "signing_out"]


def install(app: Flask, clients: Clients, keys: KeyStore, dispatcher: Dispatcher, way_out: Exit) -> None:
    """Register the pages, with what they look things up in."""
    app.extensions[EXTENSION] = Parts(clients, keys, dispatcher, way_out)
    app.register_blueprint(blueprint)
    # The forms of other sites may post to both; `sign_out` checks its own confirmation itself.
    for view in (answering.authorize, signing_out.sign_out):
        csrf.exempt(view)
