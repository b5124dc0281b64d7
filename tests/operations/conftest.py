"""Providers one after another over the same database, as before and after a restore."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from protocol import Protocol

from idp.app import create_app
from idp.core import outbox
from idp.core.db import db
from idp.jobs import HANDLERS
from idp.settings import Settings


class Provider:
    """A running provider: its pages through `browser()`, its endpoints through `op`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.runtime = app.extensions["mgen_connect"]
        self.op = Protocol(self.runtime)
        self.browser = app.test_client

    def last_message(self) -> EmailMessage:
        """Do the jobs that wait; the message that came last."""
        while outbox.drain(HANDLERS):
            pass
        folder = Path(self.runtime.settings.mail_url.removeprefix("maildir://")) / "new"
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        return message_from_bytes(newest.read_bytes(), policy=policy.default)


Start = Callable[[Settings], AbstractContextManager[Provider]]


@pytest.fixture
def provider(app: Flask) -> Start:
    """Start a provider with these settings; at the end of the block nobody is connected any more."""
    _leave(app)

    @contextmanager
    def start(settings: Settings) -> Iterator[Provider]:
        other = create_app(settings)
        other.testing = True
        other.test_client_class = app.test_client_class
        with other.app_context():
            yield Provider(other)
        _leave(other)

    return start


def _leave(app: Flask) -> None:
    app.extensions["mgen_connect"].sql.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
