"""Our server as it is measured: on either engine, with stores of its own, started and ended here."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from servers import Postgres, RedisServer, free_port, wait_until

from bench import prepare
from bench.target import Target
from bench.wire import answers

ENGINES = ("embedded", "scale")


@contextlib.contextmanager
def running(
    engine: str, *, users: int = prepare.USERS, authorizations: int = 0, options: tuple[str, ...] = ()
) -> Iterator[Target]:
    """Serve on SQLite ("embedded"), or on a durable PostgreSQL and a Redis ("scale"), until the block ends.

    `options` are further ones of `bench.prepare`.
    """
    # Stopped by whatever stops us, so that no store is left behind.
    former = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGTERM, former)
        folder = Path(tempfile.mkdtemp(prefix="mgen-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        port, stores = free_port(), []
        arguments = ["--users", str(users), "--authorizations", str(authorizations), *options]
        if engine == "scale":
            postgres, redis = Postgres(durable=True), RedisServer()
            for store in (postgres, redis):
                stack.callback(store.end)
                store.start()
                assert store.process is not None
                stores.append(store.process.pid)
            postgres.create("bench")
            arguments += ["--database-url", postgres.url("bench"), "--redis-url", redis.url()]
        environment = _environment()
        make = [sys.executable, "-m", "bench.prepare", str(folder / "state"), str(port), *arguments]
        subprocess.run(make, check=True, env=environment)
        server = _serve(folder, environment)
        stack.callback(_end, server)
        issuer = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(issuer), lambda: (folder / "log").read_text())
        yield Target(issuer, (server.pid, *stores), users=users)


def _environment() -> dict[str, str]:
    """Ours without settings of another deployment."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MGEN_CONNECT_")}


def _serve(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("mgen-connect")), "serve"]
    environment = {**environment, "MGEN_CONNECT_CONFIG": str(folder / "state" / "settings.toml")}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
