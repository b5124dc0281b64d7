"""The doctor finds what is wrong, says what to do, tells no secret, and is stopped by nothing."""

import http.server
import json
import secrets
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from certificates import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from servers import free_port

from idp.core import clock
from idp.core.crypto import Keyring
from idp.core.throttle import DAY
from idp.operations import doctor
from idp.web.bare import application
from tests.operations.naming import environment


@pytest.fixture
def examine(make_settings, monkeypatch):
    """What the doctor says with these settings: per check, the worst state and all of its lines."""

    def run(**overrides):
        for name, value in environment(make_settings(**overrides)).items():
            monkeypatch.setenv(name, value)
        found = {}
        for each in doctor.examine():
            assert bool(each.do) == (each.state != "ok")
            state, said = found.get(each.check, ("ok", ""))
            found[each.check] = max(state, each.state, key=RANKS.index), f"{said}{each.said}\n"
        return found

    return run


RANKS = ["ok", "warning", "error"]


def change(settings, statement, **values):
    with application(settings) as parts:
        parts.sql.run(statement, values)


def test_a_good_provider_has_no_error(examine):
    """Every check had its say; the rest are remarks on a test's settings."""
    found = examine()
    assert set(found) == {*doctor._HERE, *doctor._IN_THE_DATABASE}
    assert {check for check, (state, _) in found.items() if state == "error"} == set()
    assert {check for check, (state, _) in found.items() if state == "warning"} <= {"settings", "clock", "database"}
    assert "sign-ins a second" in found["passwords"][1]


class TestStatements:
    """One thing is wrong in the database: one check says so."""

    @pytest.mark.parametrize(
        ("check", "state", "statement"),
        [
            ("schema", "error", "UPDATE alembic_version SET version_num = '0001'"),
            ("schema", "warning", "UPDATE alembic_version SET version_num = '9999'"),
            ("signing keys", "error", "DELETE FROM signing_key WHERE state = 'next' AND algorithm = 'ES256'"),
            ("signing keys", "warning", "UPDATE signing_key SET activated_at = 1, created_at = 1"),
            ("clients", "error", "UPDATE client SET metadata_json = '{' WHERE id = 'forum'"),
            ("keyring", "error", "UPDATE keyring_check SET value = 'other'"),
            ("bridge", "warning", "INSERT INTO bridge_sunset (id, day) VALUES (1, :soon)"),
            (
                "jobs",
                "error",
                "INSERT INTO outbox (id, kind, payload, attempts, created_at, next_at)"
                " VALUES (:id, 'mail', :id, 0, :before, :before)",
            ),
            (
                "jobs",
                "warning",
                "INSERT INTO outbox (id, kind, payload, attempts, created_at, next_at, failed_at)"
                " VALUES (:id, 'mail', :id, 9, :before, :before, :before)",
            ),
            ("expired rows", "warning", "INSERT INTO revoked (z, until) VALUES (:id, :before)"),
            (
                "time of the database",
                "error",
                "INSERT INTO audit (id, at, event) VALUES (:id, :later, 'from another clock')",
            ),
        ],
    )
    def test_it_is_found(self, examine, settings, check, state, statement):
        """And nothing else changes its mind."""
        before = examine()
        values = {
            "id": secrets.token_bytes(16),
            "before": clock.now() - 7200,
            "later": clock.now() + 600,
            "soon": clock.as_datetime(clock.now() + 10 * DAY).date().isoformat(),
        }
        change(settings, statement, **{name: value for name, value in values.items() if f":{name}" in statement})
        after = examine()
        assert after[check][0] == state
        assert {name for name in after if after[name][0] != before[name][0]} == {check}

    def test_the_end_of_the_bridge(self, examine):
        """Nothing is left of it here."""
        assert examine(bridge_sunset="2020-01-01")["bridge"][0] == "ok"
        assert examine(bridge_sunset="2099-01-01")["bridge"][0] == "ok"


class TestFiles:
    """What lies on this machine."""

    def test_a_keyring_that_others_can_read(self, examine, settings):
        """It holds everything."""
        settings.secret_key_file.chmod(0o640)
        assert examine()["keyring file"][0] == "error"

    def test_a_keyring_that_is_lost(self, examine, settings):
        """The other checks go on."""
        settings.secret_key_file.unlink()
        found = examine()
        assert found["keyring file"][0] == found["keyring"][0] == found["signing keys"][0] == "error"
        assert found["database"][0] != "error"

    @pytest.mark.embedded
    def test_a_database_that_is_not_there(self, examine, settings):
        """None is made by looking."""
        Path(settings.sqlite_path).unlink()
        assert examine()["database"][0] == "error"
        assert not Path(settings.sqlite_path).exists()

    @pytest.mark.embedded
    def test_a_database_that_is_none(self, examine, settings):
        """Nor is anything else said of it."""
        Path(settings.sqlite_path).write_bytes(b"x" * 10_000)
        found = examine()
        assert found["database"][0] == "error"
        assert "schema" not in found

    def test_folders_that_cannot_be_written(self, examine):
        """Messages and letters would wait for ever."""
        found = examine(mail_url="maildir:///dev/null/mail", letter_url="dir:///dev/null/letters")
        assert found["mail"][0] == found["letters"][0] == "error"

    def test_a_disk_that_is_full(self, examine, tmp_path):
        """Before everything stops."""
        small = tmp_path / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False)
        assert mounted.returncode == 0, "the tests mount a small tmpfs, as root"
        try:
            Keyring.create(small / "keyring.json")
            assert examine(secret_key_file=small / "keyring.json")["disk"][0] == "error"
        finally:
            subprocess.run(["umount", small], check=True)


class TestOutside:
    """What we speak to."""

    def test_a_relay(self, examine, smtp):
        """It is greeted, and gets no message."""
        assert examine(mail_url=smtp.url)["mail"] == ("ok", "the relay of this machine takes us\n")
        assert smtp.messages == []

    def test_a_relay_that_refuses(self, examine):
        """Nobody is there."""
        assert examine(mail_url=f"smtp://127.0.0.1:{free_port()}")["mail"][0] == "error"

    def test_a_print_service(self, examine):
        """Gone, and there."""
        port = free_port()
        assert examine(letter_url=f"http://127.0.0.1:{port}/")["letters"][0] == "error"
        with socket.create_server(("127.0.0.1", port)):
            assert examine(letter_url=f"http://127.0.0.1:{port}/")["letters"][0] == "ok"

    def test_what_hangs_is_left_behind(self, examine, monkeypatch):
        """A relay that takes the connection and says nothing."""
        monkeypatch.setattr(doctor, "LIMIT", 2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            started = time.monotonic()
            found = examine(mail_url=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
            assert time.monotonic() - started < 20
        assert found["mail"] == ("error", "no answer within 2 s\n")
        assert found["database"][0] != "error"

    def test_a_database_that_says_nothing(self, examine):
        """It takes the connection, and no more."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            found = examine(database_url=f"postgresql://mgen:a-secret@127.0.0.1:{silent.getsockname()[1]}/mgen")
        assert found["database"][0] == "error"
        assert "schema" not in found
        assert found["mail"][0] == "ok"

    def test_redis(self, examine, redis_server, redis_url):
        """It must never throw away what it was given; and it may be gone."""
        from redis import Redis

        assert examine(redis_url=redis_url)["redis"][0] == "ok"
        with Redis.from_url(redis_url) as connection:
            connection.config_set("maxmemory-policy", "allkeys-lru")
            try:
                assert examine(redis_url=redis_url)["redis"][0] == "error"
            finally:
                connection.config_set("maxmemory-policy", "noeviction")
        assert examine(redis_url=f"redis://:a-secret@127.0.0.1:{free_port()}/0")["redis"][0] == "error"


class Front:
    """An HTTPS server on this machine that says it is `issuer`."""

    def __init__(self, folder, certificate):
        self.port = free_port()
        self.issuer = self.says = f"https://localhost:{self.port}"
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"issuer": front.says}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments):
                pass

        chain = folder / "front.pem"
        private = certificate.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(certificate.pem.encode() + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()


class TestTls:
    """The front, with an authority of our own."""

    @pytest.fixture
    def authority(self):
        return Certificate("CN=Authority", authority=True)

    @pytest.fixture
    def trusted(self, authority, tmp_path, monkeypatch):
        (tmp_path / "authority.pem").write_text(authority.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    def certificate(self, authority, days, name="localhost"):
        return Certificate("CN=front", authority, names=(x509.DNSName(name),), days=days)

    @pytest.mark.usefixtures("trusted")
    @pytest.mark.parametrize(("days", "state"), [(90, "ok"), (15, "warning"), (3, "error"), (-1, "error")])
    def test_a_certificate_ends(self, examine, authority, tmp_path, days, state):
        """In time to renew it."""
        with Front(tmp_path, self.certificate(authority, days)) as front:
            assert examine(issuer=front.issuer)["tls"][0] == state

    @pytest.mark.usefixtures("trusted")
    def test_a_front_that_leads_elsewhere(self, examine, authority, tmp_path):
        """Relying parties would refuse every token."""
        with Front(tmp_path, self.certificate(authority, 90)) as front:
            front.says = "https://localhost"
            assert examine(issuer=front.issuer)["tls"][0] == "error"

    @pytest.mark.usefixtures("trusted")
    def test_a_name_that_is_not_ours(self, examine, authority, tmp_path):
        """The chain alone proves nothing."""
        with Front(tmp_path, self.certificate(authority, 90, "elsewhere.example")) as front:
            assert examine(issuer=front.issuer)["tls"][0] == "error"

    def test_an_authority_that_nobody_trusts(self, examine, authority, tmp_path):
        """No browser would go on."""
        with Front(tmp_path, self.certificate(authority, 90)) as front:
            assert examine(issuer=front.issuer)["tls"][0] == "error"

    def test_a_front_that_is_not_there(self, examine):
        """Perhaps it cannot be seen from here."""
        assert examine(issuer=f"https://localhost:{free_port()}")["tls"][0] == "warning"


class TestTheCommand:
    """As a person and a program run it."""

    def run(self, settings, *arguments, **more):
        ended = subprocess.run(
            [sys.executable, "-c", "from idp.cli import main; main()", "doctor", *arguments],
            env=environment(settings) | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stdout

    def test_it_ends_as_it_found(self, settings):
        """0 without an error, 1 with one; the same in JSON."""
        code, said = self.run(settings)
        assert (code, "ok       schema" in said) == (0, True)
        settings.secret_key_file.chmod(0o644)
        code, said = self.run(settings, "--json")
        assert code == 1
        assert {"check": "keyring file", "state": "error"}.items() <= next(
            each for each in json.loads(said) if each["check"] == "keyring file"
        ).items()

    def test_settings_that_cannot_be_read(self, settings):
        """That is all there is to say."""
        code, said = self.run(settings, MGEN_CONNECT_ISSUER="nowhere")
        assert code == 1
        assert said.startswith("error    settings             MGEN_CONNECT_ISSUER: must be an origin")

    def test_it_tells_no_secret(self, make_settings):
        """Neither of a URL nor of a person."""
        port = free_port()
        settings = make_settings(
            mail_url=f"smtp://somebody:mail-secret@127.0.0.1:{port}",
            redis_url=f"redis://:redis-secret@127.0.0.1:{port}/0",
            letter_url=f"http://person:letter-secret@127.0.0.1:{port}/",
        )
        said = "".join(self.run(settings, *arguments)[1] for arguments in ([], ["--json"]))
        assert "secret" not in said
        assert "somebody" not in said
