"""`create_app`: wiring only, read top to bottom."""

from flask import Flask, appcontext_pushed

from idp import email_door, legacy_bridge, oidc, policy
from idp.core import keyring_check, runtime
from idp.core.crypto import Keyring
from idp.core.db import db, engine_options, prepare_engine
from idp.core.paths import resource
from idp.core.runtime import Runtime
from idp.interaction import views as interaction
from idp.settings import Settings, load
from idp.web import errors, health, logs, mailer, pages
from idp.web.edge import Edge


def create_app(settings: Settings | None = None) -> Flask:
    """The whole provider. Raises `SettingsError` or `KeyringError`, one line each, where it must not start."""
    settings = settings or load()
    logs.configure(settings)
    parts = runtime.build(settings, Keyring.load(settings.secret_key_file))
    keyring_check.verify(parts.sql, parts.keyring)
    app = bare_app(parts)
    edge = Edge(app.wsgi_app, parts)
    pages.configure(app, parts)
    errors.install(app)
    mailer.install(app)
    provider = oidc.provider.install(app, edge, parts, policy.dispatcher)
    interaction.install(app, policy.dispatcher, provider.sites)
    app.register_blueprint(email_door.views.blueprint)
    app.register_blueprint(legacy_bridge.views.blueprint)
    app.register_blueprint(health.blueprint)
    app.wsgi_app = edge  # type: ignore[method-assign]
    return app


def bare_app(parts: Runtime) -> Flask:
    """The application with its database and no page: what commands and jobs need."""
    app = Flask("idp", template_folder=str(resource("templates")), static_folder=str(resource("static")))
    app.extensions["mgen_connect"] = parts
    app.config["SQLALCHEMY_ENGINES"] = {}
    app.config["SQLALCHEMY_DATABASE_URI"] = parts.settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(parts.settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    # Services find their parts wherever an application context is open.
    appcontext_pushed.connect(lambda *_args, **_kwargs: runtime.enter(parts), app, weak=False)
    return app
