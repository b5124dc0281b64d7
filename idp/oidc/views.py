"""The pages of the provider: where a site's request needs a person, where it ends, and signing out."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core.runtime import current
from idp.interaction import service, views
from idp.interaction.dispatcher import Dispatcher, standing_of
from idp.interaction.service import FinishedInteraction, Interaction, UnknownInteraction
from idp.oidc import backchannel, logout, responses, tokens
from idp.oidc.client_metadata import Client
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.oidc.logout import LogoutRequest
from idp.oidc.requests import OUTCOME, AuthorizationRequest, Refused
from idp.oidc.sso import PATH, Accepted, is_meant
from idp.sessions import cookie
from idp.web import errors, i18n
from idp.web.edge import ProtocolError, parse_parameters
from idp.web.pages import LANGUAGE_COOKIE, browser_id, client_source, csrf, request_id

LOGOUT = "/oidc/logout"
DECLINE = "/oidc/decline"
SIGN_IN = "/connexion/"
blueprint = Blueprint("oidc", __name__)
_EXTENSION = "mgen_connect_oidc"


@dataclass(frozen=True, slots=True)
class _Parts:
    clients: Clients
    keys: KeyStore
    dispatcher: Dispatcher


def install(app: Flask, clients: Clients, keys: KeyStore, dispatcher: Dispatcher) -> None:
    """Register the pages, with what they look things up in."""
    app.extensions[_EXTENSION] = _Parts(clients, keys, dispatcher)
    app.register_blueprint(blueprint)
    app.register_error_handler(Refused, _request_error)
    # The forms of other sites may post to both; `sign_out` checks its own confirmation itself.
    for view in (authorize, sign_out):
        csrf.exempt(view)


@blueprint.route(PATH, methods=["GET", "POST"])
def authorize() -> BaseResponse:
    """What the edge left to do: a page for a request that cannot be answered, an interaction for a good one."""
    outcome: Accepted | Refused | None = request.environ.get(OUTCOME)
    if outcome is None:
        # The edge failed, and has written down why: a person reads a page.
        return errors.page("500", 500, reference=request_id())
    if isinstance(outcome, Refused):
        return _request_error(outcome)
    accepted = outcome.request
    interaction = service.create(
        browser=browser_id(),
        client_id=accepted.client_id,
        request=accepted.as_json(),
        locale=i18n.pick_locale(accepted.ui_locales, request.cookies.get(LANGUAGE_COOKIE), None),
        not_before=outcome.not_before,
        login_hint=accepted.login_hint,
        account_id=outcome.account_id,
        requires_member=outcome.requires_member,
    )
    return views.go_on(interaction, outcome.session)


@blueprint.get("/oidc/continue")
def resume() -> BaseResponse:
    """The answer to the site, once nothing is due: one winner among tabs, a page for the others."""
    interaction = views.current_interaction()
    if interaction is None:
        raise UnknownInteraction
    session = views.current_session()
    if session is None or _parts().dispatcher.first_due(standing_of(interaction, session)):
        return views.go_on(interaction, session)
    accepted = AuthorizationRequest.from_json(interaction.request)
    client = _finish(interaction, accepted)
    runtime = current()
    if not is_meant(runtime, client, accepted, session):
        # OpenID Connect Core §3.1.2.1, id_token_hint: another person than the one meant is an error.
        return responses.as_page(responses.error(accepted, runtime.settings.issuer, "login_required"))
    code = tokens.issue_code(runtime, session, accepted)
    return responses.as_page(responses.success(accepted, runtime.settings.issuer, code))


@blueprint.post(DECLINE)
def decline() -> BaseResponse:
    """Back to the site without what it asked for, where the person does not go on (docs/rules.md §7.9)."""
    interaction = views.current_interaction()
    if interaction is None:
        raise UnknownInteraction
    accepted = AuthorizationRequest.from_json(interaction.request)
    _finish(interaction, accepted)
    # RFC 6749 §4.1.2.1.
    return responses.as_page(responses.error(accepted, current().settings.issuer, "access_denied"))


def _finish(interaction: Interaction, accepted: AuthorizationRequest) -> Client:
    """The one who may answer the site, and the client it is answered as. Raises `FinishedInteraction`, `Refused`."""
    client = _parts().clients.find(accepted.client_id)
    if client is None or not client.accepts_redirect(accepted.redirect_uri):
        # It was changed while the person signed in.
        raise Refused("invalid_request", "the client is no longer registered with this redirect_uri")
    if not service.finish(interaction):
        raise FinishedInteraction(interaction.client_id)
    return client


@blueprint.route(LOGOUT, methods=["GET", "POST"])
def sign_out() -> BaseResponse:
    """RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0 §2)."""
    confirmed = request.method == "POST" and "confirm" in request.form
    if request.method == "POST" and not confirmed:
        # A Lax cookie stays behind on another site's POST: the browser comes again with it.
        return redirect(f"{LOGOUT}?{urlencode(list(request.form.items(multi=True)))}", 303)
    try:
        parameters, twice = parse_parameters(request.query_string.decode("latin-1"))
        asked = logout.read(parameters, twice, _parts().clients, _parts().keys)
    except ProtocolError as error:
        raise Refused(error.error, error.description) from None
    if asked.client:
        views.show_site(asked.client.client_id)
    session = views.current_session()
    if session is None:
        return _signed_out(asked)
    if confirmed:
        csrf.protect()
    elif not logout.is_of(asked, session, current().keyring):
        return _ask(asked)
    logout.end(session, asked.client, client_source(), _parts().clients)
    response = _signed_out(asked) if asked.redirect_uri or not confirmed else redirect(request.full_path, 303)
    cookie.clear(response, current().settings)
    # docs/rules.md §5: "cookies" would clear the member area's too, where they share a host.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _ask(asked: LogoutRequest) -> Response:
    session = views.current_session()
    names = [client.client_name for client in backchannel.visited(session.id, _parts().clients)] if session else []
    stay = asked.client.site if asked.client else SIGN_IN
    return make_response(render_template("oidc/logout_confirm.html", sites=names, stay_url=stay))


def _signed_out(asked: LogoutRequest) -> BaseResponse:
    if asked.redirect_uri:
        return redirect(responses.with_parameters(asked.redirect_uri, {"state": asked.state}), 303)
    return make_response(render_template("oidc/signed_out.html", sign_in_url=SIGN_IN))


def _request_error(refused: Refused) -> Response:
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


def _parts() -> _Parts:
    return cast(_Parts, current_app.extensions[_EXTENSION])
