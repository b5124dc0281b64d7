"""`create_app`: wiring only, read top to bottom."""

from flask import Flask

from idp import policy
from idp.account_pages import views as account_pages
from idp.backoffice import views as backoffice
from idp.core import keyring_check, runtime
from idp.core.crypto import Keyring
from idp.core.db import db, plan_once
from idp.email_door import views as email_door
from idp.interaction import views as interaction
from idp.legacy_bridge import views as legacy_bridge
from idp.oidc import provider as oidc
from idp.settings import Settings, load
from idp.web import errors, health, logs, mailer, metrics, pages, tracing
from idp.web.bare import bare_app
from idp.web.edge import Edge


def create_app(settings: Settings | None = None) -> Flask:
    """The whole provider. Raises `SettingsError` or `KeyringError`, one line each, where it must not start."""
    settings = settings or load()
    logs.configure(settings)
    plan_once(settings)
    parts = runtime.build(settings, Keyring.load(settings.secret_key_file))
    keyring_check.verify(parts.sql, parts.keyring)
    app = bare_app(parts)
    if not settings.embedded:
        # SQLAlchemy asks the first connection who is there, under a lock: no request may wait for that with the lane.
        with app.app_context(), db.engine.connect():
            pass
    edge = Edge(app.wsgi_app, parts)
    pages.configure(app, parts)
    errors.install(app)
    mailer.install(app)
    provider = oidc.install(app, edge, parts, policy.dispatcher)
    interaction.install(app, policy.dispatcher, provider.sites)
    app.register_blueprint(email_door.blueprint)
    app.register_blueprint(legacy_bridge.blueprint)
    app.register_blueprint(account_pages.blueprint)
    app.register_blueprint(backoffice.blueprint)
    health.install(edge, parts)
    metrics.install(edge)
    tracing.install(app, edge, parts)
    app.wsgi_app = edge  # type: ignore[method-assign]
    return app
