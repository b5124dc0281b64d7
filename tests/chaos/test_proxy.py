"""The wire between a node and a store, broken in each way."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from chaos.proxy import Proxy


def echo(listener: socket.socket) -> None:
    """Answer each connection with what it says, until nobody listens any more."""

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while said := connection.recv(100):
                connection.sendall(said)

    with suppress(OSError):
        while True:
            threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy before an echo."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=[listener], daemon=True).start()
        proxy = Proxy(listener.getsockname()[1])
        yield proxy
        proxy.close()
        # Who waits in accept() is woken.
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def connect(proxy: Proxy) -> Iterator[Callable[[], socket.socket]]:
    """Open connections through the proxy."""
    opened: list[socket.socket] = []

    def connect() -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", proxy.port), timeout=5))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


def says(connection: socket.socket) -> bytes:
    connection.sendall(b"a")
    return connection.recv(1)


def test_it_passes_what_comes(connect: Callable[[], socket.socket]) -> None:
    """Both ways."""
    assert says(connect()) == b"a"


@pytest.mark.parametrize("mode", ["drop", "reset"])
def test_what_is_open_is_cut_and_nothing_new_gets_through(
    proxy: Proxy, connect: Callable[[], socket.socket], mode: str
) -> None:
    """Until it passes again."""
    before = connect()
    assert says(before) == b"a"
    proxy.set(mode)
    for broken in (lambda: before, connect):
        with suppress(ConnectionError):
            assert says(broken()) == b""
    proxy.set("pass")
    assert says(connect()) == b"a"


def test_what_stalls_comes_later(proxy: Proxy, connect: Callable[[], socket.socket]) -> None:
    """Nothing is lost."""
    connection = connect()
    proxy.set("stall")
    connection.sendall(b"a")
    connection.settimeout(0.3)
    with pytest.raises(TimeoutError):
        connection.recv(1)
    proxy.set("pass")
    connection.settimeout(5)
    assert connection.recv(1) == b"a"


def test_a_slow_wire_takes_its_time(proxy: Proxy, connect: Callable[[], socket.socket]) -> None:
    """Each way."""
    connection = connect()
    proxy.set("slow")
    begun = time.monotonic()
    assert says(connection) == b"a"
    assert time.monotonic() - begun >= 0.1
