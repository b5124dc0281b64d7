"""What tests share: an application over a fresh database, its messages, and the real servers behind it."""

import contextvars
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import compiled_once
import pytest
from deployed import settings_in
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from servers import Postgres, RedisServer, free_port

from idp.app import create_app
from idp.cli import prepare_database
from idp.core import outbox as jobs
from idp.core import runtime as runtime_module
from idp.core.crypto import Keyring
from idp.core.db import db
from idp.core.runtime import Runtime
from idp.jobs import HANDLERS
from idp.oidc.commands import apply_declared_clients
from idp.settings import PREFIX, Settings
from idp.web import mailer
from idp.web.bare import application, bare_app

pytest_plugins = ["browser.fixtures", "node_fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine scale` runs the same tests on PostgreSQL and Redis."""
    parser.addoption("--engine", choices=("embedded", "scale"), default="embedded")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs no store, or is about the embedded engine's own file, is not asked of the other."""
    if config.getoption("--engine") == "scale":
        ours = {item for item in items if item.get_closest_marker("embedded") or not _needs_a_store(item)}
        config.hook.pytest_deselected(items=[*ours])
        items[:] = [item for item in items if item not in ours]


def _needs_a_store(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    # Of what drives a browser, the journeys meet every store; the others are about the browser.
    return "at_scale" in fixtures and ("chromium" not in fixtures or item.path.parent.name == "journeys")


# A busy machine is no failure.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

compiled_once.install()

PREPARED = "prepared"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def at_scale(pytestconfig: pytest.Config) -> bool:
    """Whether these tests run on PostgreSQL and Redis."""
    return bool(pytestconfig.getoption("--engine") == "scale")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own."""
    server = Postgres()
    server.start()
    yield server
    server.end()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, at_scale: bool, request: pytest.FixtureRequest) -> Path:
    """A folder with a keyring and a database as `init` and `serve` leave them: migrated, with keys and clients."""
    folder = tmp_path_factory.mktemp("prepared")
    Keyring.create(folder / "keyring.json")
    if at_scale:
        server: Postgres = request.getfixturevalue("postgres")
        server.create(PREPARED, "template0")
        settings = settings_in(folder, database_url=server.url(PREPARED))
    else:
        settings = settings_in(folder)
    prepare_database(settings)
    _declare_clients(settings)
    if at_scale:
        return folder
    with sqlite3.connect(folder / "idp.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder


def _declare_clients(settings: Settings) -> None:
    with application(settings):
        apply_declared_clients()


@pytest.fixture
def stores(prepared: Path, tmp_path: Path, at_scale: bool, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The settings that name this test's stores: a fresh copy of the prepared database, and a Redis where it is due."""
    shutil.copy(prepared / "keyring.json", tmp_path / "keyring.json")
    if not at_scale:
        shutil.copy(prepared / "idp.db", tmp_path / "idp.db")
        yield {}
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test_{secrets.token_hex(6)}"
    server.create(name, PREPARED)
    yield {"database_url": server.url(name), "redis_url": request.getfixturevalue("redis_url")}
    server.drop(name)


@pytest.fixture
def make_settings(stores: dict[str, Any], tmp_path: Path) -> Callable[..., Settings]:
    """Settings over a fresh copy of the prepared database, in this test's folder; each may be given by name."""
    return lambda **overrides: settings_in(tmp_path, **{**stores, **overrides})


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """The settings of this test; a module may give its own."""
    return make_settings()


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    """The keyring of this test's database."""
    return Keyring.load(settings.secret_key_file)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole provider."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    yield app
    _close(app)


@pytest.fixture
def bare(request: pytest.FixtureRequest, settings: Settings, keyring: Keyring) -> Iterator[Flask]:
    """The application of `app` where a test has one, otherwise one without pages."""
    if "app" in request.fixturenames:
        yield request.getfixturevalue("app")
        return
    app = bare_app(runtime_module.build(settings, keyring))
    app.testing = True
    mailer.install(app)
    yield app
    _close(app)


@pytest.fixture
def runtime(bare: Flask) -> Iterator[Runtime]:
    """The parts of the application, inside its context: services can be called."""
    with bare.app_context():
        yield bare.extensions["mgen_connect"]
        db.session.remove()


def _close(app: Flask) -> None:
    app.extensions["mgen_connect"].sql.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Browser(FlaskClient):
    """A test client at the issuer's address, whose requests see no context of the test, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", self.application.extensions["mgen_connect"].settings.issuer)
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser at the provider, through the edge; `app.test_client()` is another one."""
    return app.test_client()


@pytest.fixture
def outbox(bare: Flask, settings: Settings) -> Callable[[], list[EmailMessage]]:
    """Do the jobs that wait; the messages that came since the last call, oldest first."""
    folder = Path(settings.mail_url.removeprefix("maildir://")) / "new"
    seen: set[str] = set()

    failures: list[Exception] = []

    def deliver(payload: jobs.Payload) -> None:
        try:
            mailer.deliver(payload)
        except Exception as error:
            failures.append(error)
            raise

    def drain() -> None:
        with bare.app_context():
            while jobs.drain({**HANDLERS, "mail": deliver}):
                pass
        if failures:
            raise failures.pop()

    def new_messages() -> list[EmailMessage]:
        contextvars.Context().run(drain)
        files = sorted(folder.glob("*"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        fresh = [file for file in files if file.name not in seen]
        seen.update(file.name for file in fresh)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in fresh]

    return new_messages


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis of our own."""
    server = RedisServer()
    server.start()
    yield server
    server.end()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The URL of an empty Redis of our own."""
    from redis import Redis

    with Redis.from_url(redis_server.socket_url) as connection:
        connection.flushall()
    return redis_server.socket_url


class Relay:
    """A real SMTP server: its `url` for the setting `mail_url`, and the `messages` that came, with their envelope."""

    def __init__(self, port: int, messages: list[EmailMessage]) -> None:
        self.url = f"smtp://127.0.0.1:{port}"
        self.messages = messages


@pytest.fixture
def smtp() -> Iterator[Relay]:
    """A relay on a free port."""
    from aiosmtpd.controller import Controller

    messages: list[EmailMessage] = []

    class Handler:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            message = message_from_bytes(envelope.content, policy=policy.default)
            message["X-MailFrom"], message["X-RcptTo"] = envelope.mail_from, ", ".join(envelope.rcpt_tos)
            messages.append(message)
            return "250 OK"

    port = free_port()
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    yield Relay(port, messages)
    controller.stop()
