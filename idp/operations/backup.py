"""A copy of what must last, taken while people sign in: one read of the whole database at one moment, sealed.

Rows and not files: the same backup goes back into either engine, and holds no page with what was deleted from it.
The keyring is not in it: keep copies of the two in two places.
"""

import base64
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, func, select, text

from idp import migrations
from idp.core import audit, clock
from idp.core.crypto import KeyringError
from idp.core.db import db
from idp.core.runtime import current
from idp.operations import archive
from idp.operations.kept import KEPT

Manifest = dict[str, Any]
_ROWS_A_FRAME = 2_000


def write(path: Path) -> Manifest:
    """Write a backup to `path`, mode 600, whole or not at all; what it holds.

    Raises `FileExistsError`, other `OSError`s of the disk, and `KeyringError` where the schema is another version's.
    """
    if path.exists():
        raise FileExistsError(path)
    if not migrations.is_current(current().sql):
        raise KeyringError("the database has the schema of another version: back it up with that one")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            manifest = _write(archive.Writer(file, current().keyring))
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    audit.record("backup taken", rows=sum(manifest["rows"].values()))
    return manifest


def _write(out: archive.Writer) -> Manifest:
    with _one_moment() as connection:
        tables = [table for table in migrations.metadata().sorted_tables if table.name in KEPT]
        manifest = _manifest(connection, tables)
        out.write(manifest)
        for table in tables:
            for rows in _pages(connection, table):
                out.write({"table": str(table.name), "rows": rows})
    out.close()
    return manifest


def _one_moment() -> Connection:
    """A connection whose transaction sees the database as it is at its first read, and holds no writer up."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _manifest(connection: Connection, tables: list[Table]) -> Manifest:
    keyring = current().keyring
    return {
        "version": version("mgen-connect"),
        "schema": migrations.newest(),
        "engine": connection.dialect.name,
        "at": clock.now(),
        "keyring": {key_id: keyring.check_value(key_id) for key_id in keyring.key_ids},
        "columns": {str(table.name): _names(table.columns) for table in tables},
        "binary": {
            str(table.name): _names(column for column in table.columns if isinstance(column.type, LargeBinary))
            for table in tables
        },
        "rows": {str(table.name): _count(connection, table) for table in tables},
    }


def _names(columns: Iterable[Column[Any]]) -> list[str]:
    # SQLAlchemy's own kind of text, which JSON does not know.
    return [str(column.name) for column in columns]


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table).where(_kept(table))).scalar_one()


def _pages(connection: Connection, table: Table) -> Iterator[list[list[Any]]]:
    wanted = select(table).where(_kept(table))
    found = connection.execute(wanted, execution_options={"yield_per": _ROWS_A_FRAME})
    for page in found.partitions():
        yield [[_plain(value) for value in row] for row in page]


def _kept(table: Table) -> Any:
    return text(KEPT[table.name] or "1 = 1")


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value
