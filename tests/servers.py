"""The real servers that tests start for themselves: PostgreSQL and Redis, on a private socket and a loopback port."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

_PATIENCE = 60
# A test process that is killed leaves no server behind.
_DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """The first of `count` in a row, below those that the system gives to who only calls: they stay free."""
    for _ in range(100):
        first = 10_000 + secrets.randbelow(22_000)
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def private_folder(name: str) -> Path:
    """A folder with a short path (sockets need one), which another user's server may enter."""
    return Path(tempfile.mkdtemp(prefix=f"mgen-{name}-"))


class Server:
    """A process that is started, killed, started again, and ended."""

    def __init__(self, name: str) -> None:
        self.folder = private_folder(name)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._shared_pid = 0
        self._dies_with_us = True

    @classmethod
    def shared(cls, state: dict[str, Any] | None) -> Self:
        """The server that another test process has started (see `shareable`), or a new one that runs."""
        if state is None:
            server = cls()
            server._dies_with_us = False
            server.start()
            return server
        server = cls.__new__(cls)
        server.folder, server.port, server.process = Path(state["folder"]), state["port"], None
        server._shared_pid = state["pid"]
        return server

    def shareable(self) -> dict[str, Any]:
        """What another test process needs to use this server."""
        return {"folder": str(self.folder), "port": self.port, "pid": self._pid}

    def leave(self, *, stop: bool) -> None:
        """Have nothing more to do with a shared server; `stop` it when nobody else has."""
        if stop:
            self._tell(signal.SIGKILL)
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.process is not None:
            # Whoever stops it, Popen complains of a child that nobody has waited for.
            self.process.returncode = 0

    @property
    def _pid(self) -> int:
        return self.process.pid if self.process else self._shared_pid

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            command = [*(_DIES_WITH_US if self._dies_with_us else ()), *self._command()]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        wait_until(self._answers, lambda: (self.folder / "log").read_text(errors="replace"))

    def kill(self) -> None:
        """kill -9 of the server with all its processes."""
        assert self.process is not None
        self._tell(signal.SIGKILL)
        self.process.wait()

    def pause(self) -> None:
        """Stop answering, with every connection open, until `resume`."""
        self._tell(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._tell(signal.SIGCONT)

    def _tell(self, number: int) -> None:
        # The backends of PostgreSQL lead groups of their own.
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        for process in [self._pid, *map(int, children.read_text().split() if children.exists() else [])]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def end(self) -> None:
        """Kill it and remove its folder."""
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Server):
    """A PostgreSQL with a superuser `mgen` without a password; `durable` is what a production server is."""

    def __init__(self, *, durable: bool = False, connections: int = 200, **settings: Any) -> None:
        super().__init__("pg")
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        assert binaries, "the tests need PostgreSQL: run `make system`"
        self._binaries = binaries[-1]
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "max_connections": connections,
            "shared_buffers": "128MB",
            "logging_collector": "off",
            # Shared memory in its own folder: a server that is killed leaves what it has in /dev/shm there for ever.
            **({} if durable else {"fsync": "off", "full_page_writes": "off", "dynamic_shared_memory_type": "mmap"}),
            **settings,
        }
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(self.folder, "postgres", "postgres")
        initdb = [self._binaries / "initdb", "-D", self.folder / "data", "-U", "mgen", "-A", "trust", "--no-sync",
                  "-E", "UTF8", "--locale=C.UTF-8"]  # fmt: skip
        subprocess.run(_as_postgres(initdb), check=True, stdout=subprocess.DEVNULL)

    def _command(self) -> list[str]:
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        return _as_postgres([self._binaries / "postgres", "-D", self.folder / "data", *options])

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.libpq("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def libpq(self, database: str) -> str:
        """What libpq's programs and psycopg take for a database, over TCP."""
        return f"postgresql://mgen@127.0.0.1:{self.port}/{database}"

    def url(self, database: str, port: int | None = None) -> str:
        """The setting `database_url` for a database, over TCP; `port` where something stands between."""
        return f"postgresql://mgen@127.0.0.1:{port or self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement, outside of a transaction; its rows."""
        import psycopg

        with psycopg.connect(self.libpq(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create(self, database: str, template: str = "template1") -> None:
        """Make a database, a copy of `template`, to which nobody may be connected."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


class RedisServer(Server):
    """A Redis that keeps nothing through a restart; `extra` are further options."""

    def __init__(self, **extra: Any) -> None:
        super().__init__("redis")
        self._extra = extra
        path = shutil.which("redis-server")
        assert path, "the tests need redis-server: run `make system`"
        self._path = path
        self.socket = self.folder / "redis.sock"

    def _command(self) -> list[str]:
        options = {
            "--port": self.port, "--bind": "127.0.0.1", "--unixsocket": self.socket, "--save": "",
            "--appendonly": "no", "--dir": self.folder, "--maxmemory-policy": "noeviction",
            **{f"--{name}": value for name, value in self._extra.items()},
        }  # fmt: skip
        return [self._path, *(str(part) for option in options.items() for part in option)]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def url(self, port: int | None = None) -> str:
        """The setting `redis_url`, over TCP; `port` where something stands between."""
        return f"redis://127.0.0.1:{port or self.port}/0"

    @property
    def socket_url(self) -> str:
        """The setting `redis_url` over the private socket."""
        return f"unix://{self.socket}?db=0"


class RedisSentinel(Server):
    """A Sentinel that alone decides when the server on `port` of this machine is dead; it calls it `mgen`."""

    def __init__(self, port: int) -> None:
        super().__init__("sentinel")
        self._file = self.folder / "sentinel.conf"
        self._file.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\nsentinel monitor mgen 127.0.0.1 {port} 1\n"
            "sentinel down-after-milliseconds mgen 300\nsentinel failover-timeout mgen 2000\n"
        )

    def _command(self) -> list[str]:
        return ["redis-server", str(self._file), "--sentinel"]

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def wait_until(condition: Callable[[], object], explanation: Callable[[], str]) -> None:
    """Wait for a condition; what failed is in the explanation."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, explanation()
        time.sleep(0.02)


def _as_postgres(command: list[Any]) -> list[str]:
    other = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *other, *(str(word) for word in command)] if other else [str(word) for word in command]
