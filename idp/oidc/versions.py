"""Numbers that move when clients or keys change, so that every worker knows within a second."""

from idp.core import clock
from idp.core.db import Statements


class Watch:
    """The number as it was less than a second ago: a cache made at another one is out of date."""

    __slots__ = ("_name", "_read_at", "_sql", "_value")

    def __init__(self, sql: Statements, name: str) -> None:
        self._sql = sql
        self._name = name
        self._read_at = -1
        self._value = 0

    def value(self) -> int:
        """The number; the row is read once a second at most."""
        now = clock.now()
        if now != self._read_at:
            row = self._sql.one("SELECT value FROM version WHERE name = :name", {"name": self._name})
            self._value = row[0] if row else 0
            self._read_at = now
        return self._value

    def forget(self) -> None:
        """Read the row again at the next question."""
        self._read_at = -1


def bump(sql: Statements, name: str) -> None:
    """Move the number, with the change it tells of."""
    sql.run(
        "INSERT INTO version (name, value) VALUES (:name, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = version.value + 1",
        {"name": name},
    )
