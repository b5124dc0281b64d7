"""`serve`, as it is run: nodes for tests, each with its processes, its log and its port; and nginx before them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
from servers import free_port

from idp.settings import Settings, load

COMMAND = [sys.executable, "-c", "from idp.cli import main; main()"]


class Node:
    """A running `serve`; what is not said otherwise is as in `conftest`. It can be stopped and started again."""

    def __init__(self, folder: Path, *, name: str = "node", code: Path | None = None, **settings: Any) -> None:
        self.port = int(settings.setdefault("port", free_port()))
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self.settings: dict[str, Any] = {
            "issuer": f"http://localhost:{self.port}",
            "environment": "development",
            "secret_key_file": folder / "keyring.json",
            "database_url": f"sqlite:///{folder / 'idp.db'}",
            "mail_url": f"maildir://{folder}/mail",
            "workers": 2,
            "drain_seconds": 0,
            **settings,
        }
        self.code = code
        self.started = 0.0
        self.process: subprocess.Popen[bytes]

    def start(self) -> "Node":
        """Start it; see `wait`."""
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            command = [*COMMAND, "serve"]
            self.process = subprocess.Popen(command, env=self.environment(), stderr=log, start_new_session=True)
        return self

    def environment(self) -> dict[str, str]:
        """What its process sees."""
        named = {f"MGEN_CONNECT_{name.upper()}": str(value) for name, value in self.settings.items()}
        return os.environ | named | ({"PYTHONPATH": str(self.code)} if self.code else {})

    def as_settings(self) -> Settings:
        """The same, for work in its stores from here."""
        return load(self.settings)

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            return requests.get(self.url + "/-/live", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def wait(self) -> float:
        """Seconds from its start to its first answer."""
        until(self.answers, 30, self.log)
        return time.monotonic() - self.started

    def children(self, of: int | None = None) -> list[int]:
        """The processes it started, or those that one of them started."""
        process = of or self.process.pid
        try:
            return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        except FileNotFoundError:
            return []

    @property
    def web(self) -> int:
        """The web server's main process: the one with workers."""
        return next((child for child in self.children() if self.children(child)), 0)

    @property
    def jobs(self) -> int:
        """The jobs process."""
        return next((child for child in self.children() if not self.children(child)), 0)

    def family(self) -> list[int]:
        """Every process of its session that still runs."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, _, session = entry.read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if session == str(self.process.pid) and state != "Z":
                found.append(int(entry.parent.name))
        return found

    def tell(self, number: signal.Signals) -> None:
        """Send its parent process a signal."""
        self.process.send_signal(number)

    def leave(self, seconds: float = 40) -> int:
        """SIGTERM, and wait for the end; the exit code."""
        self.tell(signal.SIGTERM)
        return self.process.wait(seconds)

    def stop(self) -> None:
        """Kill the parent; the kernel ends the rest."""
        self.process.kill()
        self.process.wait()
        until(lambda: not self.family(), 20, self.log)


class Nginx:
    """nginx as a balancer before nodes, on a port of its own, with the `lines` that a deployment adds to `location`."""

    def __init__(self, folder: Path, ports: list[int], lines: str = "") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder / "nginx"
        self.folder.mkdir()
        self.error_log = self.folder / "error.log"
        servers = "\n".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=1s;" for port in ports)
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid {self.folder}/pid; error_log {self.error_log} error;
            events {{ worker_connections 4096; }}
            http {{
                access_log off; {temporary}
                upstream nodes {{ {servers} keepalive 64; keepalive_timeout 2s; }}
                server {{
                    listen 127.0.0.1:{self.port};
                    location / {{
                        proxy_pass http://nodes;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_next_upstream error timeout;
                        {lines}
                    }}
                }}
            }}""")
        self.process: subprocess.Popen[bytes]

    def start(self) -> "Nginx":
        """Start it, and wait until it listens."""
        self.process = subprocess.Popen(["nginx", "-c", self.folder / "nginx.conf", "-p", self.folder])
        until(self._listens, 20, self.error_log)
        return self

    def _listens(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(self.url + "/-/live", timeout=2).status_code in (200, 502)
        return False

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


def run(node: Node, *words: str, code: Path | None = None, extra: Mapping[str, str] | None = None) -> str:
    """What a command of `mgen-connect` says, with the settings of a node; it must succeed."""
    environment = node.environment() | (extra or {}) | ({"PYTHONPATH": str(code)} if code else {})
    done = subprocess.run([*COMMAND, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(condition: Callable[[], object], seconds: float, log: Path) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text() if log.exists() else log
        time.sleep(0.05)
