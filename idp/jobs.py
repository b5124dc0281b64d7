"""What happens behind the requests: the outbox is emptied, what has expired is deleted. One process, run by `serve`."""

import signal
import time
from typing import Any

from flask import Flask

from idp import retention
from idp.accounts import access, registration
from idp.core import clock, letter_service, outbox, runtime
from idp.core.crypto import Keyring
from idp.legacy_bridge import invitations
from idp.oidc import backchannel, tokens
from idp.sessions import service as sessions
from idp.settings import Settings
from idp.web import logs, mailer, tracing
from idp.web.bare import bare_app

HANDLERS: dict[str, outbox.Handler] = {
    "mail": mailer.deliver,
    backchannel.KIND: backchannel.deliver,
    access.CUT: backchannel.cut,
    sessions.LEFT: backchannel.left,
    letter_service.KIND: letter_service.deliver,
    invitations.KIND: invitations.send,
}
_PAUSE = 0.5
_CLEANING_EVERY = 60
_RETENTION_EVERY = 3600
# Of each rule at a time: messages wait meanwhile.
_BATCHES = 4


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
    cleaned_at = retained_at = 0
    while not stopping:
        # One job at a time: a slow relay must not use up the lease of the jobs behind.
        if not _work(app, handlers):
            time.sleep(_PAUSE)
        if clock.now() >= cleaned_at + _CLEANING_EVERY:
            cleaned_at = clock.now()
            clean(app)
        if clock.now() >= retained_at + _RETENTION_EVERY:
            # Where there is more to do it goes on soon.
            retained_at = clock.now() - (_RETENTION_EVERY - _CLEANING_EVERY) * retain(app)


def clean(app: Flask) -> None:
    """Delete what has expired: short-lived values, counters, claims, sessions, codes, tokens."""
    with app.app_context():
        parts = runtime.current()
        parts.ephemeral.clean()
        parts.throttle.clean()
        registration.clean()
        sessions.clean()
        tokens.clean(parts)


def retain(app: Flask) -> bool:
    """Carry out some of what `retention` says; whether there is more."""
    with app.app_context():
        return any(outcome.more for outcome in retention.run(_BATCHES))


def _work(app: Flask, handlers: dict[str, outbox.Handler]) -> int:
    with app.app_context():
        return outbox.drain(handlers, limit=1)
