"""node-oidc-provider beside ours, where `BENCH_DIR` names a folder that holds `peers/node` ready to run.

`NODE_BIN` may name the folder of the Node to run it with (22 or later).
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from servers import RedisServer, wait_until

from bench.target import Target
from bench.wire import answers

NAMES = ("node-mem", "node-redis2")
_ISSUER = "http://127.0.0.1:3100"


def folder() -> Path | None:
    """Where the peers are, or None."""
    named = os.environ.get("BENCH_DIR")
    return Path(named) / "peers" / "node" if named else None


@contextlib.contextmanager
def running(name: str, where: Path) -> Iterator[Target]:
    """Serve in memory by one process ("node-mem"), or on a Redis by a cluster of two ("node-redis2")."""
    if answers(_ISSUER):
        raise RuntimeError(f"something answers at {_ISSUER} already: end it, or it is measured")
    with contextlib.ExitStack() as stack:
        state = stack.enter_context(tempfile.TemporaryDirectory(prefix="mgen-bench-"))
        path = os.pathsep.join(filter(None, [os.environ.get("NODE_BIN"), os.environ.get("PATH")]))
        environment = {**os.environ, "PATH": path, "TMPDIR": state}
        arguments, stores = ["memory", "1"], []
        if name == "node-redis2":
            redis = RedisServer()
            stack.callback(redis.end)
            redis.start()
            assert redis.process is not None
            arguments, stores = ["redis", "2"], [redis.process.pid]
            environment["REDIS_URL"] = redis.url()
        log = stack.enter_context((Path(state) / "log").open("w+b"))
        command = [str(where / "up.sh"), *arguments]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        stack.callback(_end, server)
        wait_until(lambda: answers(_ISSUER), lambda: (Path(state) / "log").read_text())
        yield Target(
            _ISSUER, (server.pid, *stores), user="user{}", users=50, user_field="username",
            offline={"prompt": "consent"},
        )  # fmt: skip


def _end(server: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    server.wait(30)
