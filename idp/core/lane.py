"""The lane: one request of a worker runs Python at a time.

Sixteen threads that fight for the interpreter lengthen each other's requests; one at a time, with the lane
given up while a hash or an outgoing call runs, keeps the tail short. What programs ask goes before pages: a page takes
ten times as long, and a storm of people who sign in must not hold up the redirects of everybody else.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Lane:
    """One lock a process; a thread knows whether it holds it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Pages wait here, one of them at the lock: whoever is urgent waits behind one at most.
        self._gate = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def held(self, *, urgent: bool = True) -> Iterator[None]:
        """Run the block alone in this process; one that is not `urgent` lets the others go first."""
        self._mine.urgent = urgent
        self._take(urgent)
        try:
            self._mine.held = True
            yield
        finally:
            self._mine.held = False
            self._lock.release()

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
            self._take(self._mine.urgent)
            self._mine.held = True

    def _take(self, urgent: bool) -> None:
        if urgent:
            self._lock.acquire()
            return
        with self._gate:
            self._lock.acquire()


lane = Lane()
