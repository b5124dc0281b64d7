"""argon2id, in its own slow lane: one low-priority thread a worker, and a waiting room that can be full."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from idp.core import clock, cores, metrics
from idp.core.lane import lane
from idp.settings import Settings

T = TypeVar("T")


class Busy(Exception):
    """Too many people wait for a hash: answer 503 with Retry-After before reading a password."""

    retry_after = 5


class Hashing:
    """argon2id with the settings' cost. `verify` and `hash` cost the same and say nothing of the input."""

    def __init__(self, settings: Settings) -> None:
        self._argon2 = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_parallelism,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._niceness = settings.hash_niceness
        self._threads = settings.hash_threads
        self._room = settings.pages_at_once
        self._waiting = 0
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def hash(self, secret: bytes) -> str:
        """The encoded argon2id hash of `secret`, under a new random salt."""
        return self._argon2.hash(secret)

    def verify(self, encoded: str, secret: bytes) -> bool:
        """Whether `secret` made `encoded`."""
        try:
            return self._argon2.verify(encoded, secret)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, encoded: str) -> bool:
        """Whether `encoded` was made with another cost than today's."""
        return self._argon2.check_needs_rehash(encoded)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the waiting room for the length of the block; raises `Busy` when it is full."""
        with self._lock:
            if self._waiting >= self._room:
                metrics.count(metrics.HASHES_REFUSED)
                raise Busy
            self._waiting += 1
        metrics.count(metrics.HASHES_WAITING)
        try:
            yield
        finally:
            metrics.count(metrics.HASHES_WAITING, by=-1)
            with self._lock:
                self._waiting -= 1

    def run(self, work: Callable[[], T]) -> T:
        """Run `work` in the hash thread while this request gives up the lane."""
        with self._lock:
            if self._pool is None:
                # Made late: a worker forks before its first hash, and threads do not survive a fork.
                self._pool = ThreadPoolExecutor(self._threads, "hash", self._stand_back)
        future = self._pool.submit(_timed, work)
        with lane.released():
            result, seconds = future.result()
        # Here and not in the hash thread, whose low priority others would wait for.
        metrics.observe(metrics.HASHES, seconds)
        return result

    def _stand_back(self) -> None:
        cores.roam()
        # On Linux the priority belongs to the thread.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = clock.steady()
    return work(), clock.steady() - began
