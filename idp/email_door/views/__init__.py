"""The pages of `/connexion/`, a file a moment of the way.

Lives here: what these pages show and read. Does not live here: what they decide (`accounts`).
"""

from flask import Blueprint

from idp.email_door.views import links, registering, signing_in

blueprint = Blueprint("email_door", __name__, url_prefix="/connexion")
for part in (signing_in, registering, links):
    blueprint.register_blueprint(part.blueprint)
