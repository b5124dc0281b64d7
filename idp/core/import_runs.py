"""Runs over an old file: how far each has come, what it counted, which lines it refused.

A run and what it loaded move together, in one transaction a batch, so that a killed one goes on where it stood.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import orjson
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core import clock
from idp.core.csv_file import CsvFile, Place
from idp.core.db import Base, Id
from idp.core.ids import new_id
from idp.core.runtime import current

_PAGE = 1_000


class Import(Base):
    """One run over one file, recognised by a keyed digest of its bytes."""

    __tablename__ = "import"
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    line: Mapped[int]
    position: Mapped[int]
    counts: Mapped[str]
    started_at: Mapped[int]
    finished_at: Mapped[int | None]


class ImportRefusal(Base):
    """A line that was not loaded, and why; nothing of what it says. Only the last run of a kind keeps its own."""

    __tablename__ = "import_refusal"
    import_id: Mapped[bytes] = mapped_column(
        LargeBinary(16), ForeignKey("import.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]


class Overtaken(Exception):
    """Another import of this kind is at work, or has started since: this one stops, nothing half-loaded."""


@dataclass
class Counts:
    """What a run has done; each row is imported, updated, unchanged or refused.

    `seconds` and `argon2_seconds` are of a steady clock; `cpu_seconds` those one processor worked, hashing apart.
    """

    rows: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    argon2_seconds: float = 0.0
    argon2_hashes: int = 0

    def warn(self, kind: str) -> None:
        """Count a row that was loaded without a part of it."""
        self.warnings[kind] = self.warnings.get(kind, 0) + 1


class Run:
    """One run: new, taken up again, or found finished."""

    def __init__(self, identifier: bytes, place: Place, counts: Counts, *, finished: bool) -> None:
        self.id = identifier
        self.place = place
        self.counts = counts
        self.finished = finished

    @classmethod
    def open(cls, kind: str, file: CsvFile) -> "Run":
        """The last run of this kind where it was over this very file, read the same way; otherwise a new one."""
        reading = f"{file.encoding}{file.delimiter}".encode()
        fingerprint = current().keyring.digest("import", file.sha256 + reading)
        sql = current().sql
        with sql.together(alone=True):
            row = sql.one(
                "SELECT id, fingerprint, line, position, counts, finished_at FROM import"
                " WHERE kind = :kind ORDER BY id DESC LIMIT 1",
                {"kind": kind},
            )
            if row and row[1] == fingerprint:
                return cls(row[0], Place(row[3], row[2]), Counts(**orjson.loads(row[4])), finished=row[5] is not None)
            sql.run(
                "DELETE FROM import_refusal WHERE import_id IN (SELECT id FROM import WHERE kind = :kind)",
                {"kind": kind},
            )
            run = cls(new_id(), file.start, Counts(), finished=False)
            run._insert(kind, fingerprint)
        return run

    def _insert(self, kind: str, fingerprint: bytes) -> None:
        current().sql.run(
            "INSERT INTO import (id, kind, fingerprint, line, position, counts, started_at)"
            " VALUES (:id, :kind, :fingerprint, :line, :position, '{}', :now)",
            {
                "id": self.id,
                "kind": kind,
                "fingerprint": fingerprint,
                "line": self.place.line,
                "position": self.place.offset,
                "now": clock.now(),
            },
        )

    def move(self, place: Place) -> None:
        """Go on to `place`, first thing in the transaction of a batch. Raises `Overtaken`."""
        moved = current().sql.run(
            "UPDATE import SET line = :line, position = :position WHERE id = :id AND position = :before"
            " AND finished_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM import AS newer WHERE newer.kind = import.kind AND newer.id > import.id)",
            {"id": self.id, "line": place.line, "position": place.offset, "before": self.place.offset},
        )
        if not moved:
            raise Overtaken
        self.place = place

    def refuse(self, line: int, reason: str) -> None:
        """Note a line that is not loaded, in the transaction of its batch."""
        self.counts.refused += 1
        current().sql.run(
            "INSERT INTO import_refusal (import_id, line, reason) VALUES (:id, :line, :reason)",
            {"id": self.id, "line": line, "reason": reason},
        )

    def save(self) -> None:
        """Keep the counts, last thing in the transaction of a batch."""
        current().sql.run(
            "UPDATE import SET counts = :counts WHERE id = :id",
            {"id": self.id, "counts": orjson.dumps(asdict(self.counts)).decode()},
        )

    def finish(self) -> None:
        """Say that the whole file has been read."""
        current().sql.run("UPDATE import SET finished_at = :now WHERE id = :id", {"id": self.id, "now": clock.now()})
        self.finished = True

    def refusals(self) -> Iterator[tuple[int, str]]:
        """The refused lines with their reasons, in the order of the file, a page at a time."""
        last = 0
        while page := current().sql.all(
            "SELECT line, reason FROM import_refusal WHERE import_id = :id AND line > :last ORDER BY line LIMIT :page",
            {"id": self.id, "last": last, "page": _PAGE},
        ):
            yield from page
            last = page[-1][0]

    def reasons(self) -> dict[str, int]:
        """How many lines were refused for each reason, the most frequent first."""
        return dict(
            current().sql.all(
                "SELECT reason, count(*) FROM import_refusal WHERE import_id = :id GROUP BY reason"
                " ORDER BY count(*) DESC, reason",
                {"id": self.id},
            )
        )


@contextmanager
def rehearsal() -> Iterator[None]:
    """Let the runs of the block leave no trace: their tables are hidden by temporary ones of the same names."""
    sql = current().sql
    for table in ("import", "import_refusal"):
        sql.run(f"CREATE TEMP TABLE {table} AS SELECT * FROM {sql.schema}.{table} LIMIT 0", {})  # noqa: S608
    try:
        yield
    finally:
        for table in ("import", "import_refusal"):
            sql.run(f"DROP TABLE {sql.temporary}.{table}", {})
