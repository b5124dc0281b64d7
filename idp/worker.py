"""The web server and its workers: what `serve` starts, and what each worker does beside answering."""

import os
import resource
import signal
import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from idp.core import draining, processes, sockets
from idp.core.cores import Cores, ours
from idp.core.keyring_check import DatabaseAway
from idp.settings import Settings
from idp.web.bodies import PLACES, bodies

STOP_SECONDS = 20
_BACKLOG = 4096
# Of one request, in bytes, the request line in it; a longer head is answered with 431.
_MOST_HEADERS = 131_072
# Files, pipes, stores: what a worker opens beside the connections of clients.
_OTHER_DESCRIPTORS = 400
_LOOK_SECONDS = 0.5
# Granian's own words go where ours go, through the redaction.
_LOGGERS: dict[str, Any] = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}}
_log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Serve with a worker a core (or as many as the settings say) until SIGTERM."""
    # Here and not above: the parent needs neither, and the workers share what is imported before they fork.
    from multiprocessing import set_start_method

    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    import idp.app  # noqa: F401

    set_start_method("fork", force=True)
    workers = settings.workers or len(ours())
    server = Granian(
        "idp.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=settings.header_seconds * 1000, max_buffer_size=_MOST_HEADERS),
        websockets=False,
        workers=workers,
        # Those that wait for a body hold no seat.
        blocking_threads=settings.threads + PLACES,
        blocking_threads_idle_timeout=60,
        backlog=_BACKLOG,
        backpressure=_connections(settings, workers),
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=STOP_SECONDS // 2,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGERS,
    )
    server.main_loop_interrupt = _Wakeup()
    parent, cores = os.getpid(), Cores(workers)
    server.serve(target_loader=lambda: _load(settings, parent, cores), wrap_loader=False)


class _Wakeup(threading.Event):
    """What the server's main loop waits for: an event that signal handlers may set.

    The lock of any other is not for them: one that interrupts another, or the waiting itself, waits for ever.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake who waits; a handler may call this whatever it has interrupted."""
        self._told.put(None)

    def is_set(self) -> bool:
        """Whether `set` was called since the last `clear`."""
        return not self._told.empty()

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is set, or for `timeout` seconds; whether it is."""
        try:
            self._told.put(self._told.get(timeout=timeout))
        except Empty:
            return False
        return True

    def clear(self) -> None:
        """Wait anew from now on."""
        while self.is_set():
            self._told.get()


def _connections(settings: Settings, workers: int) -> int:
    """How many connections a worker holds at once, as far as the system lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.connections // workers + _OTHER_DESCRIPTORS
    possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft != resource.RLIM_INFINITY and soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
    return max(possible - _OTHER_DESCRIPTORS, _OTHER_DESCRIPTORS)


def _load(settings: Settings, parent: int, cores: Cores) -> Any:
    """What a worker serves."""
    from idp.app import create_app

    # Not its parent's handler: until it serves, a worker that must stop simply stops.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    processes.die_with(parent)
    cores.keep_one()
    app = None
    while app is None:
        try:
            app = create_app(settings)
        except (DatabaseAway, OperationalError) as error:
            # The parent has found all in order. Workers that die of it, again and again, would end the node for good.
            _log.warning("waiting_for_the_database", reason=str(error).partition("\n")[0])
            time.sleep(_LOOK_SECONDS)
        except Exception:
            _log.critical("worker_failed", exc_info=True)
            sys.exit(1)
    threading.Thread(target=_watch, args=(settings,), name="watch", daemon=True).start()
    return app


def _watch(settings: Settings) -> None:
    """Twice a second: end the connections that owe a body for too long; shut the doors when the node leaves."""
    is_shut = False
    while True:
        time.sleep(_LOOK_SECONDS)
        try:
            bodies.cut_overdue(settings.port, settings.body_seconds)
            if draining.is_shut() and not is_shut:
                sockets.take_no_more()
                is_shut = True
        except Exception:  # whatever a system may forbid: what is served goes on
            _log.exception("watch_failed")
