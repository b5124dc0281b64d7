"""Plain SQL with named parameters, no ORM: what both engines promise."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

Parameters = Mapping[str, Any]
Row = tuple[Any, ...]


class Unavailable(Exception):
    """A store cannot be reached, is full, or gave no answer in time: answer 503, and guess nothing."""

    retry_after = 5


class Statements(ABC):
    """One connection a seat, or a thread where there is no request; `:name` marks a parameter.

    Inside the write transaction of a request a statement belongs to it; outside, each commits alone. Every verb
    raises `Unavailable` where the database gives no answer.
    """

    # What the two dialects do not share: rows that another claims are passed over; the number of a row, which grows;
    # the schema of the tables, and that of temporary ones.
    skip_locked: str
    row_number: str
    schema: str
    temporary: str

    def one(self, sql: str, parameters: Parameters) -> Row | None:
        """The first row (of a SELECT, or of a RETURNING), or None."""
        rows = self._execute(sql, parameters)[0]
        return rows[0] if rows else None

    def all(self, sql: str, parameters: Parameters) -> list[Row]:
        """Every row."""
        return self._execute(sql, parameters)[0]

    def run(self, sql: str, parameters: Parameters) -> int:
        """The number of rows changed."""
        return self._execute(sql, parameters)[1]

    @abstractmethod
    def _execute(self, sql: str, parameters: Parameters) -> tuple[list[Row], int]:
        """Every row, so that the statement is over and its commit done; and how many were changed."""

    @abstractmethod
    def together(self, *, alone: bool = False, durable: bool = False) -> AbstractContextManager[None]:
        """Make the statements of the block one write transaction; an exception undoes them.

        `alone`: no other such block, and no page that writes, comes between, on any node; for what looks before it
        writes. `durable`: a power cut does not undo it once it is over, whatever the hot way risks.
        """

    @abstractmethod
    def purge(self, table: str) -> None:
        """Let what was overwritten or deleted in `table` leave the database's files as well; a command's work."""

    @abstractmethod
    def close(self) -> None:
        """Close this thread's connection, and those that no request uses."""
