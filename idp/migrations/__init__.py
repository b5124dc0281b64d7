"""The schema through time. Not here: models, which each room owns."""

import importlib
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, inspect

from idp.core.db import Base, Statements, Unavailable, db
from idp.core.runtime import current
from idp.paths import resource

if TYPE_CHECKING:
    from alembic.config import Config

_MODELS = (
    "idp.accounts.factors.models",
    "idp.accounts.models",
    "idp.backoffice.models",
    "idp.core.audit",
    "idp.core.audit_seals",
    "idp.core.ephemeral",
    "idp.core.import_runs",
    "idp.core.keyring_check",
    "idp.core.leases",
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


def upgrade(revision: str = "head") -> None:
    """Bring the database to the newest revision, or to an older one; does nothing where it is there, or newer."""
    # Of a newer revision Alembic would say that it knows none.
    if inspect(db.engine).has_table("alembic_version") and is_enough(current().sql):
        return
    # Here, for `serve` needs none of it and must start fast.
    from alembic import command

    command.upgrade(configuration(), revision)


def newest() -> str:
    """The newest revision this code knows: their files begin with it, in order."""
    return max(file.name for file in (resource("migrations") / "versions").glob("[0-9]*.py")).partition("_")[0]


def is_current(sql: Statements) -> bool:
    """Whether the database is at the newest revision."""
    try:
        return sql.one("SELECT 1 FROM alembic_version WHERE version_num = :newest", {"newest": newest()}) is not None
    except Unavailable:
        return False


def is_enough(sql: Statements) -> bool:
    """Whether the database has what this version needs: a newer schema has, for the next version only expands."""
    try:
        return sql.one("SELECT 1 FROM alembic_version WHERE version_num >= :newest", {"newest": newest()}) is not None
    except Unavailable:
        return False


def configuration() -> "Config":
    """Alembic's settings: no file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    return config
