"""Counting: numbers that all processes of one server add to, for `/-/metrics` to show (`web/metrics.py`).

A process adds to a column of its own, in memory that its parent made and its brothers share; whoever shows them adds
the columns up. A column outlives its process and goes to the next one that starts, so that a death loses no count.
A label comes from a closed set (an endpoint, an event, a limit, a kind of job), never from what a client sent.
"""

import fcntl
import mmap
import os
import tempfile
import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import orjson

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """What is counted; a histogram has `buckets`, their upper bounds, and counts one more above the last."""

    name: str
    what: str
    labels: tuple[str, ...] = ()
    kind: Literal["counter", "gauge", "histogram"] = "counter"
    buckets: tuple[float, ...] = ()

    @property
    def cells(self) -> int:
        """How many numbers one series of it takes: a histogram's buckets, and its sum."""
        return len(self.buckets) + 2 if self.buckets else 1


REQUESTS = Metric("mgen_connect_requests", "Requests answered.", ("endpoint", "method", "status"))
LATENCY = Metric(
    "mgen_connect_request_seconds", "From the arrival of a request to its answer.", ("endpoint",), "histogram", _SECONDS
)
HASHES = Metric("mgen_connect_hash_seconds", "The work of the hash thread.", (), "histogram", _SECONDS)
HASHES_WAITING = Metric("mgen_connect_hash_waiting", "People who wait for a password hash.", (), "gauge")
HASHES_REFUSED = Metric("mgen_connect_hash_refused", "People sent away because the waiting room was full.")
EVENTS = Metric("mgen_connect_events", "What people and sites did, as the audit has it.", ("event", "way"))
STEPS = Metric("mgen_connect_identifier_change_steps", "Changes of identifier that came to a step.", ("step",))
CODES = Metric("mgen_connect_codes_issued", "Authorization codes issued.")
TOKENS = Metric("mgen_connect_tokens_issued", "Good answers of the token endpoint.", ("grant_type",))
THROTTLED = Metric("mgen_connect_throttled", "Attempts refused by a limit.", ("limit",))
MAIL = Metric("mgen_connect_mail", "Messages handed to the relay.", ("result",))
JOBS = Metric("mgen_connect_outbox_tries", "Jobs of the outbox tried.", ("kind", "result"))

METRICS = (REQUESTS, LATENCY, HASHES, HASHES_WAITING, HASHES_REFUSED, EVENTS, STEPS, CODES, TOKENS, THROTTLED, MAIL,
           JOBS)  # fmt: skip

# Memory that nobody has touched is not used: the sizes are what never runs out.
_NAMES = 1 << 20
_CELLS = 1 << 15
_COLUMNS = 128
_HEAD = 2 * 8
# Of the file's bytes, locked by whom they stand for: each column by its process, the names by who writes one.
_NAMES_LOCK = _COLUMNS
_KINDS = {metric.name: metric for metric in METRICS}
Series = tuple[str, ...]


def count(metric: Metric, *labels: str, by: float = 1.0) -> None:
    """Add to a counter or a gauge."""
    cell = _board.cells.get((metric.name, *labels)) or _board.new_cell(metric.name, *labels)
    with _board.lock:
        _board.column[cell] += by


def observe(metric: Metric, value: float, *labels: str) -> None:
    """Add a value to a histogram."""
    cell = _board.cells.get((metric.name, *labels)) or _board.new_cell(metric.name, *labels)
    column, buckets = _board.column, metric.buckets
    with _board.lock:
        column[cell + bisect_left(buckets, value)] += 1
        column[cell + len(buckets) + 1] += value


def read() -> dict[Series, list[float]]:
    """The numbers of every series, name and labels, of all processes together; a histogram's sum comes last."""
    return _board.read()


class _Board:
    """The shared memory: a head (bytes of names, columns taken), the names of the series in order, the columns."""

    def __init__(self) -> None:
        size = _HEAD + _NAMES + _COLUMNS * _CELLS * 8
        # No file has a name: nothing is left behind, and a full disk is no matter.
        self._file = os.memfd_create("metrics") if hasattr(os, "memfd_create") else _temporary()
        os.ftruncate(self._file, size)
        memory = memoryview(mmap.mmap(self._file, size))
        self._head = memory[:_HEAD].cast("Q")
        self._names = memory[_HEAD : _HEAD + _NAMES]
        self._numbers = memory[_HEAD + _NAMES :].cast("d")
        self.forget_process()

    def forget_process(self) -> None:
        """Begin anew, as a child does: its parent's column is not its own."""
        self.lock = threading.Lock()
        self.cells: dict[Series, int] = {}
        self.column = self._numbers[:0]
        self._known, self._next = 0, 1

    def new_cell(self, *series: str) -> int:
        """The first cell of a series that this process has not met."""
        with self.lock, self._names_locked():
            self._learn()
            if series not in self.cells:
                line = orjson.dumps(series) + b"\n"
                used = self._head[0]
                self._names[used : used + len(line)] = line
                # Last: a writer killed before leaves no half a name.
                self._head[0] = used + len(line)
                self._learn()
            if not self.column:
                self.column = self._claim()
            return self.cells[series]

    def read(self) -> dict[Series, list[float]]:
        """See `metrics.read`."""
        with self.lock, self._names_locked():
            self._learn()
            columns = [self._numbers[first : first + self._next].tolist() for first in self._taken()]
        sums = [sum(row) for row in zip(*columns, strict=True)] or [0.0] * self._next
        return {series: sums[cell : cell + _KINDS[series[0]].cells] for series, cell in self.cells.items()}

    def _learn(self) -> None:
        """Take in the names that other processes have added: where a series lies follows from their order."""
        used = self._head[0]
        for line in bytes(self._names[self._known : used]).splitlines():
            series = tuple(orjson.loads(line))
            self.cells[series] = self._next
            self._next += _KINDS[series[0]].cells
        self._known = used

    def _claim(self) -> "memoryview[float]":
        """The first column that no living process has; the kernel gives it free again when this one dies."""
        for number in range(_COLUMNS):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except OSError:
                continue
            self._head[1] = max(self._head[1], number + 1)
            column = self._numbers[number * _CELLS : (number + 1) * _CELLS]
            for series, cell in self.cells.items():
                if _KINDS[series[0]].kind == "gauge":
                    # Of the dead nobody waits any more.
                    column[cell] = 0.0
            return column
        return memoryview(bytearray(_CELLS * 8)).cast("d")

    def _taken(self) -> range:
        return range(0, self._head[1] * _CELLS, _CELLS)

    @contextmanager
    def _names_locked(self) -> Iterator[None]:
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, _NAMES_LOCK)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _NAMES_LOCK)


def _temporary() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


_board = _Board()
os.register_at_fork(after_in_child=_board.forget_process)
