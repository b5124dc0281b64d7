"""The application with its database and no page: what commands and jobs need, and what `create_app` adds pages to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, appcontext_pushed

from idp.core import keyring_check, runtime
from idp.core.crypto import Keyring
from idp.core.db import be_patient, db, engine_options, prepare_engine
from idp.core.runtime import Runtime
from idp.paths import resource
from idp.settings import Settings, load
from idp.web import logs


class _Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        # None of ours is a coroutine, and nobody need look at each of them in each request.
        return func


def bare_app(parts: Runtime) -> Flask:
    """An application in whose contexts services work."""
    app = _Application("idp", template_folder=str(resource("templates")), static_folder=str(resource("static")))
    app.extensions["mgen_connect"] = parts
    # A URL of several hosts is for libpq alone: the engine is only told its dialect.
    app.config["SQLALCHEMY_DATABASE_URI"] = (
        parts.settings.database_url if parts.settings.embedded else "postgresql+psycopg://"
    )
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(parts.settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(parts.settings, db.engine)
    # Services find their parts wherever an application context is open.
    appcontext_pushed.connect(lambda *_args, **_kwargs: runtime.enter(parts), app, weak=False)
    return app


@contextmanager
def application(settings: Settings | None = None) -> Iterator[Runtime]:
    """An application context for a command: services work in it as they do in a request.

    Raises `SettingsError`, or `KeyringError` where the database and the keyring do not belong together.
    """
    with unchecked_application(settings or load()) as parts:
        keyring_check.verify(parts.sql, parts.keyring)
        yield parts


@contextmanager
def unchecked_application(settings: Settings) -> Iterator[Runtime]:
    """The same over a database that may be empty, for `init`. Afterwards no connection is open."""
    logs.configure(settings)
    be_patient(settings)
    parts = runtime.build(settings, Keyring.load(settings.secret_key_file))
    with bare_app(parts).app_context():
        try:
            yield parts
        finally:
            parts.sql.close()
            db.session.remove()
            db.engine.dispose()
