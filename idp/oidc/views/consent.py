"""The page on which a person agrees to what a site that is not MGEN's will be told, or refuses."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core import db
from idp.interaction import service, views
from idp.interaction.dispatcher import standing_of
from idp.interaction.service import Interaction, UnknownInteraction
from idp.oidc import claims, consents
from idp.oidc.views.answering import decline, no_longer_registered
from idp.oidc.views.base import blueprint, parts
from idp.sessions.service import Session
from idp.web.i18n import Message

PATH = "/oidc/consentement/"


@blueprint.route(PATH, methods=["GET", "POST"])
def consent() -> BaseResponse:
    """The step `consent` (OpenID Connect Core §3.1.2.4)."""
    interaction = views.current_interaction()
    if interaction is None:
        raise UnknownInteraction
    session = views.current_session()
    if session is None or interaction.consent is None or not consents.is_due(standing_of(interaction, session)):
        return views.go_on(interaction, session)
    if parts().clients.find(interaction.client_id) is None:
        return no_longer_registered()
    if request.method == "GET" or not {"agree", "refuse"} & request.form.keys():
        return _page(interaction, session)
    if "refuse" in request.form:
        return decline(interaction)
    db.write()
    consents.grant(session.account_id, interaction.client_id, interaction.consent["scope"])
    # Asked anew by the site, and answered: not a third time.
    interaction.consent["again"] = False
    service.save(interaction)
    return views.go_on(interaction, session)


def _page(interaction: Interaction, session: Session) -> BaseResponse:
    asked = interaction.consent or {}
    html = render_template(
        "oidc/consent.html",
        told=[in_words(scope) for scope in asked["scope"]],
        address=session.address,
    )
    return make_response(html, 200)


def in_words(scope: str) -> Message:
    """What a scope lets a site do, as a person reads it."""
    # Other scopes belong to the site and its partners: only they know what they mean.
    known = scope in claims.OF_SCOPE or scope == "offline_access"
    return Message("oidc-consent-" + scope.replace("_", "-") if known else "oidc-consent-other", {"scope": scope})
