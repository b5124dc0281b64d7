"""An orchestrator learns whether the process lives and can serve, which part fails, and that it is about to stop."""

import os
import smtplib
import sqlite3
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from servers import RedisServer, free_port

from idp.core import mail, outbox
from idp.core.db import transaction
from idp.core.lane import lane
from idp.web import health, mailer

SHARED = {"database": "ok", "schema": "ok", "keyring": "ok", "outbox": "ok", "mail": "ok"}


def states(client):
    """The state of each part now."""
    return client.get("/-/ready").json["checks"]


def test_a_live_process_says_so(client):
    """Whatever its parts do."""
    assert client.get("/-/live").json == {"status": "ok"}


def test_ready_names_each_part(client, at_scale):
    """All of them well; the disk where the database is on it, Redis where one is configured."""
    answer = client.get("/-/ready")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "checks": SHARED | ({"redis": "ok"} if at_scale else {"disk": "ok"})}
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_keyring_is_seen(client, runtime):
    """As when a restored database meets a new keyring."""
    runtime.sql.run("UPDATE keyring_check SET value = 'x'", {})
    answer = client.get("/-/ready")
    assert (answer.status_code, answer.json["status"]) == (503, "failing")
    assert {name for name, state in answer.json["checks"].items() if state != "ok"} == {"keyring"}


@pytest.mark.parametrize(("version", "state"), [("0003", "failing"), ("9999", "ok")], ids=["older", "newer"])
def test_an_older_schema_is_seen(client, runtime, version, state):
    """A newer one is what the next version has expanded while this one serves."""
    runtime.sql.run("UPDATE alembic_version SET version_num = :version", {"version": version})
    assert states(client)["schema"] == state


def test_a_database_that_cannot_be_used_is_seen(client, settings, at_scale):
    """It takes no writes, as after a fail-over to the wrong host; or it is not the one we know."""
    if at_scale:
        import psycopg

        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        assert states(client)["database"] == "failing"
        return
    with sqlite3.connect(settings.sqlite_path) as connection:
        connection.execute("DROP TABLE keyring_check")
    connection.close()
    assert states(client)["database"] == "failing"


def test_messages_that_do_not_leave_are_seen(client, runtime):
    """Five minutes of delay are too long; a job given up, or meant for later, is no delay."""
    with transaction():
        outbox.put("mail", {})
        outbox.put("mail", {}, at=outbox.clock.now() + 86_400)
    assert states(client)["outbox"] == "ok"
    later = outbox.clock.now() + 301
    with time_machine.travel(later):
        assert states(client)["outbox"] == "failing"
    runtime.sql.run("UPDATE outbox SET failed_at = 1", {})
    with time_machine.travel(later):
        assert states(client)["outbox"] == "ok"


class Relay:
    """A real one, which refuses the recipients it is told to."""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, _envelope):
        return "250 OK"


class TestMail:
    @pytest.fixture
    def deliver(self, bare):
        """Hand a message for an address over to the relay at a port."""

        def run(port, to="camille@exemple.fr"):
            bare.extensions["mgen_connect_mail"] = mail.transport(f"smtp://127.0.0.1:{port}")
            with bare.app_context():
                mailer.deliver({"template": "account_frozen", "to": to, "locale": "fr", "args": {"letter_url": "/"}})

        return run

    @pytest.fixture
    def port(self):
        """Where a relay listens."""
        relay = Controller(Relay(), hostname="127.0.0.1", port=free_port())
        relay.start()
        yield relay.port
        relay.stop()

    def test_a_relay_that_fails_degrades(self, client, deliver, port):
        """No node goes out of service for it; the next message that is taken, or a quarter of an hour, ends it."""
        with pytest.raises(ConnectionError):
            deliver(free_port())
        answer = client.get("/-/ready")
        assert (answer.status_code, answer.json["status"]) == (200, "degraded")
        assert answer.json["checks"]["mail"] == "failing"
        with time_machine.travel(outbox.clock.now() + 901):
            assert states(client)["mail"] == "ok"
        deliver(port)
        assert client.get("/-/ready").json["status"] == "ok"

    def test_an_address_that_is_refused_says_nothing_of_the_relay(self, client, deliver, port):
        """Anybody can type one."""
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            deliver(port, "nobody@exemple.fr")
        assert states(client)["mail"] == "ok"


@pytest.mark.embedded
def test_a_disk_that_is_nearly_full_is_seen(client, monkeypatch):
    """The embedded database could soon write nothing."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _folder: usage(1 << 30, 1 << 30, 1 << 20))
    assert client.get("/-/ready").status_code == 503
    assert states(client)["disk"] == "failing"


@pytest.fixture(scope="module")
def redis():
    """A Redis that can be stalled."""
    server = RedisServer()
    server.start()
    yield server
    server.end()


class TestRedis:
    @pytest.fixture
    def settings(self, make_settings, redis):
        return make_settings(redis_url=redis.url())

    def test_one_that_stalls_is_told_in_time_and_alone(self, client, redis):
        """Within three seconds."""
        assert states(client)["redis"] == "ok"
        redis.pause()
        try:
            began = time.monotonic()
            answer = client.get("/-/ready")
            assert time.monotonic() - began < 3
        finally:
            redis.resume()
        assert answer.status_code == 503
        assert {name for name, state in answer.json["checks"].items() if state != "ok"} == {"redis"}


class TestAStalledDatabase:
    @pytest.fixture
    def stalled(self, settings, at_scale):
        """Somebody holds what every writer needs."""
        if at_scale:
            import psycopg

            with psycopg.connect(settings.database_url) as connection:
                connection.execute("LOCK TABLE keyring_check IN ACCESS EXCLUSIVE MODE")
                yield
                connection.rollback()
            return
        connection = sqlite3.connect(settings.sqlite_path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
        connection.close()

    def test_it_is_told_in_time(self, client, stalled, at_scale):
        """Within three seconds, by each of several who ask, over one thread."""
        before = threading.active_count()
        for _ in range(2):
            began = time.monotonic()
            answer = client.get("/-/ready")
            assert time.monotonic() - began < 3
            assert answer.status_code == 503
            assert answer.json["checks"]["database"] == "failing"
        assert threading.active_count() <= before + 1 + at_scale
        assert client.get("/-/live").status_code == 200


def test_they_answer_while_a_page_holds_the_lane(app):
    """A page that is stuck says nothing of the process."""
    held, over = threading.Event(), threading.Event()

    def hold():
        with lane.held():
            held.set()
            over.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    try:
        answers = [app.test_client().get(path).status_code for path in (health.LIVE, health.READY, "/-/metrics")]
    finally:
        over.set()
        thread.join()
    assert answers == [200, 200, 200]


def test_a_server_told_to_stop_says_so(client, monkeypatch):
    """Its parts are well, and it lives."""
    monkeypatch.setattr(health, "_draining", bytearray(1))
    health.drain()
    answer = client.get("/-/ready")
    assert (answer.status_code, answer.json["status"]) == (503, "draining")
    assert set(answer.json["checks"].values()) == {"ok"}
    assert client.get("/-/live").status_code == 200


def test_a_parent_says_it_for_its_children(settings):
    """Who forks the workers is who is told to stop."""
    script = Path(__file__).with_name("draining.py")
    environment = os.environ | {
        "MGEN_CONNECT_ISSUER": settings.issuer,
        "MGEN_CONNECT_ENVIRONMENT": settings.environment,
        "MGEN_CONNECT_SECRET_KEY_FILE": str(settings.secret_key_file),
        "MGEN_CONNECT_DATABASE_URL": settings.database_url,
        "MGEN_CONNECT_MAIL_URL": settings.mail_url,
    }
    told = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["200", "503"]
