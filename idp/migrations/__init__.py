"""The schema through time. Not here: models, which each room owns."""

import importlib

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

from idp.core.db import Base
from idp.core.paths import resource

_MODELS = (
    "idp.accounts.models",
    "idp.core.audit",
    "idp.core.ephemeral",
    "idp.core.keyring_check",
    "idp.core.outbox",
    "idp.core.throttle",
    "idp.legacy_bridge.models",
    "idp.oidc.models",
    "idp.sessions.models",
)


def metadata() -> MetaData:
    """Every table of every room."""
    for module in _MODELS:
        importlib.import_module(module)
    return Base.metadata


def upgrade() -> None:
    """Bring the database to the newest revision; does nothing where it is there already."""
    command.upgrade(configuration(), "head")


def configuration() -> Config:
    """Alembic's settings: no file."""
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    return config
