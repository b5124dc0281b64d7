"""What happens behind the requests: the outbox is emptied, what has expired is deleted.

It is one process of each node, run by `serve`. Any node does any job of the outbox; cleaning is done by one at a time.
"""

import signal
import time
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.exc import DatabaseError

from idp import retention
from idp.accounts import access, address_changes, registration
from idp.accounts.factors import devices
from idp.backoffice import sessions as staff_sessions
from idp.backoffice import snapshot
from idp.core import audit_seals, clock, leases, letter_service, outbox, runtime
from idp.core.crypto import Keyring, b64u
from idp.core.db import Unavailable
from idp.core.ids import new_id
from idp.legacy_bridge import invitations
from idp.oidc import backchannel, identifier_events, tokens
from idp.sessions import service as sessions
from idp.settings import Settings
from idp.web import logs, mailer, tracing
from idp.web.bare import bare_app

HANDLERS: dict[str, outbox.Handler] = {
    "mail": mailer.deliver,
    backchannel.KIND: backchannel.deliver,
    access.CUT: backchannel.cut,
    address_changes.CHANGED: identifier_events.changed,
    identifier_events.KIND: identifier_events.deliver,
    sessions.LEFT: backchannel.left,
    letter_service.KIND: letter_service.deliver,
    invitations.KIND: invitations.send,
}
_PAUSE = 0.5
_CLEANING_EVERY = 60
_RETENTION_EVERY = 3600
# Of each rule at a time: messages wait meanwhile.
_BATCHES = 4
# Cleaning and retention are of one node at a time; long enough for the longest turn, and then for a few more.
CLEANING = "cleaning"
_LEASE = 300
_log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Work until SIGTERM: the job at hand is finished first."""
    logs.configure(settings)
    app = bare_app(runtime.build(settings, Keyring.load(settings.secret_key_file)))
    mailer.install(app)
    handlers = tracing.handlers(app, HANDLERS)
    stopping = False

    def stop(*_arguments: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    housekeeper = _Housekeeper(app)
    while not stopping:
        try:
            # One job at a time: a slow relay must not use up the lease of the jobs behind.
            if not _work(app, handlers):
                time.sleep(_PAUSE)
            housekeeper.look()
        except (Unavailable, DatabaseError) as error:
            _log.warning("jobs_wait", error=type(error).__name__)
            time.sleep(_PAUSE)
    housekeeper.end()


class _Housekeeper:
    """Cleans and retains at their times, while no other node does."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._name = b64u(new_id())
        self._clean_at = self._retain_at = self._count_at = clock.steady()

    def look(self) -> None:
        """Do what is due."""
        now = clock.steady()
        if now < self._clean_at:
            return
        self._clean_at = now + _CLEANING_EVERY
        with self._app.app_context():
            if not leases.take(CLEANING, self._name, _LEASE):
                return
        clean(self._app)
        if seal(self._app):
            self._clean_at = now
        if now >= self._count_at:
            self._count_at = now + snapshot.EVERY
            count(self._app)
        if now >= self._retain_at:
            # Where there is more to do it goes on at the next cleaning.
            self._retain_at = now if retain(self._app) else now + _RETENTION_EVERY

    def end(self) -> None:
        """Let another node begin at once."""
        with self._app.app_context(), suppress(Unavailable):
            leases.leave(CLEANING, self._name)


def clean(app: Flask) -> None:
    """Delete what has expired: short-lived values, counters, devices, sessions, codes, tokens; accounts given up."""
    with app.app_context():
        parts = runtime.current()
        parts.ephemeral.clean()
        parts.throttle.clean()
        registration.clean()
        devices.clean()
        sessions.clean()
        staff_sessions.clean()
        tokens.clean(parts)
        retention.erase_asked()


def seal(app: Flask) -> bool:
    """Seal and count the new lines of the audit; whether there are more."""
    with app.app_context():
        return audit_seals.seal()


def count(app: Flask) -> None:
    """Count how things stand, for the pages of staff."""
    with app.app_context():
        snapshot.refresh()


def retain(app: Flask) -> bool:
    """Carry out some of what `retention` says; whether there is more."""
    with app.app_context():
        return any(outcome.more for outcome in retention.run(_BATCHES))


def _work(app: Flask, handlers: dict[str, outbox.Handler]) -> int:
    with app.app_context():
        return outbox.drain(handlers, limit=1)
