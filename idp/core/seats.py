"""Seats: how many requests of a process may be under way, and what each keeps for the next one, such as a connection.

Threads that only wait for a client have no seat, so that there may be many of them.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

_mine = threading.local()


class _Seat:
    """One seat, and whether somebody has it."""

    __slots__ = ("taken",)

    def __init__(self) -> None:
        self.taken = False


class Seats:
    """A number of seats; `with` takes one for the length of the block, and waits while all are taken."""

    def __init__(self, number: int) -> None:
        # The one left last is taken first: few requests keep few seats warm.
        self._free = deque(_Seat() for _ in range(number))
        self._tokens: SimpleQueue[None] = SimpleQueue()
        for _ in range(number):
            self._tokens.put(None)

    def __enter__(self) -> None:
        self._tokens.get()
        seat = _mine.seat = self._free.pop()
        seat.taken = True

    def __exit__(self, *_: object) -> None:
        seat, _mine.seat = _mine.seat, None
        seat.taken = False
        self._free.append(seat)
        self._tokens.put(None)


class Turns:
    """`at_once` may be inside, and `waiting` more wait for their turn; whoever comes then is sent away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._most = at_once + waiting
        self._here = 0
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Wait for a turn and keep it for the length of the block; False, at once, where too many wait."""
        with self._lock:
            is_in = self._here < self._most
            self._here += is_in
        if not is_in:
            yield False
            return
        try:
            with self._free:
                yield True
        finally:
            with self._lock:
                self._here -= 1


class PerSeat:
    """Like `threading.local`, but of the seat of the request; of the thread where there is no request."""

    def __init__(self) -> None:
        self._threads = threading.local()
        self._seats: dict[_Seat, SimpleNamespace] = {}

    def here(self) -> Any:
        """Where attributes can be kept."""
        seat = getattr(_mine, "seat", None)
        if seat is None:
            return self._threads
        return self._seats.get(seat) or self._seats.setdefault(seat, SimpleNamespace())

    def unused(self) -> list[Any]:
        """What this thread keeps, and what the free seats did: they begin anew."""
        return [self._threads, *(self._seats.pop(seat) for seat in list(self._seats) if not seat.taken)]
