"""`mgen-connect serve`: the web workers and the jobs process, started, watched and stopped together.

The parent checks that it may start and prepares the database, then only watches: it starts no thread and keeps no
connection, for its children are forks of it.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess
from typing import Any

import structlog
from sqlalchemy.exc import DatabaseError

from idp import jobs, migrations, worker
from idp.core import clock, draining, processes
from idp.core.crypto import KeyringError
from idp.core.db import Unavailable
from idp.core.runtime import current
from idp.settings import PREFIX, Settings, SettingsError
from idp.web.bare import application

_START_SECONDS = 10
_PAUSE = 0.5
# From the last connection made to the last one accepted.
_SHUT_SECONDS = 1.5
_log = structlog.get_logger()


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Raises `SettingsError` or `KeyringError` where it cannot start.

    SIGTERM drains first: the node says for `drain_seconds` that it leaves, then takes no new connection, then ends
    when the last request is answered. SIGHUP applies the declared clients again.
    """
    prepare(settings)
    settings = settings.model_copy(update={"port": _free_port(settings)})
    web = _Child("web", lambda: worker.run(settings))
    behind = _Child("jobs", lambda: jobs.run(settings))
    told = _Signals()
    web.start()
    behind.start()
    _log.info("serving", host=settings.host, port=settings.port, issuer=settings.issuer)
    while not told.drain and not told.stop:
        connection.wait([web.process.sentinel, behind.process.sentinel], timeout=_PAUSE)
        if web.fails_to_start():
            break
        for child in (web, behind):
            if not told.drain and not told.stop:
                child.keep_alive()
        if told.reload:
            told.reload = False
            _apply_clients(settings)
    if told.drain and settings.drain_seconds:
        _drain(settings.drain_seconds, web.process, told)
    _stop([web.process, behind.process])
    return 0 if told.drain or told.stop else 1


class _Signals:
    """What the parent was told since it started."""

    def __init__(self) -> None:
        self.drain = self.stop = self.reload = False
        signal.signal(signal.SIGTERM, self._terminate)
        signal.signal(signal.SIGINT, self._interrupt)
        signal.signal(signal.SIGHUP, self._hang_up)

    def _terminate(self, *_: Any) -> None:
        # The second one is of somebody who will not wait.
        self.drain, self.stop = True, self.drain

    def _interrupt(self, *_: Any) -> None:
        self.stop = True

    def _hang_up(self, *_: Any) -> None:
        self.reload = True


def _drain(seconds: int, web: BaseProcess, told: _Signals) -> None:
    """Let balancers see that this node leaves, and clients end their connections; then take no new one."""
    draining.announce()
    _log.info("leaving", seconds=seconds)
    ends_at = clock.steady() + seconds
    while web.is_alive() and not told.stop and clock.steady() < ends_at:
        time.sleep(_PAUSE / 5)
    draining.shut()
    if web.is_alive() and not told.stop:
        time.sleep(_SHUT_SECONDS)


def _apply_clients(settings: Settings) -> None:
    from idp.oidc.client_metadata import InvalidMetadata
    from idp.oidc.commands import apply_declared_clients

    try:
        with application(settings):
            report = apply_declared_clients()
    except (InvalidMetadata, Unavailable, DatabaseError) as error:
        # What is served goes on as it was.
        _log.error("clients_not_applied", reason=str(error))
    else:
        _log.info("clients_applied", **(report.as_dict() if report else {}))


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
        self._started = 0.0
        self.process: BaseProcess

    def start(self) -> None:
        self._started = clock.steady()
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
        return self.process.exitcode == 1 and clock.steady() - self._started < _START_SECONDS


def _run(work: Callable[[], None], parent: int) -> None:
    """The life of a child."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # A group of its own, for Ctrl-C reaches all of one: the parent says when to stop.
    os.setpgrp()
    processes.die_with(parent)
    try:
        work()
    except Exception:
        _log.critical("child_failed", exc_info=True)
        sys.exit(1)


def _stop(processes: list[BaseProcess]) -> None:
    deadline = clock.steady() + worker.STOP_SECONDS
    while alive := [process for process in processes if process.is_alive()]:
        for process in alive:
            # Again and again: a child may not have been listening yet.
            process.kill() if clock.steady() > deadline else process.terminate()
        connection.wait([process.sentinel for process in alive], timeout=_PAUSE)
    _log.info("stopped")
