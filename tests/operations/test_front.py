"""nginx with our configuration before two nodes: what it passes on, to whom, and what it never does twice."""

import contextlib
import http.server
import shutil
import socket
import ssl
import subprocess
import threading
import time
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from conformance.front import self_signed
from servers import free_port, private_folder

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME = "connect.example.fr"


class Node:
    """A node that keeps what it was asked; `dies`: it takes a request whole, and hangs up."""

    def __init__(self, *, dies=False):
        self.port, self.asked = free_port(), []
        node = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                node.asked.append((self.command, self.path, dict(self.headers), body))
                if dies:
                    self.connection.close()
                    return
                self.send_response(200)
                self.send_header("Content-Length", "4")
                self.end_headers()
                self.wfile.write(b"done")

            do_GET = do_POST = answer

            def log_message(self, *_arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_arguments):
                pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Front:
    """The running nginx."""

    def __init__(self, nodes):
        self.port, self.folder = free_port(), private_folder("nginx")
        key, certificate = self_signed(NAME)
        (self.folder / "front.key").write_bytes(key)
        (self.folder / "front.pem").write_bytes(certificate)
        words = CONFIGURATION.read_text("utf-8")
        for theirs, ours in {
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "listen 80": f"listen 127.0.0.1:{free_port()}",
            "/etc/nginx/tls": str(self.folder),
            "/tmp/nginx.pid": f"{self.folder}/pid",
            "/dev/stdout": f"{self.folder}/access",
            "/dev/stderr": f"{self.folder}/errors",
            "worker_processes auto": "worker_processes 1",
            "worker_rlimit_nofile 65536;": "",
            "worker_connections 20480": "worker_connections 512",
            "node-1:8000": f"127.0.0.1:{nodes[0].port}",
            "node-2:8000": f"127.0.0.1:{nodes[1].port}",
        }.items():
            assert theirs in words
            words = words.replace(theirs, ours)
        words = "\n".join(line for line in words.splitlines() if "[::]" not in line)
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "conf").write_text(words.replace("http {", "http { " + temporary), "utf-8")
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        assert nginx, "the tests need nginx: run `make system`"
        self.command = [nginx, "-c", self.folder / "conf", "-e", self.folder / "errors"]
        checked = subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen([*self.command, "-g", "daemon off;"])
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)

    def connect(self, name=NAME):
        context = ssl.create_default_context(cafile=str(self.folder / "front.pem"))
        context.check_hostname = name == NAME
        plain = socket.create_connection(("127.0.0.1", self.port), 10)
        try:
            return context.wrap_socket(plain, server_hostname=name)
        except OSError:
            plain.close()
            raise

    def ask(self, method, path, body=None, **headers):
        connection = HTTPSConnection(NAME, self.port, timeout=20)
        connection.sock = self.connect()
        try:
            connection.request(method, path, body, {"Host": NAME, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


@pytest.fixture
def started():
    """Start nginx before two nodes; all is stopped afterwards."""
    running = []

    def start(*nodes):
        running.extend(nodes)
        front = Front(nodes)
        running.append(front)
        return front

    yield start
    for each in reversed(running):
        each.stop()


class Gone:
    """A node that does not listen."""

    def __init__(self):
        self.port = free_port()

    def stop(self):
        pass


def test_what_a_client_says_of_itself_is_not_passed_on(started):
    """Its address is the one it comes from, and its certificate the one it has shown: none."""
    nodes = Node(), Node()
    front = started(*nodes)
    spoofed = {"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1", "ClientCertificate": "forged"}
    assert front.ask("GET", "/oidc/authorize?state=a", **spoofed)[:2] == (200, b"done")
    [(_, path, headers, _)] = [*nodes[0].asked, *nodes[1].asked]
    assert path == "/oidc/authorize?state=a"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"] == NAME
    assert not {"Forwarded", "ClientCertificate"} & headers.keys()


def test_a_node_that_is_gone_is_not_noticed(started):
    """Not by a GET, and not by a POST: it was not sent to anybody yet."""
    there = Node()
    front = started(Gone(), there)
    for method in ("GET", "POST") * 5:
        assert front.ask(method, "/oidc/token", b"code=1" if method == "POST" else None)[0] == 200
    assert len(there.asked) == 10


def test_a_post_is_never_sent_twice(started):
    """A node died with it: what it did before is not known, so another is not asked."""
    nodes = Node(dies=True), Node(dies=True)
    front = started(*nodes)
    status, page, headers = front.ask("POST", "/oidc/token", b"code=1")
    assert len([*nodes[0].asked, *nodes[1].asked]) == 1
    assert (status, headers["Retry-After"]) == (503, "5")
    assert "Un instant" in page.decode()


def test_without_a_node_there_is_a_page(started):
    """From which one goes on."""
    status, page, headers = started(Gone(), Gone()).ask("GET", "/connexion/")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store")
    assert "rechargez cette page" in page.decode()


def test_a_node_gets_no_half_request(started):
    """A slow client keeps nginx waiting, and nobody else."""
    nodes = Node(), Node()
    front = started(*nodes)
    with front.connect() as slow:
        slow.sendall(f"POST /oidc/token HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 6\r\n\r\ncode".encode())
        time.sleep(0.5)
        assert [*nodes[0].asked, *nodes[1].asked] == []
        slow.sendall(b"=1")
        assert slow.recv(12) == b"HTTP/1.1 200"
    assert [body for _, _, _, body in [*nodes[0].asked, *nodes[1].asked]] == [b"code=1"]


def test_what_is_too_large_stops_there(started):
    """Bodies, headers, other names; and no path is in the log."""
    nodes = Node(), Node()
    front = started(*nodes)
    assert front.ask("POST", "/oidc/token", b"x" * 70_000)[0] == 413
    assert front.ask("GET", "/" + "x" * 17_000)[0] == 414
    assert front.ask("GET", "/", Cookie="x" * 17_000)[0] in (400, 431)
    with pytest.raises(ssl.SSLError):
        front.connect("other.example")
    assert [*nodes[0].asked, *nodes[1].asked] == []
    assert front.ask("GET", "/connexion/inscription/lien/a-secret/")[0] == 200
    assert "secret" not in (front.folder / "access").read_text()
