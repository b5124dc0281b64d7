"""What an orchestrator asks: is this process alive, and can it serve. Answered without the lane, in bounded time."""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import structlog

from idp import migrations
from idp.core import clock, draining, keyring_check, outbox
from idp.core.runtime import Runtime
from idp.web import mailer
from idp.web.calls import Answer, Call, json_answer
from idp.web.edge import Edge
from idp.web.probes import Probe

LIVE, READY = "/-/live", "/-/ready"
PATIENCE = 2.0
_OUTBOX_LAG = 300
_LEAST_FREE = 64 * 1024 * 1024
# What waits when they fail goes on later; pages are answered meanwhile.
_NOT_NEEDED_NOW = frozenset({"outbox", "mail"})
_log = structlog.get_logger()

States = dict[str, str]
Check = Callable[[], object]


def install(edge: Edge, runtime: Runtime) -> None:
    """Serve both."""
    edge.register(LIVE, ("GET",), _live, apart=True)
    edge.register(READY, ("GET",), _Readiness(runtime), apart=True)


def _live(_call: Call) -> Answer:
    """The process answers; no store is touched."""
    return json_answer({"status": "ok"})


class _Readiness:
    """Each part by its name, `ok` or `failing`, and 503 where one fails that pages need, or the server is stopping.

    The status is `degraded` where only what waits anyhow is failing: a mail outage takes no node out of service.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._groups = [
            (tuple(checks), Probe(partial(_states, checks)))
            for checks in (_checks_of_database(runtime), _checks_of_redis(runtime))
            if checks
        ]

    def __call__(self, _call: Call) -> Answer:
        ends = clock.steady() + PATIENCE
        # All at once, so that one that stalls leaves the others their time.
        asked = [(names, probe.ask()) for names, probe in self._groups]
        parts: States = {}
        for names, states in asked:
            parts |= _in_time(names, states, ends)
        failing = {name for name, state in parts.items() if state != "ok"}
        status = "failing" if failing - _NOT_NEEDED_NOW else "degraded" if failing else "ok"
        if draining.is_announced():
            status = "draining"
        return json_answer({"status": status, "checks": parts}, 200 if status in ("ok", "degraded") else 503)


def _checks_of_database(runtime: Runtime) -> dict[str, Check]:
    sql, settings = runtime.sql, runtime.settings
    checks: dict[str, Check] = {
        # Changes nothing, and is refused all the same where nothing can be written.
        "database": lambda: sql.run("UPDATE keyring_check SET value = value WHERE 1 = 0", {}),
        "schema": partial(_schema, runtime, migrations.newest()),
        "keyring": lambda: keyring_check.verify(sql, runtime.keyring),
        "outbox": _outbox,
        "mail": _mail,
    }
    if settings.embedded:
        checks["disk"] = partial(_disk, Path(settings.sqlite_path).parent)
    return checks


def _checks_of_redis(runtime: Runtime) -> dict[str, Check]:
    if not runtime.settings.redis_url:
        return {}
    return {"redis": lambda: runtime.ephemeral.put("health:probe", {}, 60)}


def _states(checks: dict[str, Check]) -> States:
    return {name: _state(name, check) for name, check in checks.items()}


def _state(name: str, check: Check) -> str:
    try:
        check()
    except Exception as error:  # whatever a store may raise, the answer is the same
        _log.warning("not_ready", part=name, error=type(error).__name__)
        return "failing"
    return "ok"


def _in_time(names: tuple[str, ...], states: Future[States], ends: float) -> States:
    try:
        return states.result(max(0.0, ends - clock.steady()))
    except TimeoutError:
        _log.warning("not_ready", part=names[0], error="no answer in time")
        return dict.fromkeys(names, "failing")


def _schema(runtime: Runtime, newest: str) -> None:
    # A newer one is what the next version expands while this one still serves.
    row = runtime.sql.one("SELECT version_num FROM alembic_version", {})
    if row is None or row[0] < newest:
        raise LookupError


def _outbox() -> None:
    if outbox.lag() > _OUTBOX_LAG:
        raise TimeoutError


def _mail() -> None:
    if mailer.relay_fails():
        raise ConnectionError


def _disk(folder: Path) -> None:
    if shutil.disk_usage(folder).free < _LEAST_FREE:
        raise OSError
