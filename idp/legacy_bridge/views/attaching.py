"""`/login-adherent/rattachement/`: signed in with an account that holds no Espace personnel, where a site needs one."""

from werkzeug.wrappers import Response as BaseResponse

from idp.interaction.dispatcher import standing_of
from idp.interaction.views import current_interaction, current_session, go_on, url
from idp.legacy_bridge import paths, sunset
from idp.legacy_bridge.forms import NirForm
from idp.legacy_bridge.steps import member_is_due
from idp.legacy_bridge.views.base import Detour, blueprint, page


@blueprint.get(paths.ATTACHING)
def attaching() -> BaseResponse:
    """The NIR door, for this account; or back to the site without going on (docs/rules.md §7.9)."""
    interaction, session = current_interaction(), current_session()
    if session is None:
        raise Detour(paths.EMAIL_DOOR)
    if interaction is None or not member_is_due(standing_of(interaction, session)):
        return go_on(interaction, session)
    return page(
        "attaching", form=None if sunset.is_over() else NirForm(formdata=None), door_url=url(paths.DOOR),
        email=session.address, decline_url=url(paths.DECLINE), sign_out_url=url(paths.EMAIL_DOOR + "deconnexion/"),
    )  # fmt: skip
