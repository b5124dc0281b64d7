"""Where a site's request needs a person, and where it ends: its answer."""

from flask import redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core.runtime import current
from idp.interaction import service, views
from idp.interaction.dispatcher import standing_of, with_interaction
from idp.interaction.service import FinishedInteraction, Interaction, UnknownInteraction
from idp.oidc import issuing, responses
from idp.oidc.client_metadata import Client
from idp.oidc.requests import OUTCOME, AuthorizationRequest, Refused
from idp.oidc.sso import PATH, Accepted, is_meant
from idp.oidc.views.base import DECLINE, DEVICE_AGREEMENT, REGISTER, blueprint, parts, request_error
from idp.sessions.levels import reaches
from idp.web import errors, i18n
from idp.web.edge import UNAVAILABLE
from idp.web.pages import LANGUAGE_COOKIE, browser_id, request_id


@blueprint.route(PATH, methods=["GET", "POST"])
def authorize() -> BaseResponse:
    """What the edge left to do: a page for a request that cannot be answered, an interaction for a good one."""
    outcome: Accepted | Refused | None = request.environ.get(OUTCOME)
    if outcome is None and UNAVAILABLE in request.environ:
        return errors.unavailable()
    if outcome is None:
        # The edge failed, and has written down why: a person reads a page.
        return errors.page("500", 500, reference=request_id())
    if isinstance(outcome, Refused):
        return request_error(outcome)
    accepted = outcome.request
    interaction = service.create(
        browser=browser_id(),
        client_id=accepted.client_id,
        request=accepted.as_json(),
        locale=i18n.pick_locale(accepted.ui_locales, request.cookies.get(LANGUAGE_COOKIE), None),
        not_before=outcome.not_before,
        login_hint=accepted.login_hint,
        account_id=outcome.account_id,
        consent=outcome.consent,
        requires_member=outcome.requires_member,
        acr_needed=accepted.acr_needed,
        acr_wished=accepted.acr_wished,
    )
    if "create" in accepted.prompt:
        # OpenID Connect Initiating User Registration 1.0 §4.1.
        return redirect(with_interaction(REGISTER, interaction.id), 303)
    return views.go_on(interaction, outcome.session)


@blueprint.get("/oidc/continue")
def resume() -> BaseResponse:
    """The answer to the site, once nothing is due: one winner among tabs, a page for the others."""
    interaction = views.current_interaction()
    if interaction is None:
        raise UnknownInteraction
    session = views.current_session()
    if session is None or parts().dispatcher.first_due(standing_of(interaction, session)):
        return views.go_on(interaction, session)
    accepted = AuthorizationRequest.from_json(interaction.request)
    if accepted.device:
        return redirect(with_interaction(DEVICE_AGREEMENT, interaction.id), 303)
    client = still_registered(accepted)
    if client is None:
        return no_longer_registered()
    _finish(interaction)
    runtime = current()
    if not is_meant(runtime, client, accepted, session):
        # OpenID Connect Core §3.1.2.1, id_token_hint: another person than the one meant is an error.
        return responses.as_page(parts().exit.error(accepted, "login_required"))
    try:
        issued = issuing.issue(runtime, parts().keys, client, session, accepted)
    except Refused as refused:
        return responses.as_page(parts().exit.error(accepted, refused.error, refused.text))
    return responses.as_page(parts().exit.success(accepted, issued))


@blueprint.post(DECLINE)
def go_back() -> BaseResponse:
    """Back to the site without what it asked for, where the person does not go on (docs/rules.md §7.9)."""
    interaction, session = views.current_interaction(), views.current_session()
    if interaction is None:
        raise UnknownInteraction
    if session and not reaches(session.acr, interaction.acr_needed):
        # OpenID Connect Core Unmet Authentication Requirements 1.0 §2.
        return decline(interaction, "unmet_authentication_requirements", "no sign-in of this person reaches this acr")
    return decline(interaction)


def decline(
    interaction: Interaction, error: str = "access_denied", description: str = "the person has not agreed"
) -> BaseResponse:
    """The answer to the site of somebody who does not go on (RFC 6749 §4.1.2.1)."""
    accepted = AuthorizationRequest.from_json(interaction.request)
    if still_registered(accepted) is None:
        return no_longer_registered()
    _finish(interaction)
    return responses.as_page(parts().exit.error(accepted, error, description))


def still_registered(accepted: AuthorizationRequest) -> Client | None:
    """The client of a request that has waited; None where it may no longer be answered there."""
    client = parts().clients.find(accepted.client_id)
    return client if client and client.accepts_redirect(accepted.redirect_uri) else None


def no_longer_registered() -> BaseResponse:
    """The page of a request whose client is gone."""
    # It was changed while the person signed in.
    return request_error(Refused("invalid_request", "the client is no longer registered with this redirect_uri"))


def _finish(interaction: Interaction) -> None:
    if not service.finish(interaction):
        raise FinishedInteraction(interaction.client_id)
