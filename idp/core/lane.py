"""The lane: one request of a worker runs Python at a time.

Sixteen threads that fight for the interpreter lengthen each other's requests; one at a time, with the lane
given up while a hash or an outgoing call runs, keeps the tail short.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Lane:
    """One lock a process; a thread knows whether it holds it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Run the block alone in this process."""
        with self._lock:
            self._mine.held = True
            try:
                yield
            finally:
                self._mine.held = False

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let others run while the block waits; does nothing in a thread that does not hold the lane."""
        if not getattr(self._mine, "held", False):
            yield
            return
        self._mine.held = False
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._mine.held = True


lane = Lane()
