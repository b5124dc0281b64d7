"""Where an operation spends its CPU, by layer: `python -m bench.layers embedded|scale [w2]`.

The server's CPU an operation is measured over HTTP. Then the same operations run inside this process, without a server
and without sockets, and a timer looks each few milliseconds of CPU which layer is at work; the innermost module of
`idp` says. What the stores use meanwhile is read from /proc; what the server and its sockets cost is the difference.
"""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from servers import Postgres, RedisServer, free_port

import idp
from bench import deployment, machine, prepare, target
from bench.driver import measure
from bench.target import Target
from bench.wire import Connection, Response
from bench.workloads import VirtualUser
from idp import serve
from idp.app import create_app
from idp.settings import load

# Of CPU, so that other work on the machine makes it longer and not coarser.
_SECONDS = 5.0
_EVERY = 0.001
_ROOT = str(Path(idp.__file__).parent) + "/"
# The first that a module's path starts with.
_LAYERS = (
    (("oidc/keys.py", "oidc/algorithms.py", "oidc/jose.py"), "signature (RSA-2048)"),
    (("core/sqlite.py", "core/postgres", "core/db.py"), "SQL"),
    (("core/hashing.py",), "argon2id"),
    (("core/crypto.py", "core/ids.py"), "handles, seals, identifiers"),
    (("web/edge.py", "web/headers.py", "web/logs.py", "web/source.py", "core/lane.py"), "edge: parsing, answers"),
    (("oidc/authorize", "oidc/inquiry", "oidc/sources", "oidc/hints", "oidc/requests"), "authorize: table of checks"),
    (("oidc/client", "oidc/versions.py", "oidc/pkce.py"), "client authentication, PKCE"),
    (("sessions/", "policy.py", "interaction/"), "session and policy"),
    (("oidc/",), "codes, tokens, claims"),
    (("web/", "email_door/", "legacy_bridge/", "accounts/"), "pages"),
)


class _InProcess(Connection):
    """A connection that calls the WSGI application, and knows how long it was at work."""

    def __init__(self, origin: str, app: Any) -> None:
        super().__init__(origin)
        self._app = app
        self.inside = False
        self.spent = 0.0

    def request(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": self.origin.rpartition(":")[2], "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self._host, "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
            "wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr, "CONTENT_LENGTH": str(len(body)),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        told: list[Any] = []
        start, self.inside = time.process_time(), True
        parts = self._app(environ, lambda *answer: told.extend(answer))
        whole = b"".join(parts)
        if close := getattr(parts, "close", None):
            close()
        self.inside = False
        self.spent += time.process_time() - start
        status, pairs = told[:2]
        return Response(int(status[:3]), [(name.lower(), value) for name, value in pairs], whole)


def profile(app: Any, aim: Target, workload: str) -> tuple[float, float, Counter[str]]:
    """CPU milliseconds of one operation, of the application and of the stores, and how often each layer was seen."""
    connection = _InProcess(aim.issuer, app)
    user = VirtualUser(aim, target.documents(connection), 0, connection)
    user.prepare(workload)
    operation = user.operations[workload]
    for _ in range(100 if workload != "w3" else 5):
        operation()
    seen: Counter[str] = Counter()

    def look(_number: int, frame: FrameType | None) -> None:
        if connection.inside:
            seen[_layer(frame)] += 1

    connection.spent, count, stores = 0.0, 0, machine.family(aim.processes)
    before = machine.cpu_seconds(stores)
    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    while connection.spent < _SECONDS:
        operation()
        count += 1
    signal.setitimer(signal.ITIMER_PROF, 0)
    behind = machine.cpu_seconds(stores) - before
    return connection.spent * 1000 / count, behind * 1000 / count, seen


def _layer(frame: FrameType | None) -> str:
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_ROOT):
            inner = name.removeprefix(_ROOT)
            return next((layer for starts, layer in _LAYERS if inner.startswith(starts)), "the rest")
        frame = frame.f_back
    return "Flask"


def _inside(engine: str, workload: str) -> tuple[float, float, Counter[str]]:
    """Profile a deployment of its own in this process."""
    stores: list[Postgres | RedisServer] = []
    try:
        with tempfile.TemporaryDirectory(prefix="mgen-bench-") as folder:
            port, urls = free_port(), {}
            if engine == "scale":
                postgres, redis = Postgres(durable=True), RedisServer()
                stores += [postgres, redis]
                for store in stores:
                    store.start()
                postgres.create("bench")
                urls = {"database_url": postgres.url("bench"), "redis_url": redis.url()}
            prepare.prepare(Path(folder) / "state", port, **urls)
            serve.prepare(load())
            processes = tuple(store.process.pid for store in stores if store.process)
            return profile(create_app(), Target(f"http://127.0.0.1:{port}", processes), workload)
    finally:
        for store in stores:
            store.end()


def main() -> None:
    """The command line."""
    engine, workload = sys.argv[1], (sys.argv[2:] or ["w2"])[0]
    with deployment.running(engine) as aim:
        measured = measure(aim, workload)
    inside, stores, seen = _inside(engine, workload)
    total = sum(seen.values())
    print(f"{measured}\n\n| {workload.upper()}, {engine} | µs | part |\n|---|---|---|")
    rows = [(layer, inside * count / total) for layer, count in seen.most_common()]
    rest = measured.cpu_ms - inside - stores
    for layer, cost in [("server and sockets", rest), ("PostgreSQL and Redis", stores), *rows]:
        print(f"| {layer} | {cost * 1000:.0f} | {cost / measured.cpu_ms:.0%} |")
    print(f"| **all** | {measured.cpu_ms * 1000:.0f} | {total} samples |")


if __name__ == "__main__":
    os.environ.pop("MGEN_CONNECT_CONFIG", None)
    main()
