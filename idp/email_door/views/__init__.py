"""The pages of `/connexion/`, a file a moment of the way.

Lives here: what these pages show and read. Does not live here: what they decide (`accounts`).
"""

from flask import Blueprint

from idp.email_door.views import (
    confirm_links,
    confirming,
    contesting,
    links,
    passkeys,
    recovering,
    registering,
    resetting,
    second_factor,
    signing_in,
)

blueprint = Blueprint("email_door", __name__, url_prefix="/connexion")
_DOOR = (signing_in, second_factor, passkeys, registering, links, recovering, resetting)
for part in (*_DOOR, confirming, confirm_links, contesting):
    blueprint.register_blueprint(part.blueprint)
