"""Fills the tables of a prepared deployment: people with accounts, what they allowed their sites, and the old file.

Rows are as the product writes them, but for the password, whose one hash serves everybody: what it costs to make them
is not what is measured. Identifiers are ordered by time, so that each row goes where the last one went.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice

import orjson
import psycopg

from bench.target import PASSWORD, SCOPE
from bench.workloads import nir_of
from idp.accounts.credentials import hash_password
from idp.core import db
from idp.core.runtime import current
from idp.legacy_bridge import peppers
from idp.legacy_bridge.directory import SEAL
from idp.legacy_bridge.nir import Nir
from idp.settings import Settings

Row = tuple[object, ...]
_BATCH = 20_000
_YEAR = 31_536_000
_COLUMNS = {
    "account": "id, state, epoch, password, password_set_at, locale, origin, created_at",
    "identifier": "id, account_id, address, canonical, status, verified_at, verified_by, created_at",
    "legacy_member": "id, nir_digest, pepper, member_ref, state, password, birth_date, names, postal_usable,"
    " imported_at, source_line",
    "authorization": "z, account_id, client_id, session_id, epoch, scope, request, offline, generation, rotated_at,"
    " created_at, ends_at",
}


def fill(users: int, authorizations: int) -> None:
    """Give the current deployment so many accounts and legacy members, and so many authorizations among them."""
    settings, password = current().settings, hash_password(PASSWORD)
    with db.transaction():
        peppers.register(peppers.newest_pepper())
    load = _into_sqlite if settings.embedded else _into_postgres
    load(settings, "account", _accounts(users, password))
    load(settings, "identifier", _identifiers(users))
    load(settings, "legacy_member", _members(users, password))
    load(settings, "authorization", _authorizations(users, authorizations))


def _accounts(users: int, password: str) -> Iterator[Row]:
    for number in range(users):
        at = _time_of(number, users)
        yield _id(at, number), "active", 0, password, at, "fr", "bench", at


def _identifiers(users: int) -> Iterator[Row]:
    for number in range(users):
        at, address = _time_of(number, users), f"user{number}@bench.test"
        yield _id(at, number), _id(at, number), address, address, "active", at, "bench", at


def _members(users: int, password: str) -> Iterator[Row]:
    keyring, now = current().keyring, int(time.time())
    for number in range(users):
        identifier = _id(_time_of(number, users), number)
        pepper, digest = peppers.newest_digest(Nir.parse(nir_of(number)))
        birth_date = keyring.seal(SEAL, b"1980-05-17", identifier)
        names = keyring.seal(SEAL, orjson.dumps(["BENCH", f"Member {number}"]), identifier)
        yield (
            identifier, digest, pepper, f"BENCH{number:09d}", "active", password, birth_date, names, True, now, number,
        )  # fmt: skip


def _authorizations(users: int, count: int) -> Iterator[Row]:
    scope = SCOPE + " offline_access"
    request = orjson.dumps({"auth_time": 1, "acr": "1", "amr": ["pwd"], "claims": None})
    for number in range(count):
        holder = number * users // count
        at = _time_of(number, count)
        account = _id(_time_of(holder, users), holder)
        yield _id(at, number), account, "bench", account, 0, scope, request, True, 0, at, at, at + 2 * _YEAR


def _time_of(number: int, count: int) -> int:
    """When the row of this number was made: they are spread over the year that ends now."""
    return int(time.time()) // 86_400 * 86_400 - _YEAR + number * _YEAR // max(1, count)


def _id(at: int, number: int) -> bytes:
    return (at * 1000).to_bytes(6, "big") + b"\x70" + number.to_bytes(9, "big")


def _into_sqlite(settings: Settings, table: str, rows: Iterable[Row]) -> None:
    import sqlite3

    columns = _COLUMNS[table]
    marks = ", ".join("?" * len(columns.split(",")))
    with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = off")
        connection.execute("PRAGMA cache_size = -500000")
        waiting = iter(rows)
        while batch := list(islice(waiting, _BATCH)):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', batch)
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _into_postgres(settings: Settings, table: str, rows: Iterable[Row]) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        with connection.cursor().copy(f'COPY "{table}" ({_COLUMNS[table]}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute(f'VACUUM ANALYZE "{table}"')
