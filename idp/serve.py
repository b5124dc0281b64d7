"""`mgen-connect serve`: the web workers and the jobs process, started, watched and stopped together.

The parent checks that it may start and prepares the database, then only watches: it starts no thread and keeps no
connection, for its children are forks of it.
"""

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing import connection, get_context, set_start_method
from multiprocessing.process import BaseProcess
from typing import Any

import structlog
from sqlalchemy.exc import DatabaseError, OperationalError

from idp import jobs, migrations
from idp.core import clock
from idp.core.crypto import KeyringError
from idp.core.db import Unavailable
from idp.core.keyring_check import DatabaseAway
from idp.core.runtime import current
from idp.settings import PREFIX, Settings, SettingsError
from idp.web.bare import application

_BACKLOG = 1024
_STOP_SECONDS = 20
_START_SECONDS = 10
_PAUSE = 0.5
_PR_SET_PDEATHSIG = 1
# Granian's own words go where ours go, through the redaction.
_LOGGERS: dict[str, Any] = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}}
_log = structlog.get_logger()


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Raises `SettingsError` or `KeyringError` where it cannot start."""
    prepare(settings)
    settings = settings.model_copy(update={"port": _free_port(settings)})
    web = _Child("web", lambda: _web(settings))
    behind = _Child("jobs", lambda: jobs.run(settings))
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: stopping.append(number))
    web.start()
    behind.start()
    _log.info("serving", host=settings.host, port=settings.port, issuer=settings.issuer)
    while not stopping:
        connection.wait([web.process.sentinel, behind.process.sentinel], timeout=_PAUSE)
        if web.fails_to_start():
            break
        for child in (web, behind):
            if not stopping:
                child.keep_alive()
    _stop([web.process, behind.process])
    return 0 if stopping else 1


def prepare(settings: Settings) -> None:
    """What the parent alone does before there are workers. Raises as `serve`."""
    from idp.oidc.client_metadata import InvalidMetadata
    from idp.oidc.commands import apply_declared_clients

    with application(settings):
        if not migrations.is_enough(current().sql):
            raise KeyringError("the database has an older schema: run `mgen-connect db upgrade`")
        try:
            apply_declared_clients()
            if settings.embedded:
                # A code that a crash brought back must not be spent again. PostgreSQL forgets them itself.
                current().sql.run("DELETE FROM code", {})
        except InvalidMetadata as error:
            raise SettingsError(f"{PREFIX}CLIENTS_DIR: {error}") from None
        except (Unavailable, DatabaseError) as error:
            raise SettingsError(f"{PREFIX}DATABASE_URL: {error}") from None


def _free_port(settings: Settings) -> int:
    """The port to listen on (0 takes any). The workers share theirs, so another server on it would go unseen."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(f"{PREFIX}PORT: {settings.host}:{settings.port}: {error.strerror}") from None
        port: int = probe.getsockname()[1]
    return port


class _Child:
    """A process that is started again when it dies."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name = name
        self._work = work
        self._started = 0
        self.process: BaseProcess

    def start(self) -> None:
        self._started = clock.now()
        self.process = get_context("fork").Process(name=self._name, target=_run, args=(self._work, os.getpid()))
        self.process.start()

    def keep_alive(self) -> None:
        if not self.process.is_alive():
            _log.error("child_died", name=self._name, exit_code=self.process.exitcode)
            # One that cannot live must not be born a thousand times a second.
            time.sleep(_PAUSE)
            self.start()

    def fails_to_start(self) -> bool:
        """Whether it gave up by itself soon after its start: it would again."""
        return self.process.exitcode == 1 and clock.now() - self._started < _START_SECONDS


def _run(work: Callable[[], None], parent: int) -> None:
    """The life of a child."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A group of its own, for Ctrl-C reaches all of one: the parent says when to stop.
    os.setpgrp()
    die_with(parent)
    try:
        work()
    except Exception:
        _log.critical("child_failed", exc_info=True)
        sys.exit(1)


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, however that happens (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(0)


def _web(settings: Settings) -> None:
    # Here and not above: the parent needs neither, and the workers share what is imported before they fork.
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    import idp.app  # noqa: F401

    set_start_method("fork", force=True)
    server = Granian(
        "idp.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.workers or os.cpu_count() or 1,
        blocking_threads=settings.threads,
        blocking_threads_idle_timeout=600,
        backlog=_BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=_STOP_SECONDS // 2,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGERS,
    )
    parent = os.getpid()
    server.serve(target_loader=lambda: _load(settings, parent), wrap_loader=False)


def _load(settings: Settings, parent: int) -> Any:
    """What a worker serves."""
    from idp.app import create_app

    # Not its parent's handler: until it serves, a worker that must stop simply stops.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with(parent)
    while True:
        try:
            return create_app(settings)
        except (DatabaseAway, OperationalError) as error:
            # The parent has found all in order. Workers that die of it, again and again, would end the node for good.
            _log.warning("waiting_for_the_database", reason=str(error).partition("\n")[0])
            time.sleep(_PAUSE)
        except Exception:
            _log.critical("worker_failed", exc_info=True)
            sys.exit(1)


def _stop(processes: list[BaseProcess]) -> None:
    deadline = clock.now() + _STOP_SECONDS
    while alive := [process for process in processes if process.is_alive()]:
        for process in alive:
            # Again and again: a child may not have been listening yet.
            process.kill() if clock.now() > deadline else process.terminate()
        connection.wait([process.sentinel for process in alive], timeout=_PAUSE)
    _log.info("stopped")
