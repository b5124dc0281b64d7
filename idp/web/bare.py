"""The application with its database and no page: what commands and jobs need, and what `create_app` adds pages to."""

from flask import Flask, appcontext_pushed

from idp.core import runtime
from idp.core.db import db, engine_options, prepare_engine
from idp.core.paths import resource
from idp.core.runtime import Runtime


def bare_app(parts: Runtime) -> Flask:
    """An application in whose contexts services work."""
    app = Flask("idp", template_folder=str(resource("templates")), static_folder=str(resource("static")))
    app.extensions["mgen_connect"] = parts
    app.config["SQLALCHEMY_DATABASE_URI"] = parts.settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(parts.settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    # Services find their parts wherever an application context is open.
    appcontext_pushed.connect(lambda *_args, **_kwargs: runtime.enter(parts), app, weak=False)
    return app
