"""Where a database is, beside it where another one is made ready, and the moment when that one takes its place.

A SQLite database is a file; one on PostgreSQL is the tables of a schema. What was there before is put aside, never
deleted.
"""

import os
import shutil
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from idp.core import clock, sqlite
from idp.core.db import Statements
from idp.settings import Settings
from idp.web.bare import unchecked_application

_ASIDE = "restoring"
_FAREWELL = 2.0
_OTHERS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
    " AND application_name = (SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid())"
)
_COMPANIONS = ("", "-wal", "-shm", "-journal")


class InUse(Exception):
    """Somebody is connected to the database that is to be replaced."""


class Place(Protocol):
    """The database of some settings."""

    def is_empty(self) -> bool:
        """Whether nothing is there: no file, or no table."""

    def claim(self) -> None:
        """Raise `InUse` where somebody is connected."""

    def aside(self) -> Settings:
        """The settings of an empty database beside it."""

    def discard(self) -> None:
        """Remove that one, if it is there."""

    def swap(self) -> str | None:
        """Let that one take the place, in one step; where the former is now, None where there was none."""


def place_of(settings: Settings) -> Place:
    """The place that the settings name."""
    return File(settings) if settings.embedded else Schema(settings)


class File:
    """A SQLite database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = Path(settings.sqlite_path)
        self._aside = self._path.with_name(f"{self._path.name}.{_ASIDE}")

    def is_empty(self) -> bool:
        return not self._path.exists() or sqlite.is_empty(str(self._path))

    def claim(self) -> None:
        if self._path.exists() and not sqlite.settle(str(self._path)):
            raise InUse

    def aside(self) -> Settings:
        self.discard()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Nobody else's to read, while it is filled too: its companions take after it.
        self._aside.touch(mode=0o600)
        return self._settings.model_copy(update={"database_url": f"sqlite:///{self._aside}"})

    def discard(self) -> None:
        for end in _COMPANIONS:
            Path(f"{self._aside}{end}").unlink(missing_ok=True)

    def swap(self) -> str | None:
        former = self._path if self._path.exists() else self._path.parent
        # An administrator may run this: the server must still be able to write.
        shutil.chown(self._aside, former.stat().st_uid, former.stat().st_gid)
        self._aside.chmod(former.stat().st_mode & 0o666 if former is self._path else 0o600)
        kept = self._keep() if former is self._path else None
        self._aside.replace(self._path)
        handle = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return kept

    def _keep(self) -> str:
        kept = f"{self._path}.replaced-{_moment()}"
        for end in _COMPANIONS[1:]:
            # Only where it is damaged: it must not be taken for the new one's.
            if (companion := Path(f"{self._path}{end}")).exists():
                companion.rename(f"{kept}{end}")
        os.link(self._path, kept)
        return kept


class Schema:
    """A database on PostgreSQL: the tables of the schema that a connection finds first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def is_empty(self) -> bool:
        with unchecked_application(self._settings) as parts:
            return not _tables(parts.sql, None)

    def claim(self) -> None:
        with unchecked_application(self._settings) as parts:
            deadline = clock.steady() + _FAREWELL
            while parts.sql.one(_OTHERS, {}):
                # Those who just left may still be seen.
                if clock.steady() > deadline:
                    raise InUse
                time.sleep(0.1)

    def aside(self) -> Settings:
        self.discard()
        with unchecked_application(self._settings) as parts:
            parts.sql.run(f"CREATE SCHEMA {_ASIDE}", {})
        parts_of_url = urlsplit(self._settings.database_url)
        query = dict(parse_qsl(parts_of_url.query))
        query["options"] = f"{query.get('options', '')} -csearch_path={_ASIDE}".strip()
        # libpq reads %20, and takes a plus for itself.
        url = urlunsplit(parts_of_url._replace(query=urlencode(query).replace("+", "%20")))
        return self._settings.model_copy(update={"database_url": url})

    def discard(self) -> None:
        with unchecked_application(self._settings) as parts:
            parts.sql.run(f"DROP SCHEMA IF EXISTS {_ASIDE} CASCADE", {})

    def swap(self) -> str | None:
        with unchecked_application(self._settings) as parts, parts.sql.together():
            kept = None
            if former := _tables(parts.sql, None):
                kept = f"replaced_{_moment()}"
                parts.sql.run(f"CREATE SCHEMA {kept}", {})
                _move(parts.sql, former, kept)
            row = parts.sql.one("SELECT current_schema()", {})
            assert row is not None
            _move(parts.sql, _tables(parts.sql, _ASIDE), row[0])
            parts.sql.run(f"DROP SCHEMA {_ASIDE}", {})
        return kept and f"schema {kept}"


def _moment() -> str:
    # To the millisecond, so that no two are the same.
    now = clock.now_ms()
    return f"{clock.as_datetime(now // 1000):%Y%m%d_%H%M%S}_{now % 1000:03d}"


def _tables(sql: Statements, schema: str | None) -> list[str]:
    rows = sql.all(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname = coalesce(:schema, current_schema())",
        {"schema": schema},
    )
    return [name for (name,) in rows]


def _move(sql: Statements, tables: list[str], schema: str) -> None:
    for table in tables:
        sql.run(f'ALTER TABLE {table} SET SCHEMA "{schema}"', {})
