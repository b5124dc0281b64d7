"""What an orchestrator asks: is this process alive, and can it serve."""

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, jsonify

from idp.core import clock, draining, keyring_check
from idp.core.lane import lane
from idp.core.runtime import current

_OUTBOX_LAG = 300
_log = structlog.get_logger()

blueprint = Blueprint("health", __name__)


@blueprint.get("/-/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/-/ready")
def ready() -> tuple[Response, int]:
    """Each part by its name, `ok` or `failing`; 503 when one fails, or when this node is about to leave."""
    if draining.is_announced():
        return jsonify(status="leaving"), 503
    parts = {name: _state(name, check) for name, check in _checks().items()}
    good = all(state == "ok" for state in parts.values())
    return jsonify(status="ok" if good else "failing", checks=parts), 200 if good else 503


def _checks() -> dict[str, Callable[[], None]]:
    checks = {"database": _database, "keyring": _keyring, "outbox": _outbox}
    if current().settings.redis_url:
        checks["redis"] = _short_lived_values
    return checks


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # whatever a store may raise, the answer is the same
        _log.warning("not_ready", part=name, error=type(error).__name__)
        return "failing"
    return "ok"


def _database() -> None:
    current().sql.one("SELECT 1 FROM keyring_check LIMIT 1", {})


def _keyring() -> None:
    keyring_check.verify(current().sql, current().keyring)


def _outbox() -> None:
    row = current().sql.one("SELECT min(created_at) FROM outbox WHERE failed_at IS NULL", {})
    if row and row[0] is not None and row[0] < clock.now() - _OUTBOX_LAG:
        raise TimeoutError


def _short_lived_values() -> None:
    with lane.released():
        current().ephemeral.get("health:probe")
