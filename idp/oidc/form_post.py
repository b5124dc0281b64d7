"""The page that carries an answer to a site by POST (OAuth 2.0 Form Post Response Mode 1.0)."""

import secrets
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from idp.paths import resource
from idp.web import headers, i18n
from idp.web.calls import Answer
from idp.web.pages import static_url


def page(target: str, parameters: Mapping[str, str], ui_locales: str | None) -> Answer:
    """A form with `parameters` for `target`, sent by itself, or by its button where no script runs."""
    nonce = secrets.token_urlsafe(16)
    locale = i18n.pick_locale(ui_locales, None, None)
    html = _template().render(
        action=target,
        parameters=parameters,
        csp_nonce=nonce,
        static_url=static_url,
        locale=locale,
        t=i18n.words(locale)["t"],
    )
    policy = headers.content_security_policy(nonce, (form_target(target),))
    sent = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
    ]
    return Answer(200, html.encode(), sent)


def form_target(uri: str) -> str:
    """What `form-action` must allow for a form that ends at `uri`.

    The browser checks every redirect of the chain, the site's own ones after ours too (docs/rules.md §5).
    """
    parts = urlsplit(uri)
    if parts.scheme == "https":
        return "https:"
    # RFC 8252 §7.3: the port of a native app is its own.
    return f"{parts.scheme}://{parts.netloc}" + ("" if parts.port else ":*")


@cache
def _template() -> Template:
    loader = FileSystemLoader(resource("templates") / "oidc")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("form_post.html")
