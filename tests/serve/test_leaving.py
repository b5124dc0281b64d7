"""A node that is told to end says so first, and loses no request on its way out."""

import contextlib
import http.client
import signal
import socket
import threading
import time

import pytest
import requests
from nodes import until

CLIENTS = 12


class Client(threading.Thread):
    """Asks again and again, until nobody listens any more; on a connection that it keeps, or on a new one each time."""

    def __init__(self, port: int, *, keeps: bool) -> None:
        super().__init__()
        self._port, self._keeps = port, keeps
        self.answers = 0
        self.lost: list[str] = []

    def run(self) -> None:
        connection = None
        while connection is not None or (connection := self._connect()) is not None:
            try:
                connection.request("GET", "/connexion/", headers={"Host": "localhost"})
                answer = connection.getresponse()
                assert len(answer.read()) == int(answer.headers["Content-Length"])
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.lost.append(f"{type(error).__name__}: {error}")
                connection.close()
                connection = None
                continue
            self.answers += 1
            # `will_close` is what `Connection: close` makes it.
            if answer.will_close or not self._keeps:
                connection.close()
                connection = None

    def _connect(self) -> http.client.HTTPConnection | None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.connect()
        except ConnectionRefusedError:
            return None
        return connection


def test_no_request_is_lost_when_a_node_ends(start):
    """Under load, on kept and on new connections: what could be sent is answered whole, until nothing is taken."""
    node = start(drain_seconds=1)
    clients = [Client(node.port, keeps=number % 2 == 0) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(1)
    node.tell(signal.SIGTERM)
    for client in clients:
        client.join(30)
    assert [client.lost for client in clients] == [[]] * CLIENTS
    assert min(client.answers for client in clients) > 5
    assert node.process.wait(30) == 0
    assert node.family() == []


def test_a_leaving_node_says_so_and_goes_on_for_a_while(start):
    """`/-/ready` is 503 and every answer ends its connection, while requests are still answered."""
    node = start(drain_seconds=3, workers=1)
    with requests.Session() as kept:
        assert "Connection" not in kept.get(node.url + "/-/live").headers
        node.tell(signal.SIGTERM)
        until(lambda: requests.get(node.url + "/-/ready", timeout=5).status_code == 503, 3, node.log)
        answers = [kept.get(node.url + path) for path in ("/-/live", "/connexion/", "/oidc/jwks")]
    assert [(answer.status_code, answer.headers["Connection"]) for answer in answers] == [(200, "close")] * 3
    assert node.process.wait(30) == 0


@pytest.mark.parametrize("impatience", [signal.SIGTERM, signal.SIGINT])
def test_who_will_not_wait_says_so_twice(start, impatience):
    """A second signal ends the waiting, not the requests under way."""
    node = start(drain_seconds=60, workers=1)
    node.tell(signal.SIGTERM)
    until(lambda: b"leaving" in node.log.read_bytes(), 5, node.log)
    with socket.create_connection(("127.0.0.1", node.port)) as slow:
        slow.sendall(b"POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\na=")
        time.sleep(0.3)
        node.tell(impatience)
        time.sleep(0.5)
        with contextlib.suppress(OSError):
            slow.sendall(b"1&")
        assert slow.recv(12) == b"HTTP/1.1 400"
    assert node.process.wait(20) == 0
