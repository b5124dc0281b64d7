"""Seats: how many requests of a process may be under way, and what each keeps for the next one, such as a connection.

Threads that only wait for a client have no seat, so that there may be many of them.
"""

import threading
from collections import deque
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

_mine = threading.local()


class Seats:
    """A number of seats; `with` takes one for the length of the block, and waits while all are taken."""

    def __init__(self, number: int) -> None:
        # The one left last is taken first: what few requests need, few seats keep.
        self._free = deque(range(number))
        self._tokens: SimpleQueue[None] = SimpleQueue()
        for _ in range(number):
            self._tokens.put(None)

    def __enter__(self) -> None:
        self._tokens.get()
        _mine.seat = self._free.pop()

    def __exit__(self, *_: object) -> None:
        self._free.append(_mine.seat)
        _mine.seat = None
        self._tokens.put(None)


class PerSeat:
    """Like `threading.local`, but of the seat of the request; of the thread where there is no request."""

    def __init__(self) -> None:
        self._threads = threading.local()
        self._seats: dict[int, SimpleNamespace] = {}

    def here(self) -> Any:
        """Where attributes can be kept."""
        seat = getattr(_mine, "seat", None)
        if seat is None:
            return self._threads
        return self._seats.get(seat) or self._seats.setdefault(seat, SimpleNamespace())

    def everywhere(self) -> list[Any]:
        """What this thread and every seat keep; for the end, when no request is under way."""
        return [self._threads, *self._seats.values()]
