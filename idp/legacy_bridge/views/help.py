"""Help: every case in plain words, and where each is solved (S14)."""

from flask import Response, make_response, render_template, request

from idp.core.runtime import current
from idp.interaction.views import current_interaction, url
from idp.legacy_bridge import paths, sunset
from idp.legacy_bridge.help_cases import CASES, GROUPS
from idp.legacy_bridge.views.base import blueprint
from idp.web.pages import HELP

# In a link to one case, which then comes first: for sites, which may not count on where a page scrolls.
_CASE = "cas"


@blueprint.get(HELP)
def help_index() -> Response:
    """One page, an anchor a case; where a case is named, it comes first. The site that waits is not lost."""
    current_interaction()
    asked = CASES.get(request.args.get(_CASE, ""))
    return make_response(render_template("help/index.html", groups=GROUPS, asked=asked, urls=_urls()))


def _urls() -> dict[str, str]:
    urls = {
        "sign_in": url(paths.EMAIL_DOOR),
        "register": url(paths.EMAIL_DOOR + "inscription/"),
        "forgotten": url(paths.FORGOTTEN),
        "adviser": current().settings.support_url,
    }
    by_number = {"number": paths.DOOR, "guided": paths.GUIDED, "unlock": paths.UNLOCK, "letter": paths.LETTER}
    return urls if sunset.is_over() else urls | {name: url(path) for name, path in by_number.items()}
