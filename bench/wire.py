"""HTTP/1.1 as a load driver needs it: one kept connection to loopback, whole answers, and no more work than that."""

import socket
from typing import NamedTuple, Self
from urllib.parse import urlsplit

_TIMEOUT = 10
_CHUNK = 65_536


class Response(NamedTuple):
    """A whole answer; header names in lower case, in the order in which they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, or an empty text."""
        return next((value for key, value in self.headers if key == name), "")


def answers(origin: str) -> bool:
    """Whether a server answers there, with any discovery document."""
    try:
        with Connection(origin) as connection:
            return connection.request("GET", "/.well-known/openid-configuration", {}).status == 200
    except OSError:
        return False


class Connection:
    """A connection to one origin, opened again where the server has closed it."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        if parts.scheme != "http" or parts.hostname != "127.0.0.1":
            raise ValueError(f"{origin} is not plain HTTP on 127.0.0.1: the driver goes nowhere else")
        self.origin = origin
        self._host = parts.netloc
        self._address = (parts.hostname, parts.port or 80)
        self._socket: socket.socket | None = None
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def request(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        """One exchange; `target` is a path with its query. Raises `OSError`."""
        lines = [
            f"{method} {target} HTTP/1.1",
            f"Host: {self._host}",
            *(f"{name}: {headers[name]}" for name in headers),
        ]
        if method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        message = "\r\n".join([*lines, "", ""]).encode() + body
        kept = self._socket is not None
        try:
            return self._exchange(message)
        except OSError:
            self.close()
            if not kept:
                raise
        # A kept connection may have been closed while nobody looked: that is no failure of the server.
        return self._exchange(message)

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _exchange(self, message: bytes) -> Response:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, _TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(message)
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = [(name.lower(), value.strip()) for name, _, value in pairs]
        response = Response(int(first[9:12]), headers, b"")
        body = self._body(response)
        if response.header("connection").lower() == "close":
            self.close()
        return response._replace(body=body)

    def _body(self, response: Response) -> bytes:
        if response.header("transfer-encoding").lower() == "chunked":
            parts = []
            while size := int(self._until(b"\r\n").partition(b";")[0], 16):
                parts.append(self._exactly(size))
                self._exactly(2)
            self._until(b"\r\n")
            return b"".join(parts)
        return self._exactly(int(response.header("content-length") or 0))

    def _until(self, mark: bytes) -> bytes:
        while (end := self._rest.find(mark)) < 0:
            self._more()
        found, self._rest = self._rest[:end], self._rest[end + len(mark) :]
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._more()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _more(self) -> None:
        assert self._socket is not None
        chunk = self._socket.recv(_CHUNK)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        self._rest += chunk
