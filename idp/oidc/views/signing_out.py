"""Signing out from a site: asked where nothing proves who asks, and told to the other sites."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core.runtime import current
from idp.interaction import views
from idp.oidc import backchannel, frontchannel, logout, responses
from idp.oidc.logout import LogoutRequest
from idp.oidc.requests import Refused
from idp.oidc.session_management import origin
from idp.oidc.views.base import LOGOUT, SIGN_IN, blueprint, parts, request_error
from idp.sessions import cookie
from idp.sessions.service import Session
from idp.web import i18n
from idp.web.calls import ProtocolError, parse_parameters
from idp.web.pages import LANGUAGE_COOKIE, allow_frames, client_source, csrf


@dataclass(frozen=True, slots=True)
class _End:
    """Where the browser goes now, and what the page tells other sites meanwhile."""

    target: str | None
    frames: list[str]


@blueprint.route(LOGOUT, methods=["GET", "POST"])
def sign_out() -> BaseResponse:
    """RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0 §2)."""
    confirmed = request.method == "POST" and "confirm" in request.form
    if request.method == "POST" and not confirmed:
        # A Lax cookie stays behind on another site's POST: the browser comes again with it.
        return redirect(f"{LOGOUT}?{urlencode(list(request.form.items(multi=True)))}", 303)
    try:
        parameters, twice = parse_parameters(request.query_string.decode("latin-1"))
        asked = logout.read(parameters, twice, parts().clients, parts().keys)
    except ProtocolError as error:
        return request_error(Refused(error.error, error.description))
    except Refused as refused:
        return request_error(refused)
    _dress(asked)
    session = views.current_session()
    if session is None:
        return _signed_out(_End(_target(asked), []))
    if confirmed:
        csrf.protect()
    elif not logout.is_of(asked, session, current().keyring):
        return _ask(asked, session)
    return _end(asked, session, confirmed)


def _dress(asked: LogoutRequest) -> None:
    """Speak the language that the site asks for, and name it."""
    g.locale = i18n.pick_locale(asked.ui_locales, request.args.get("hl") or request.cookies.get(LANGUAGE_COOKIE), None)
    if asked.client:
        views.show_site(asked.client.client_id)


def _ask(asked: LogoutRequest, session: Session) -> Response:
    names = list(dict.fromkeys(site.client_name for site, _ in backchannel.visited(session.id, parts().clients)))
    stay = asked.client.site if asked.client else SIGN_IN
    return make_response(render_template("oidc/logout_confirm.html", sites=names, stay_url=stay))


def _end(asked: LogoutRequest, session: Session, confirmed: bool) -> BaseResponse:
    settings, keyring = current().settings, current().keyring
    sites = logout.end(session, asked.client, client_source(), parts().clients)
    frames = frontchannel.frames(sites, settings.issuer, keyring)
    target = _target(asked)
    # After the form the page has an address of its own, unless it still has to tell others.
    response = (
        redirect(request.full_path, 303)
        if confirmed and not target and not frames
        else _signed_out(_End(target, frames))
    )
    cookie.clear(response, settings)
    # docs/rules.md §5: "cookies" would clear the member area's too, where they share a host.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _target(asked: LogoutRequest) -> str | None:
    uri = asked.redirect_uri
    return responses.with_parameters(uri, {"state": asked.state}) if uri else None


def _signed_out(end: _End) -> BaseResponse:
    if end.target and not end.frames:
        return redirect(end.target, 303)
    allow_frames(*sorted({origin(uri) for uri in end.frames}))
    return make_response(
        render_template("oidc/signed_out.html", sign_in_url=SIGN_IN, frames=end.frames, continue_url=end.target)
    )
