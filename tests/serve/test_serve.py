"""`serve`, as it is run: it answers soon, survives the death of any of its processes, and leaves none behind."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import time

import pytest
import requests
from nodes import Node, until

from idp.core import outbox
from idp.core.db import transaction
from idp.jobs import clean
from idp.web.bare import application

pytestmark = pytest.mark.embedded
FORM_POST = b"POST /oidc/token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def server(prepared, tmp_path_factory):
    """A server that these tests share: each leaves it serving."""
    folder = tmp_path_factory.mktemp("serve")
    for name in ("keyring.json", "idp.db"):
        shutil.copy(prepared / name, folder / name)
    server = Node(folder).start()
    server.wait()
    yield server
    server.stop()


def test_it_answers_within_two_seconds(stores, tmp_path):
    """Of its start; the best of three, and a busy machine takes as much longer as it is busy."""
    excess = []
    while len(excess) < 3 and (not excess or min(excess) > 0):
        server = Node(tmp_path).start()
        excess.append(server.wait() - 2 * max(1, os.getloadavg()[0] / (os.cpu_count() or 1)))
        server.stop()
    assert min(excess) <= 0


@pytest.mark.parametrize("way", ["the parent", "Ctrl-C", "everybody"])
def test_a_signal_ends_it_cleanly(start, way):
    """SIGTERM to the parent or, as some managers do, to all at once; or Ctrl-C: 0, nobody left, no word of trouble."""
    server = start()
    assert len(server.family()) == 5
    for process in server.family() if way == "everybody" else [server.process.pid]:
        # A terminal tells the whole group: the parent's. Told first, the parent may have ended a child already.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGINT) if way == "Ctrl-C" else os.kill(process, signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0
    assert server.family() == []
    assert "error" not in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


def test_however_often_it_is_told_it_ends_at_once(start):
    """Signals that come while one is being handled: of a manager in a hurry, or of two."""
    server = start(workers=1)
    web = server.web
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\na=")
        time.sleep(0.3)
        server.tell(signal.SIGTERM)
        for _ in range(200_000):
            os.kill(web, signal.SIGTERM)
    assert server.process.wait(timeout=10) == 0


def test_a_request_in_flight_is_answered_before_the_end(start):
    """A worker drains."""
    server = start(workers=1)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\na=")
        time.sleep(0.3)
        server.process.terminate()
        time.sleep(0.5)
        connection.sendall(b"1&")
        assert connection.recv(12) == b"HTTP/1.1 400"
    assert server.process.wait(timeout=30) == 0


def test_a_killed_worker_is_replaced_and_serving_goes_on(server):
    """kill -9 of one of two."""
    before = server.children(server.web)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(set(server.children(server.web)) - set(before)) == 1, 20, server.log)
    until(server.answers, 20, server.log)
    assert server.process.poll() is None


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a machine of one core has none to share out")
def test_each_worker_has_a_core_and_its_successor_too(start):
    """As many workers as cores, the default: every thread of one on the same, no two workers on one."""
    server = start(workers=len(everywhere := os.sched_getaffinity(0)))

    def shared_out() -> bool:
        taken = sorted(sorted(os.sched_getaffinity(worker)) for worker in server.children(server.web))
        return taken == [[core] for core in sorted(everywhere)]

    until(shared_out, 20, server.log)
    os.kill(victim := server.children(server.web)[0], signal.SIGKILL)
    until(lambda: victim not in server.children(server.web) and shared_out(), 20, server.log)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="on one core there is none to leave out")
def test_there_are_no_more_workers_than_cores_it_may_use(start):
    """Where nobody says how many: a container has fewer cores than the machine shows."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    try:
        server = start(workers=0)
    finally:
        os.sched_setaffinity(0, everywhere)
    assert len(server.children(server.web)) == 1


def test_a_killed_web_server_is_replaced(server):
    """And leaves no orphan."""
    orphans, web = server.children(server.web), server.web
    os.kill(web, signal.SIGKILL)
    until(lambda: not set(orphans) & set(server.family()), 20, server.log)
    until(server.answers, 20, server.log)
    assert server.web != web


def test_the_jobs_are_done_and_their_process_replaced(server, settings):
    """A message leaves by itself; after a kill -9 the next one does too."""
    messages = server.log.parent / "mail" / "new"

    def send():
        with application(settings.model_copy(update={"database_url": server.settings["database_url"]})), transaction():
            arguments = {"email": "a@b.fr", "link": "http://localhost/", "forgotten_url": None}
            outbox.put("mail", {"template": "account_exists", "to": "a@b.fr", "locale": "fr", "args": arguments})

    send()
    until(lambda: len(list(messages.glob("*"))) == 1, 10, server.log)
    before = server.jobs
    os.kill(before, signal.SIGKILL)
    until(lambda: server.jobs not in (0, before), 10, server.log)
    send()
    until(lambda: len(list(messages.glob("*"))) == 2, 10, server.log)


def test_nothing_outlives_a_killed_parent(start):
    """kill -9 of the parent: the kernel tells the children."""
    server = start()
    server.process.kill()
    server.process.wait()
    until(lambda: not server.family(), 20, server.log)


def test_codes_are_forgotten_at_the_start(start, tmp_path):
    """A code that a crash brought back is not spent again."""
    with sqlite3.connect(tmp_path / "idp.db") as connection:
        connection.execute(
            "INSERT INTO code (z, session_id, account_id, client_id, epoch, request, at)"
            " VALUES (x'00', x'00', x'00', 'x', 0, x'00', 0)"
        )
    start()
    assert connection.execute("SELECT count(*) FROM code").fetchone() == (0,)
    connection.close()


class TestRawRequests:
    """What no well-behaved client sends, through the real server."""

    @pytest.mark.parametrize(
        "lines",
        [
            b"GET /%00 HTTP/1.1",
            b"GET /%ff%fe?a=%ff HTTP/1.1",
            b"GET //evil.example/%2f.. HTTP/1.1",
            b"GET /connexion/ HTTP/1.1\r\nCookie: mgen_connect=\xff\xfe; =;",
            b"GET /connexion/ HTTP/1.1\r\nAccept-Language: " + b"x," * 5000,
            b"GET /connexion/ HTTP/1.1\r\nX-Forwarded-For: \xff",
            b"POST /connexion/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Type: \xff\r\n\r\na",
            FORM_POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n0\r\n",
            FORM_POST + b"Content-Length: 5\r\n\r\na=%00",
            b"PROPFIND /oidc/token HTTP/1.1",
            b"GET /oidc/authorize?redirect_uri=%22%3E%ED%A0%80 HTTP/1.1",
            b"GET http://other.example/connexion/ HTTP/1.1",
            b"GET /connexion/ HTTP/1.1\r\nHost: evil.example:99999",
        ],
    )
    def test_none_is_a_500(self, server, lines):
        """A refusal, or an answer."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            head, separator, body = lines.partition(b"\r\n\r\n")
            host = b"" if b"Host:" in head else b"\r\nHost: localhost"
            connection.sendall(
                head + host + b"\r\nConnection: close" + (separator or b"\r\n\r\n") + body + b"\r\n" * bool(body)
            )
            answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 ")
        assert answer[9:10] in (b"2", b"3", b"4"), answer

    def test_a_body_of_a_megabyte_is_refused(self, server):
        """On both sides."""
        for path in ("/connexion/", "/oidc/token"):
            answer = requests.post(server.url + path, data={"a": "x" * 1_000_000}, timeout=10)
            assert answer.status_code == 413


def test_any_wsgi_server_can_run_it(make_settings, monkeypatch):
    """`idp.wsgi:app` is all it needs."""
    settings = make_settings()
    for name, value in settings.model_dump(
        include={"issuer", "environment", "secret_key_file", "database_url", "mail_url"}
    ).items():
        monkeypatch.setenv(f"MGEN_CONNECT_{name.upper()}", str(value))
    from idp.wsgi import app

    assert app.test_client().get("/-/live").status_code == 200
    app.extensions["mgen_connect"].sql.close()


def test_expired_values_are_cleaned_away(app, runtime):
    """Each minute, by the jobs process."""
    runtime.ephemeral.put("par:a", {}, -1)
    runtime.throttle.count("source:a", -1)
    clean(app)
    assert runtime.sql.one("SELECT (SELECT count(*) FROM ephemeral) + (SELECT count(*) FROM throttle_window)", {}) == (
        0,
    )
