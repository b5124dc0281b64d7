"""What the pages of every door share: the waiting request, the way on, and the pages of one that is over."""

from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core.runtime import current
from idp.interaction import known_browsers, service
from idp.interaction.dispatcher import Dispatcher, with_interaction
from idp.interaction.service import ExpiredInteraction, FinishedInteraction, Interaction, InteractionError
from idp.interaction.sites import Site, Sites
from idp.sessions import cookie
from idp.sessions.service import Session, find
from idp.web import errors, i18n
from idp.web.pages import LANGUAGE_COOKIE, allow_form_target, allow_images, browser_id

blueprint = Blueprint("interaction", __name__)
_EXTENSION = "mgen_connect_interaction"


def install(app: Flask, dispatcher: Dispatcher, sites: Sites) -> None:
    """Give the pages the policy's dispatcher and the look-up of sites."""
    app.extensions[_EXTENSION] = (dispatcher, sites)
    app.register_blueprint(blueprint)
    app.register_error_handler(InteractionError, _over)


def sites() -> Sites:
    """The sites of this application."""
    return cast(tuple[Dispatcher, Sites], current_app.extensions[_EXTENSION])[1]


def current_interaction() -> Interaction | None:
    """The request this page belongs to (`?i=`), or None where no site waits.

    Raises `InteractionError`, which becomes its page. Sets the page's site and lets its forms end there.
    """
    if "interaction" not in g:
        identifier = request.args.get("i", "")
        g.interaction = service.load(identifier, browser_id()) if identifier else None
        if g.interaction is not None:
            # What the site asked for (`ui_locales`), unless the person has chosen a language.
            chosen = request.args.get("hl") or request.cookies.get(LANGUAGE_COOKIE)
            g.locale = i18n.pick_locale(g.interaction.locale, chosen, None)
            show_site(g.interaction.client_id)
    return cast(Interaction | None, g.interaction)


def show_site(client_id: str | None) -> Site | None:
    """Name the site in the page's header; None where it is unknown or gone."""
    site = sites().find(client_id) if client_id else None
    if site is not None:
        g.site = site
        allow_form_target(*site.targets)
        if site.logo_url:
            allow_images(site.logo_url)
    return site


def current_session() -> Session | None:
    """The living session of this browser."""
    if "sso_session" not in g:
        handle = request.cookies.get(cookie.name(current().settings))
        g.sso_session = find(handle) if handle else None
    return cast(Session | None, g.sso_session)


def url(path: str) -> str:
    """`path`, with the interaction of this page."""
    return with_interaction(path, request.args.get("i"))


def go_on(interaction: Interaction | None, session: Session | None) -> BaseResponse:
    """Where the person goes now: the first unmet step, the site's answer, or home where no site waits."""
    dispatcher = cast(tuple[Dispatcher, Sites], current_app.extensions[_EXTENSION])[0]
    target = dispatcher.next_url(interaction, session) if interaction else "/connexion/"
    return redirect(target, code=303)


def sign_in_browser(response: BaseResponse, handle: str, account_id: bytes) -> BaseResponse:
    """Give this browser the session just opened, and know it from now on."""
    cookie.put(response, current().settings, handle)
    return known_browsers.put(response, account_id)


def _over(error: InteractionError) -> Response:
    site = show_site(error.client_id)
    if site is None:
        return errors.page("stale", 400, [("web-retry", "/connexion/")])
    if isinstance(error, FinishedInteraction):
        return make_response(render_template("interaction/already_done.html", continue_url=site.restart_url), 200)
    status = 410 if isinstance(error, ExpiredInteraction) else 400
    return make_response(render_template("interaction/expired.html", restart_url=site.restart_url), status)
