"""The TCP connections of this process as the kernel knows them: what a WSGI server does not tell. Linux only."""

import ctypes
import os
import socket
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from idp.core import clock

_FOLDER = Path("/proc/self/fd")
_SO_ATTACH_FILTER = 26
_ESTABLISHED = 1
# struct tcp_info: the state; milliseconds since data was sent, and came; segments of data sent.
_INFO = struct.Struct("=B43xI4xI100xI")
# "Drop what has SYN set, keep the rest" (classic BPF: load byte 13, test bit 2, return 0 or all).
_NO_SYN = struct.pack(
    "HBBI" * 4, 0x30, 0, 0, 13, 0x45, 0, 1, 2, 0x06, 0, 0, 0, 0x06, 0, 0, 0xFFFFFFFF
)  # fmt: skip


def take_no_more() -> None:
    """Let no new connection reach this process's listeners; those being made are finished, and can be accepted.

    Closing a listener resets what waits in its queue. A client that comes meanwhile asks again in a second, and
    is then refused, before it has sent anything.
    """
    code = ctypes.create_string_buffer(_NO_SYN)
    program = struct.pack("HL", 4, ctypes.addressof(code))
    for one in _own():
        if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            one.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


class Unanswered:
    """Connections of clients that sent something since they were last answered, followed from look to look."""

    def __init__(self) -> None:
        self._since: dict[tuple[object, int], float] = {}

    def cut(self, port: int, peers: Iterable[str], seconds: float) -> int:
        """End those to `port` from `peers` (addresses) that have been so for longer than `seconds`; how many."""
        now, seen, ended = clock.steady(), {}, 0
        for one in _own():
            try:
                state, sent_ago, came_ago, segments = _INFO.unpack(
                    one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
                )
                if state != _ESTABLISHED or came_ago > sent_ago or one.getsockname()[1] != port:
                    continue
                if (peer := one.getpeername())[0] not in peers:
                    continue
                since = seen[peer, segments] = self._since.get((peer, segments), now)
                if now - since >= seconds:
                    one.shutdown(socket.SHUT_RDWR)
                    ended += 1
            except OSError:
                # It has just ended by itself.
                continue
        self._since = seen
        return ended


def _own() -> Iterator[socket.socket]:
    for entry in list(_FOLDER.iterdir()) if _FOLDER.is_dir() else ():
        try:
            descriptor = os.dup(int(entry.name))
        except OSError:
            continue
        try:
            one = socket.socket(fileno=descriptor)
        except OSError:
            os.close(descriptor)
            continue
        with one:
            if one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM:
                yield one
