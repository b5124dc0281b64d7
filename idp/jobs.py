"""What happens behind the requests: the outbox is emptied, what has expired is deleted. One process, run by `serve`."""

import signal
import time
from typing import Any

from flask import Flask

from idp.accounts import mailbox_proofs, registration
from idp.core import clock, outbox, runtime
from idp.core.crypto import Keyring
from idp.oidc import backchannel, tokens
from idp.sessions import service as sessions
from idp.settings import Settings
from idp.web import logs, mailer
from idp.web.bare import bare_app

HANDLERS: dict[str, outbox.Handler] = {"mail": mailer.deliver, backchannel.KIND: backchannel.deliver}
_PAUSE = 0.5
_CLEANING_EVERY = 60


def run(settings: Settings) -> None:
    """Work until SIGTERM: the job at hand is finished first."""
    logs.configure(settings)
    app = bare_app(runtime.build(settings, Keyring.load(settings.secret_key_file)))
    mailer.install(app)
    stopping = False

    def stop(*_arguments: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    cleaned_at = 0
    while not stopping:
        # One job at a time: a slow relay must not use up the lease of the jobs behind.
        if not _work(app):
            time.sleep(_PAUSE)
        if clock.now() >= cleaned_at + _CLEANING_EVERY:
            cleaned_at = clock.now()
            clean(app)


def clean(app: Flask) -> None:
    """Delete what has expired: short-lived values, counters, claims, links, sessions, codes, tokens."""
    with app.app_context():
        parts = runtime.current()
        parts.ephemeral.clean()
        parts.throttle.clean()
        registration.clean()
        mailbox_proofs.clean()
        sessions.clean()
        tokens.clean(parts)


def _work(app: Flask) -> int:
    with app.app_context():
        return outbox.drain(HANDLERS, limit=1)
