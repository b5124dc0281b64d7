"""The routes of a relying party: sign in, come back, sign out. `connect` adds them to a Flask app.

Whatever goes wrong raises `Trouble`: the site shows it as a page that says what to do next.
"""

from typing import Any, cast
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session
from provider import (
    Settings,
    Trouble,
    check_issuer,
    oidc_client,
    read_logout_token,
    ready_client,
    redeem_code,
    refresh_if_expired,
    register_provider,
    revoke,
    site_settings,
)
from server_session import ServerSession, ServerSessions
from werkzeug import Response as AnyResponse

SIGNED_IN_PAGE = "/mon-espace"
REASONS = {
    "access_denied": "refused",
    "login_required": "not_signed_in",
    "interaction_required": "not_signed_in",
    "consent_required": "not_signed_in",
    "account_selection_required": "not_signed_in",
    "temporarily_unavailable": "unreachable",
    "server_error": "unreachable",
}

blueprint = Blueprint("relying_party", __name__)


def connect(app: Flask, settings: Settings) -> None:
    """Make `app` a relying party of the provider in `settings`, with its sessions on the server."""
    app.session_interface = ServerSessions()
    register_provider(app, settings)
    app.register_blueprint(blueprint)


def person() -> dict[str, Any] | None:
    """The claims that this site holds about the person who is signed in here, or None."""
    signed_in = session.get("signed_in")
    return signed_in["claims"] if signed_in else None


def fresh_person() -> dict[str, Any]:
    """The same claims, renewed when the access token has expired. `Trouble` when nobody is signed in."""
    with _session().lock:
        signed_in = session.get("signed_in")
        if signed_in is None:
            raise Trouble("signed_out", 403)
        if not refresh_if_expired(signed_in):
            session.clear()
            raise Trouble("expired", 403)
        return dict(signed_in["claims"])


@blueprint.route("/connexion", methods=["GET", "POST"])
def sign_in() -> AnyResponse:
    """Send the browser to the provider. This is the `initiate_login_uri` too (OIDC Core §4)."""
    asked = request.values
    if asked.get("iss", site_settings().issuer) != site_settings().issuer:
        raise Trouble("unknown_provider")
    hint = {"login_hint": asked["login_hint"][:254]} if asked.get("login_hint") else {}
    client = ready_client()
    redirect_uri = f"{site_settings().base_url}/retour"
    started = client.create_authorization_url(redirect_uri, ui_locales="fr", **hint)
    target = own_path(asked.get("target_link_uri", ""))
    client.save_authorize_data(redirect_uri=redirect_uri, target=target, **started)
    return redirect(started["url"], 303)


@blueprint.get("/retour")
def come_back() -> AnyResponse:
    """Receive the provider's answer (the `redirect_uri`) and open the session of this site."""
    client = oidc_client()
    state = request.args.get("state", "")
    started = client.framework.get_state_data(session, state)
    if not (started and started.get("nonce")):
        # Back, or a second press, after a sign-in that went well: there is nothing to say.
        if person():
            return redirect(SIGNED_IN_PAGE, 303)
        raise Trouble("lost")
    check_issuer(ready_client(), request.args.get("iss"))
    if "error" in request.args:
        client.framework.clear_state_data(session, state)
        raise Trouble(REASONS.get(request.args["error"], "failed"))
    signed_in = redeem_code(client)
    _session().renew_id()
    session["signed_in"] = signed_in
    return redirect(started["target"], 303)


@blueprint.post("/deconnexion")
def sign_out() -> AnyResponse:
    """Sign out here, then at the provider (OpenID Connect RP-Initiated Logout 1.0 §2)."""
    # Another port of localhost is the same site for SameSite cookies, but not the same origin.
    if request.headers.get("Origin", site_settings().base_url) != site_settings().base_url:
        abort(403)
    signed_in = session.get("signed_in") or {}
    session.clear()
    _session().renew_id()
    goodbye = f"{site_settings().base_url}/au-revoir"
    try:
        client = ready_client()
        revoke(client, signed_in.get("token", {}).get("refresh_token"))
        leaving = client.logout_redirect(
            goodbye,
            id_token_hint=signed_in.get("id_token"),
            client_id=site_settings().client_id,
            ui_locales="fr",
        )
    except (Trouble, RuntimeError):
        # The provider is down, or has no way out: the person leaves this site all the same.
        return redirect(goodbye, 303)
    return redirect(leaving.location, 303)


def signed_out_everywhere() -> bool:
    """True once, when the browser comes back to /au-revoir from the sign-out that it started here."""
    try:
        oidc_client().validate_logout_response()
    except OAuthError:
        return False
    return True


@blueprint.post("/oidc/backchannel-logout")
def backchannel_logout() -> Response:
    """End the sessions that the provider says are over. OpenID Connect Back-Channel Logout 1.0 §2.5–2.8."""
    try:
        ended = read_logout_token(request.form.get("logout_token", ""))
    except Trouble:
        return Response('{"error": "invalid_request"}', 400, mimetype="application/json")
    name = "sid" if ended.get("sid") else "sub"
    sessions = cast(ServerSessions, current_app.session_interface)
    sessions.drop_where(lambda each: each.get("signed_in", {}).get(name) == ended[name])
    return Response()


def own_path(url: str) -> str:
    """The path and query of `url` when it lies on this site, else the signed-in page: never another site."""
    home = site_settings().base_url
    path = url.removeprefix(home)
    # A browser reads "//host" and "/\host" as another site.
    if not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable():
        return SIGNED_IN_PAGE
    parts = urlsplit(path)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _session() -> ServerSession:
    return cast(ServerSession, session)
