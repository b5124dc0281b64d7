"""The Flask side of what every page shares: language, policy headers, forgery protection, one transaction a request."""

import hashlib
import secrets
from functools import cache

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer

from idp.core import db
from idp.core.hashing import Busy
from idp.core.runtime import Runtime, current
from idp.paths import resource
from idp.web import headers, i18n, source
from idp.web.bodies import NOT_READ
from idp.web.edge import BUSY, REQUEST_ID, ROUTE

LANGUAGE_COOKIE = "mgen_connect_language"
HELP = "/login-adherent/vous-avez-des-difficultes-pour-vous-connecter/"
_YEAR = 365 * 86_400
csrf = CSRFProtect()


class _Sessions(SecureCookieSessionInterface):
    """Flask's, which makes its signer anew for each request and each answer: here there is one."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer


def configure(app: Flask, runtime: Runtime) -> None:
    """Settings of Flask itself, before anything is registered."""
    settings = runtime.settings
    app.config.update(
        SECRET_KEY=runtime.keyring.derive("browser-cookie"),
        # A random id and the forgery token: binds a browser to its requests, and signs nobody in.
        SESSION_COOKIE_NAME="__Host-mgen_connect" if settings.secure else "mgen_connect",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=30 * 86_400,
        MAX_CONTENT_LENGTH=65_536,
        MAX_FORM_MEMORY_SIZE=65_536,
        MAX_FORM_PARTS=100,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR,
    )
    app.session_interface = _Sessions()
    # First: a refusal speaks the person's language too.
    app.before_request(_prepare)
    csrf.init_app(app)
    i18n.install(app)
    app.jinja_env.globals.update(
        csrf_token=generate_csrf, static_url=static_url, help_url=HELP, support_url=settings.support_url
    )
    app.context_processor(lambda: {"csp_nonce": nonce(), "site": g.get("site")})
    app.after_request(_finish)
    app.teardown_request(_abandon)


def nonce() -> str:
    """The nonce of this page's style and script."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


@cache
def static_url(name: str) -> str:
    """The address of a static file, which changes with its content."""
    content = (resource("static") / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def browser_id() -> str:
    """The random id of this browser, given to it at its first page."""
    if "browser" not in session:
        session.permanent = True
        session["browser"] = secrets.token_urlsafe(16)
    return str(session["browser"])


def client_source() -> str:
    """The address this request comes from."""
    return source.address(request.environ, current().settings.trusted_proxies)


def allow_form_target(*origins: str) -> None:
    """Let the forms of this page end at `origins`: browsers check the whole chain of redirects."""
    g.form_targets = (*g.get("form_targets", ()), *origins)


def allow_frames(*origins: str) -> None:
    """Let this page show frames of `origins`."""
    g.frames = (*g.get("frames", ()), *origins)


def allow_images(*addresses: str) -> None:
    """Let this page show the images at `addresses`."""
    g.images = (*g.get("images", ()), *(address.partition("?")[0] for address in addresses))


def request_id() -> str:
    """The reference of this request, for the page and the log."""
    return str(request.environ.get(REQUEST_ID, "-"))


def _prepare() -> None:
    if request.url_rule:
        request.environ[ROUTE] = request.url_rule.rule
    chosen = request.args.get("hl")
    g.locale = i18n.pick_locale(None, chosen or request.cookies.get(LANGUAGE_COOKIE), None)
    if NOT_READ in request.environ or BUSY in request.environ:
        raise Busy


def _finish(response: Response) -> Response:
    db.commit() if db.is_writing() else db.rollback()
    settings = current().settings
    for name, value in headers.common(settings):
        response.headers[name] = value
    response.headers["X-Request-Id"] = request_id()
    if request.args.get("hl") in i18n.LOCALES:
        response.set_cookie(
            LANGUAGE_COOKIE, request.args["hl"], max_age=_YEAR, secure=settings.secure, httponly=True, samesite="Lax"
        )
    if response.mimetype == "text/html":
        policy = headers.content_security_policy(
            nonce(), g.get("form_targets", ()), g.get("frames", ()), g.get("images", ())
        )
        # An answer that was made at the edge brings its own.
        response.headers.setdefault("Content-Security-Policy", policy)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _abandon(_error: BaseException | None) -> None:
    # After an answer nothing is open any more; after a failure, everything the request wrote is undone.
    db.rollback()
