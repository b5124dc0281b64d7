"""Calls to addresses that clients have registered: what is called, and what never is."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from idp.core.lane import lane
from idp.oidc import outgoing
from idp.settings import Settings


class Listener:
    """A server that says what it is told to; `asked` holds what came."""

    def __init__(self, answer: bytes, wait: float = 0) -> None:
        self.asked: list[bytes] = []
        self._answer, self._wait = answer, wait
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/x"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        with connection:
            self.asked.append(connection.recv(65_536))
            connection.sendall(self._answer)
            self._over.wait(self._wait)

    def close(self) -> None:
        """End it."""
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Start servers."""
    started: list[Listener] = []

    def start(answer: bytes, wait: float = 0) -> Listener:
        started.append(Listener(answer, wait))
        return started[-1]

    yield start
    for each in started:
        each.close()


def allowing(make_settings: Callable[..., Settings], listener: Listener) -> Settings:
    """A deployment for tests, that may call this server."""
    return make_settings(allowed_loopback_hosts=[f"127.0.0.1:{listener.port}"])


def test_what_is_there_is_read(make_settings: Callable[..., Settings], listen: Callable[..., Listener]) -> None:
    listener = listen(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    assert outgoing.get(allowing(make_settings, listener), listener.url, "text/plain") == b"hello"
    assert listener.asked[0].startswith(b"GET /x HTTP/1.1\r\n")


def test_others_go_on_meanwhile(make_settings: Callable[..., Settings], listen: Callable[..., Listener]) -> None:
    """docs/architecture.md: the lane is given up while an outgoing call runs."""
    listener = listen(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", 5)
    settings, free = allowing(make_settings, listener), threading.Event()

    def ask() -> None:
        with lane.held(), pytest.raises(outgoing.CallFailed):
            outgoing.get(settings, listener.url, "*/*")

    thread = threading.Thread(target=ask)
    thread.start()
    while not listener.asked:
        pass
    with lane.held():
        free.set()
    listener._over.set()
    thread.join()
    assert free.is_set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_a_bad_answer_is_one_error(
    make_settings: Callable[..., Settings], listen: Callable[..., Listener], answer: bytes
) -> None:
    listener = listen(answer)
    with pytest.raises(outgoing.CallFailed):
        outgoing.get(allowing(make_settings, listener), listener.url, "*/*")
    assert len(listener.asked) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.1.2.3", "169.254.169.254", "[fe80::1]", "[::ffff:10.0.0.1]"],
)
def test_addresses_that_are_not_public_are_not_called(make_settings: Callable[..., Settings], host: str) -> None:
    for uri in (f"https://{host}/", f"https://{host}:8443/", f"http://{host}/"):
        with pytest.raises(outgoing.CallFailed, match=r"public|https"):
            outgoing.get(make_settings(), uri, "*/*")


def test_a_name_with_one_private_address_is_not_called(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is meant to mislead; the address that was checked is the one that is called."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)
    with pytest.raises(outgoing.CallFailed, match="public"):
        outgoing.get(make_settings(), "https://mislead.example/", "*/*")


def test_another_port_of_an_allowed_host_is_not_called(
    make_settings: Callable[..., Settings], listen: Callable[..., Listener]
) -> None:
    settings = make_settings(allowed_loopback_hosts=["127.0.0.1:1"])
    listener = listen(b"")
    with pytest.raises(outgoing.CallFailed):
        outgoing.get(settings, listener.url, "*/*")
    assert listener.asked == []


@pytest.mark.parametrize(
    "uri", ["", "x", "ftp://a.example/", "file:///etc/passwd", "https://", "https://a:0x/", "https://[/"]
)
def test_what_is_no_address_is_one_error(make_settings: Callable[..., Settings], uri: str) -> None:
    with pytest.raises(outgoing.CallFailed):
        outgoing.get(make_settings(), uri, "*/*")
