"""Two nodes on one PostgreSQL and one Redis; between the second node and its stores stand proxies."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from servers import Postgres, RedisServer

from chaos.deployment import Deployment
from chaos.proxy import Proxy

_DATABASE = "mgen"
_TMPFS_MIB = 400


class KeepingRedis(RedisServer):
    """A Redis that writes every command to a file before it answers, unless it is made to forget."""

    def _command(self) -> list[str]:
        return [*super()._command(), "--appendonly", "yes", "--appendfsync", "always"]

    def forget(self) -> None:
        """What was kept is gone at the next start."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)


class Scaled(Deployment):
    """See the module."""

    name = "at scale"
    mebibytes = _TMPFS_MIB

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, nodes=2)

    def stores(self, place: int) -> dict[str, str]:
        database, redis = (self.database_wire.port, self.redis_wire.port) if place else (None, None)
        return {"DATABASE_URL": self.postgres.url(_DATABASE, database), "REDIS_URL": self.redis.url(redis)}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.libpq(_DATABASE), autocommit=True) as connection:
            return connection.execute(sql.encode()).fetchall()

    def logs(self) -> list[Path]:
        return [*super().logs(), self.postgres.folder / "log", self.redis.folder / "log"]

    def start_postgres(self) -> None:
        """Again, after a kill; where it has stopped by itself too."""
        self.postgres.kill()
        self.postgres.start()

    def _prepare_stores(self) -> None:
        # Another user's server must reach its folder.
        for folder in (self.folder.parent, self.folder, self.data):
            folder.chmod(0o711)
        with _in(self.data):
            self.postgres = Postgres(durable=True, connections=120, max_wal_size="64MB", min_wal_size="32MB")
        with _in(self.folder):
            self.redis = KeepingRedis()
        self.postgres.start()
        self.postgres.create(_DATABASE)
        self.redis.start()
        self.database_wire, self.redis_wire = Proxy(self.postgres.port), Proxy(self.redis.port)

    def _end_stores(self) -> None:
        self.database_wire.close()
        self.redis_wire.close()
        self.postgres.end()
        self.redis.end()


@contextmanager
def _in(folder: Path) -> Iterator[None]:
    """New temporary folders are made there."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
