"""Help: every case in plain words, and where each is solved (S14)."""

from flask import Response, make_response, render_template

from idp.core.runtime import current
from idp.interaction.views import url
from idp.legacy_bridge import paths, sunset
from idp.legacy_bridge.views.base import blueprint
from idp.web.pages import HELP

_REGISTER = paths.EMAIL_DOOR + "inscription/"


@blueprint.get(HELP)
def help_index() -> Response:
    """One page, an anchor a case; a way that does not exist here names the advisor."""
    html = render_template(
        "help/index.html",
        sign_in_url=url(paths.EMAIL_DOOR),
        nir_door_url=None if sunset.is_over() else url(paths.DOOR),
        register_url=url(_REGISTER),
        forgotten_url=None,
        legacy_forgotten_url=None,
        unlock_url=None,
        linking=False,
        validity=current().settings.link_life,
    )
    return make_response(html)
