"""What this machine can do at all: `python -m bench.floors`. The ratios to it are the same on another machine."""

import contextlib
import multiprocessing
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TypeVar

import psycopg
import redis
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from servers import Postgres, RedisServer, free_port, wait_until

from bench.driver import measure
from bench.target import Target
from bench.wire import answers
from idp.core.cores import ours

Work = Callable[[], object]
Server = TypeVar("Server", Postgres, RedisServer)
PROCESSES = 2
_SECONDS = 1.0
_PATIENCE = 30
_VALUE = b"x" * 500
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Floor:
    """Operations a second of all processes together, and milliseconds of CPU that one operation takes its caller."""

    rate: float
    cpu_ms: float


def floor(make: Callable[[], Work], processes: int = PROCESSES) -> Floor:
    """Do what `make` gives, in so many processes at once, as often as it goes for a second."""
    gate, results = _fork.Event(), _fork.Queue()
    workers = [_fork.Process(target=_repeat, args=(make, gate, results), daemon=True) for _ in range(processes)]
    for worker in workers:
        worker.start()
    time.sleep(0.3)
    gate.set()
    found = [results.get(timeout=_PATIENCE) for _ in workers]
    for worker in workers:
        worker.join()
    return Floor(sum(rate for rate, _ in found), min(cpu for _, cpu in found))


def _repeat(make: Callable[[], Work], gate: Event, results: "multiprocessing.Queue[tuple[float, float]]") -> None:
    work, count = make(), 0
    work()
    gate.wait()
    start, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() < start + _SECONDS:
        work()
        count += 1
    results.put((count / (time.perf_counter() - start), (time.process_time() - cpu) * 1000 / count))


def rsa_signature() -> Floor:
    """RSA-2048 signatures: the one thing of W2 that nobody can save, so that costs are told in them."""
    key, scheme, digest = rsa.generate_private_key(65537, 2048), padding.PKCS1v15(), SHA256()
    return floor(lambda: lambda: key.sign(_VALUE, scheme, digest), processes=1)


def argon2() -> Floor:
    """argon2id at the cost that the product has by default."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    stored = hasher.hash("x")
    return floor(lambda: lambda: hasher.verify(stored, "x"))


def sqlite_commit() -> Floor:
    """An insert and its commit, in WAL mode."""
    with tempfile.TemporaryDirectory(prefix="mgen-bench-") as folder:

        def opened() -> sqlite3.Connection:
            return sqlite3.connect(f"{folder}/floor.db", isolation_level=None, timeout=30)

        # Once: two that change the mode of a file at a time do not wait for one another.
        with contextlib.closing(opened()) as connection:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("CREATE TABLE t (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID")

        def make() -> Work:
            connection = opened()
            connection.execute("PRAGMA synchronous = normal")
            return lambda: connection.execute("INSERT INTO t VALUES (?, ?)", (secrets.token_bytes(16), _VALUE))

        return floor(make)


def postgres_commit() -> Floor:
    """The same on a PostgreSQL that keeps what it acknowledges."""
    with _started(Postgres(durable=True)) as server:
        server.execute("CREATE TABLE t (k BYTEA PRIMARY KEY, v BYTEA)")

        def make() -> Work:
            connection = psycopg.connect(server.libpq("postgres"), autocommit=True)
            return lambda: connection.execute("INSERT INTO t VALUES (%s, %s)", (secrets.token_bytes(16), _VALUE))

        return floor(make)


def redis_pair() -> Floor:
    """SET and GETDEL of one value."""
    with _started(RedisServer()) as server:

        def make() -> Work:
            client = redis.Redis.from_url(server.url())

            def work() -> object:
                key = secrets.token_urlsafe(16)
                client.set(key, _VALUE, ex=60)
                return client.getdel(key)

            return work

        return floor(make)


def hello() -> Floor:
    """W6 on a server that has its two documents ready and looks at nothing; the CPU is the server's."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(len(ours())), "--blocking-threads", "16", "--no-ws",
        "--log-level", "error", "bench.hello:app",
    ]  # fmt: skip
    server = subprocess.Popen(command)
    try:
        aim = Target(f"http://127.0.0.1:{port}", (server.pid,))
        wait_until(lambda: answers(aim.issuer), lambda: "granian does not answer")
        found = measure(aim, "w6", seconds=2 * _SECONDS, warm=0.5)
    finally:
        server.terminate()
        server.wait(30)
    return Floor(found.rate, found.cpu_ms)


@contextlib.contextmanager
def _started(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.end()


FLOORS: dict[str, tuple[str, Callable[[], Floor]]] = {
    "rsa": ("RSA-2048 signature, 1 process", rsa_signature),
    "argon2": ("argon2id 19 MiB t=2 p=1, 2 processes", argon2),
    "sqlite": ("SQLite commit, 2 processes", sqlite_commit),
    "postgres": ("PostgreSQL commit, 2 processes", postgres_commit),
    "redis": ("Redis SET and GETDEL, 2 processes", redis_pair),
    "hello": ("granian, two fixed documents (W6)", hello),
}


def measure_all() -> dict[str, Floor]:
    """Every floor, told as it comes."""
    found = {}
    for name, (title, work) in FLOORS.items():
        found[name] = work()
        print(f"{title:38} {found[name].rate:9.0f}/s   {found[name].cpu_ms:7.3f} ms", flush=True)
    return found


if __name__ == "__main__":
    measure_all()
