"""The pages of `/connexion/`, a file a moment of the way.

Lives here: what these pages show and read. Does not live here: what they decide (`accounts`).
"""

from flask import Blueprint

from idp.email_door.views import (
    confirm_links,
    confirming,
    contesting,
    links,
    recovering,
    registering,
    resetting,
    signing_in,
)

blueprint = Blueprint("email_door", __name__, url_prefix="/connexion")
for part in (signing_in, registering, links, recovering, resetting, confirming, confirm_links, contesting):
    blueprint.register_blueprint(part.blueprint)
