"""Checks of the stores: that they answer, take what we write, and are what they have to be."""

from pathlib import Path

from idp import migrations
from idp.core import clock, cores, keyring_check, redis_client
from idp.core.crypto import KeyringError
from idp.core.runtime import Runtime
from idp.operations.verdicts import Verdicts, error, ok, warning, why

SQLITE_FLOOR, POSTGRES_FLOOR, REDIS_FLOOR = (3, 39, 0), 15, (6, 2)
_DRIFT = 2
_WRITE = "UPDATE keyring_check SET value = value WHERE key_id = ''"


def database(parts: Runtime) -> Verdicts:
    """That it answers, is writable, and of a version that has what we use."""
    if parts.settings.embedded and not Path(parts.settings.sqlite_path).exists():
        yield error("there is no database", "run `mgen-connect init`, or restore a backup")
        return
    try:
        yield from (_sqlite if parts.settings.embedded else _postgres)(parts)
        with parts.sql.together():
            parts.sql.run(_WRITE, {})
    except Exception as failure:  # whatever a store may raise
        yield error(
            f"the database does not take what we write: {why(failure)}",
            "look at database_url, the disk, and that `mgen-connect init` was run; docs/runbook.md, The database",
        )
    else:
        yield ok("it takes what we write")


def _sqlite(parts: Runtime) -> Verdicts:
    row = parts.sql.one("SELECT sqlite_version()", {})
    version = str(row[0]) if row else "0"
    said = f"SQLite {version}"
    if tuple(int(part) for part in version.split(".")) < SQLITE_FLOOR:
        yield error(said, "run a Python with SQLite 3.39 or later")
    else:
        yield ok(said)


def _postgres(parts: Runtime) -> Verdicts:
    def show(name: str) -> str:
        row = parts.sql.one("SELECT current_setting(:name)", {"name": name})
        return str(row[0]) if row else ""

    major = int(show("server_version_num")) // 10_000
    if major < POSTGRES_FLOOR:
        yield error(f"PostgreSQL {major}", f"use PostgreSQL {POSTGRES_FLOOR} or later")
    else:
        yield ok(f"PostgreSQL {major}")
    # A database for tests may be quick instead.
    unsafe = error if parts.settings.environment == "production" else warning
    for name in ("fsync", "full_page_writes"):
        if show(name) != "on":
            yield unsafe(f"{name} is off: a power cut may damage everything", f"turn {name} on")
    if show("synchronous_commit") == "off":
        yield unsafe("synchronous_commit is off: a crash brings spent codes back", "turn synchronous_commit on")
    ours = parts.settings
    needed = (ours.workers or len(cores.ours())) * (ours.threads * 2 + 1)
    if needed > int(show("max_connections")):
        yield warning(
            f"this node alone may ask for {needed} connections, more than max_connections",
            "raise max_connections, or lower workers or threads; docs/runbook.md, Sizing",
        )


def redis(parts: Runtime) -> Verdicts:
    """That it answers, and never throws away what it was given."""
    if not parts.settings.redis_url:
        yield ok("none: short-lived values are in the database")
        return
    try:
        client = redis_client.connect(parts.settings.redis_url)
        version = str(client.info("server")["redis_version"])
        policy = str(client.info("memory")["maxmemory_policy"])
        client.set("doctor:probe", b"", ex=1)
        client.close()
    except Exception as failure:  # whatever a store may raise
        yield error(
            f"Redis does not take what we write: {why(failure)}",
            "look at redis_url and the server; docs/runbook.md, Redis is lost",
        )
        return
    if tuple(int(part) for part in version.split(".")[:2]) < REDIS_FLOOR:
        yield error(f"Redis {version}", "use Redis 6.2 or later")
    else:
        yield ok(f"Redis {version}")
    if policy != "noeviction":
        yield error(
            f"maxmemory-policy is {policy}: marks of what was used may be thrown away",
            "set maxmemory-policy to noeviction",
        )


def schema(parts: Runtime) -> Verdicts:
    """That the database has the schema of this version."""
    rows = parts.sql.all("SELECT version_num FROM alembic_version", {})
    found, newest = (rows[0][0] if rows else "none"), migrations.newest()
    if found == newest:
        yield ok(f"at {newest}")
    elif found == "none" or found < newest:
        yield error(f"at {found}, this version needs {newest}", "run `mgen-connect db upgrade`")
    else:
        yield warning(f"at {found}, which is newer than this version's {newest}", "go on with the newer version")


def keyring(parts: Runtime) -> Verdicts:
    """That the database was made with this keyring."""
    try:
        keyring_check.verify(parts.sql, parts.keyring)
    except KeyringError as failure:
        yield error(str(failure), "bring the right one back from its copy; docs/runbook.md, The keyring is lost")
    else:
        yield ok("it is the database's")


def same_time(parts: Runtime) -> Verdicts:
    """That this clock is the database's, and has not gone back behind what was written."""
    if not parts.settings.embedded:
        row = parts.sql.one("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)", {})
        drift = abs(row[0] - clock.now_ms()) / 1000 if row else 0
        said = f"{drift:.1f} s from the database server's"
        yield ok(said) if drift <= _DRIFT else error(said, "let NTP keep both; docs/runbook.md, The clock is wrong")
    row = parts.sql.one("SELECT max(at) FROM audit", {})
    ahead = (row[0] or 0) - clock.now() if row else 0
    if ahead > _DRIFT:
        yield error(f"this clock is {ahead} s behind the last line of the audit", "docs/runbook.md, The clock is wrong")
    else:
        yield ok("not behind what was written")
