"""The bodies of requests, read whole before a request gets its turn: a client that sends slowly delays nobody else.

A WSGI server's `read` cannot be given up. What bounds it: a few places to wait in, 64 KiB, and the end of the
connection when the time is over (`sockets.Unanswered`).
"""

import threading
from io import BytesIO
from typing import Any

import structlog

from idp.core import clock
from idp.core.sockets import Unanswered

MAX_BODY = 65_536
# Threads of a worker that may wait for bodies at once; half of them for one address.
PLACES = 256
NOT_READ = "mgen_connect.not_read"
# Where few places are left, nobody gets more than this.
_HURRIED_SECONDS = 2.0
_AT_ONCE = 1.0
_log = structlog.get_logger()


class Bodies:
    """The bodies that one process waits for."""

    def __init__(self, places: int) -> None:
        self._places, self._half = places, places // 2
        self._waiting: dict[int, tuple[str, float]] = {}
        self._unanswered = Unanswered()

    def read(self, environ: dict[str, Any]) -> bool:
        """Put the body, of 64 KiB and a byte at most, where it is read from next without waiting.

        False where the connection ended before the body did. `environ[NOT_READ]` is set where no place was free: answer
        503.
        """
        chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
        declared = environ.get("CONTENT_LENGTH", "")
        length = int(declared) if declared.isdecimal() else 0
        if chunked:
            length = MAX_BODY + 1
        elif not 0 < length <= MAX_BODY:
            # Nothing is read of what is too long, and whoever looks at its length refuses it.
            environ["wsgi.input"] = BytesIO()
            return True
        peer = environ.get("REMOTE_ADDR", "")
        if len(self._waiting) >= self._half and not self._has_place(peer):
            environ[NOT_READ] = True
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"
            return True
        thread = threading.get_ident()
        self._waiting[thread] = (peer, clock.steady())
        try:
            body = environ["wsgi.input"].read(length)
        finally:
            del self._waiting[thread]
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        return chunked or len(body) == length

    def _has_place(self, peer: str) -> bool:
        others = [one for one, _ in list(self._waiting.values())]
        return len(others) < self._places and others.count(peer) < self._half

    def cut_overdue(self, port: int, seconds: float) -> None:
        """End the connections to `port` that have owed a body for longer than `seconds`, sooner where places are few.

        To be called about twice a second.
        """
        waiting = list(self._waiting.values())
        now = clock.steady()
        late = {peer for peer, since in waiting if now - since > _AT_ONCE}
        if not late:
            return
        allowed = seconds if len(waiting) <= self._half else min(seconds, _HURRIED_SECONDS)
        if ended := self._unanswered.cut(port, late, allowed - _AT_ONCE):
            _log.warning("slow_bodies_cut", connections=ended, sources=len(late))


bodies = Bodies(PLACES)
