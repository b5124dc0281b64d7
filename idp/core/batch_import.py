"""Loading an old file in batches: read, look up, hash on all cores, write in one transaction with the checkpoint.

What a row means is the `Loader`'s business. The file is read twice: first for what no two rows may share, so that
every row of a clash is refused, wherever in the file it stands.
"""

import hmac
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar

from idp.core import clock, runtime
from idp.core.csv_file import CsvFile, Record
from idp.core.import_runs import Run
from idp.core.runtime import current

_BATCH = 1_000
_CACHE_KIB = 32_768
Progress = Callable[[int], None]


class RowRefused(Exception):
    """A row that is not loaded; `reason` is a word for the report, and nothing here repeats the row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class Item:
    """A row on its way into the database: refused in the end, or imported, updated, unchanged."""

    line: int
    warnings: list[str] = field(default_factory=list)
    refused: str | None = None
    outcome: str = "imported"


T = TypeVar("T", bound=Item)


class Claims:
    """How many rows of the file claim each thing that no two may share: keyed digests, on a scratch file if many."""

    def __init__(self) -> None:
        # An empty name: a private file that the system removes, used only when memory is not enough.
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._scratch.execute("CREATE TABLE claim (key BLOB PRIMARY KEY, count, strong) WITHOUT ROWID")
        self._key = os.urandom(32)

    def add_all(self, claims: Iterator[tuple[bytes, bool]]) -> None:
        """Count every claim; a strong one is counted apart as well."""
        self._scratch.execute("BEGIN")
        self._scratch.executemany(
            "INSERT INTO claim VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET"
            " count = count + 1, strong = strong + excluded.strong",
            ((self._digest(claim), strong) for claim, strong in claims),
        )
        self._scratch.execute("COMMIT")

    def count(self, claim: bytes) -> tuple[int, int]:
        """How many rows claim it, and how many of them strongly."""
        row = self._scratch.execute("SELECT count, strong FROM claim WHERE key = ?", (self._digest(claim),)).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def close(self) -> None:
        """Forget everything."""
        self._scratch.close()

    def _digest(self, claim: bytes) -> bytes:
        return hmac.digest(self._key, claim, "sha256")[:16]


class Loader(Protocol[T]):
    """What the rows of one kind of file mean."""

    @property
    def kind(self) -> str:
        """The word under which its runs are kept."""

    @property
    def columns(self) -> Sequence[str]:
        """What the first line must name; a row's values come in this order."""

    @property
    def optional(self) -> Sequence[str]:
        """What it may name besides; these values come after the others, empty where it does not."""

    def claims(self, values: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
        """What no other row may claim, as far as this one is readable; and whether it claims it strongly."""

    def read(self, line: int, values: Sequence[str], claims: Claims) -> T:
        """Check a row alone and against its file. Raises `RowRefused`; or marks the item, which is then written too."""

    def look_up(self, item: T) -> None:
        """Compare with the database. Raises `RowRefused`."""

    def hash(self, item: T) -> int:
        """Make what is stored of its password, in any thread; how many hashes that took."""

    def write(self, item: T) -> None:
        """Store it, in the transaction of the batch; sets `outcome`, or `refused` where the database says no."""

    def end_batch(self) -> None:
        """Store what belongs to the batch as a whole."""


def load(
    loader: Loader[T],
    file: CsvFile,
    *,
    jobs: int,
    rehearse: bool = False,
    progress: Progress = lambda _bytes: None,
) -> tuple[Run, bool]:
    """Load the file, or the rest of it, on `jobs` threads; the run, and whether it was finished before.

    With `rehearse` nothing is hashed and nothing stored but the run itself: see `import_runs.rehearsal`.
    Raises `Overtaken`.
    """
    run = Run.open(loader.kind, file)
    if run.finished:
        return run, True
    started, worked = clock.steady(), clock.busy()
    with closing(Claims()) as claims, _pool(jobs) as pool:
        claims.add_all(claim for row in file.rows() if not row.problem for claim in loader.claims(row.values))
        batch = _Batch(loader, run, claims, pool, jobs=jobs, rehearse=rehearse)
        rows = file.rows(run.place)
        while records := list(islice(rows, _BATCH)):
            batch.load(records)
            run.counts.seconds += clock.steady() - started
            run.counts.cpu_seconds += clock.busy() - worked
            started, worked = clock.steady(), clock.busy()
            progress(run.place.offset)
    with current().sql.together(alone=True):
        run.finish()
        run.save()
    return run, False


def _pool(jobs: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(jobs, "import", runtime.enter, (current(),))


class _Batch(Generic[T]):
    """Some rows at a time, from reading to commit."""

    def __init__(
        self, loader: Loader[T], run: Run, claims: Claims, pool: ThreadPoolExecutor, *, jobs: int, rehearse: bool
    ) -> None:
        self._loader = loader
        self._run = run
        self._claims = claims
        self._pool = pool
        self._jobs = jobs
        self._rehearse = rehearse

    def load(self, records: Sequence[Record]) -> None:
        """Load these rows: all of them, or none."""
        items, refusals = self._read(records)
        if not self._rehearse:
            self._hash(items)
        with current().sql.together(alone=True):
            # First, so that of two who load the same rows one stops here.
            self._run.move(records[-1].after)
            self._run.counts.rows += len(records)
            for line, reason in refusals:
                self._run.refuse(line, reason)
            for item in items:
                self._store(item)
            if not self._rehearse:
                self._loader.end_batch()
            self._run.save()

    def _read(self, records: Sequence[Record]) -> tuple[list[T], list[tuple[int, str]]]:
        items: list[T] = []
        refusals: list[tuple[int, str]] = []
        for record in records:
            try:
                if record.problem:
                    raise RowRefused(record.problem)
                item = self._loader.read(record.line, record.values, self._claims)
                self._loader.look_up(item)
                items.append(item)
            except RowRefused as refusal:
                refusals.append((record.line, refusal.reason))
        return items, refusals

    def _hash(self, items: list[T]) -> None:
        started = clock.steady()
        # Some rows a task: small enough that all threads end together.
        size = max(1, _BATCH // (8 * self._jobs))
        tasks = [items[start : start + size] for start in range(0, len(items), size)]
        self._run.counts.argon2_hashes += sum(self._pool.map(self._hash_some, tasks))
        self._run.counts.argon2_seconds += clock.steady() - started

    def _hash_some(self, items: list[T]) -> int:
        return sum(map(self._loader.hash, items))

    def _store(self, item: T) -> None:
        if not self._rehearse:
            self._loader.write(item)
        counts = self._run.counts
        if item.refused:
            self._run.refuse(item.line, item.refused)
            return
        for warning in item.warnings:
            counts.warn(warning)
        setattr(counts, item.outcome, getattr(counts, item.outcome) + 1)
