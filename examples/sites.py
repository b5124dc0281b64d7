"""The three example sites: one Flask application, dressed by the folder of templates that `key` names."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, render_template, request
from provider import Settings, Trouble
from relying_party import connect, fresh_person, person, signed_out_everywhere
from werkzeug.exceptions import HTTPException

SCOPES = {
    "member-area": "openid profile email espace_personnel offline_access",
    "avantage": "openid profile email",
    "forum": "openid profile email",
}


@dataclass(frozen=True)
class SiteConfig:
    """The configuration file of a site, key by key. `base_url` ends without a slash."""

    key: str
    port: int
    issuer: str
    client_id: str
    client_secret: str
    base_url: str


def create_site(config: SiteConfig) -> Flask:
    """Build the site that `config.key` names: "member-area", "avantage" or "forum" (else `KeyError`)."""
    app = Flask(__name__)
    app.config["SESSION_COOKIE_NAME"] = f"{config.key.replace('-', '_')}_session"
    app.config["SESSION_COOKIE_SECURE"] = config.base_url.startswith("https:")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    scope = SCOPES[config.key]
    connect(app, Settings(config.issuer, config.client_id, config.client_secret, config.base_url, scope))
    app.context_processor(lambda: {"site": config, "layout": f"{config.key}/layout.html", "person": person()})
    app.add_template_filter(moment)
    _add_pages(app, config)
    _add_error_pages(app)
    _add_headers(app)
    return app


def moment(seconds: Any) -> str:
    """A claim that counts seconds since 1970, as a date and time; any other value as it is."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return str(seconds)
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%d/%m/%Y %H:%M")


def _add_pages(app: Flask, config: SiteConfig) -> None:
    @app.get("/")
    def home() -> str:
        return render_template(f"{config.key}/home.html")

    @app.get("/mon-espace")
    def space() -> str:
        return render_template(f"{config.key}/space.html", claims=fresh_person())

    @app.get("/au-revoir")
    def goodbye() -> str:
        return render_template("goodbye.html", everywhere=signed_out_everywhere())


def _add_error_pages(app: Flask) -> None:
    @app.errorhandler(Trouble)
    def trouble(error: Trouble) -> tuple[str, int]:
        return render_template("trouble.html", reason=error.reason), error.status

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        reason = "not_found" if error.code == 404 else "failed"
        return render_template("trouble.html", reason=reason), error.code or 500


def _add_headers(app: Flask) -> None:
    # The form of a sign-out ends at the provider, and browsers check `form-action` along its redirects.
    issuer = app.config["PROVIDER_SETTINGS"].issuer
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"form-action 'self' https: {issuer.split('/', 3)[0]}//{issuer.split('/', 3)[2]}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
