"""What is broken: nodes of `mgen-connect serve`, their stores, a mail server, and the wires between."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from servers import free_port

from chaos.mailbox import Mailbox
from idp.core import clock

_COMMAND = [sys.executable, "-c", "from idp.cli import main; main()"]
_START = 30
# A node says that it is not ready with less than 64 free.
_TMPFS_MIB = 160


class Node:
    """One `mgen-connect serve`."""

    def __init__(self, port: int, environment: dict[str, str], log: Path) -> None:
        self.port = port
        self._environment = environment
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_COMMAND, "serve"], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(lambda: len(self.workers()) >= 1, f"no worker: see {self.log}")

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        assert self._process
        return [worker for child in _children(self._process.pid) for worker in _children(child)]

    def jobs(self) -> list[int]:
        """The process that does the jobs."""
        assert self._process
        return [child for child in _children(self._process.pid) if not _children(child)]

    def kill_worker(self, place: int) -> None:
        """kill -9 of one."""
        workers = self.workers()
        if workers:
            os.kill(workers[place % len(workers)], signal.SIGKILL)

    def kill_workers(self) -> None:
        """kill -9 of all, at once."""
        for worker in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    def kill(self) -> None:
        """kill -9 of every process of the node."""
        assert self._process
        family = [self._process.pid, *_children(self._process.pid), *self.workers()]
        for process in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()
        wait_for(lambda: not any(map(_lives, family)), "a process outlives kill -9")

    def stop(self) -> None:
        """SIGTERM, and wait."""
        assert self._process
        self._process.terminate()
        self._process.wait(60)

    def memory(self) -> int:
        """Bytes of its workers, what they share divided among them (PSS)."""
        total = 0
        for worker in self.workers():
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{worker}/smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        return total * 1024


class Deployment:
    """Nodes over SQLite in a folder of its own; `Scaled` has the other stores."""

    name = "embedded"
    mebibytes = _TMPFS_MIB

    def __init__(self, folder: Path, nodes: int = 1) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        self.letters, self.clients = folder / "letters", folder / "clients"
        self.letters.mkdir()
        self.clients.mkdir()
        self.clocks = [folder / f"clock-{place}" for place in range(nodes)]
        for each in self.clocks:
            clock.step(each, 0)
        self.mounted = _mount(self.data, self.mebibytes)
        self.mailbox = Mailbox(free_port())
        self.ports = [free_port() for _ in range(nodes)]
        self.issuer = f"http://localhost:{self.ports[0]}"
        self._prepare_stores()
        self.nodes = [
            Node(port, self.environment(place), folder / f"node-{place}.log") for place, port in enumerate(self.ports)
        ]

    def start(self, members: Path) -> None:
        """Make the database, load the old file, start everything."""
        self.command("init")
        self.command("legacy", "import", str(members))
        self.mailbox.start()
        for node in self.nodes:
            node.start()

    def command(self, *words: str) -> None:
        """An operator's command."""
        subprocess.run([*_COMMAND, *words], env=self.environment(0), check=True, stdout=subprocess.DEVNULL)

    def environment(self, place: int) -> dict[str, str]:
        """The settings of a node: everybody comes from one address, and hashes are cheap."""
        named = {
            "ISSUER": self.issuer,
            "ENVIRONMENT": "development",
            "SECRET_KEY_FILE": f"{self.folder}/keyring.json",
            "MAIL_URL": f"smtp://127.0.0.1:{self.mailbox.port}",
            "LETTER_URL": f"dir://{self.letters}",
            "CLIENTS_DIR": str(self.clients),
            "CLOCK_OFFSET_FILE": str(self.clocks[place]),
            "PORT": str(self.ports[place]),
            "WORKERS": "2",
            "ARGON2_MEMORY_KIB": "1024",
            "ARGON2_TIME_COST": "1",
            "REQUESTS_PER_SOURCE": "1000000000",
            "FAILURES_PER_SOURCE": "1000000000",
            **self.stores(place),
        }
        return os.environ | {f"MGEN_CONNECT_{name}": value for name, value in named.items()}

    def stores(self, _place: int) -> dict[str, str]:
        """The settings that name the stores, as a node sees them."""
        return {"DATABASE_URL": f"sqlite:///{self.data}/idp.db"}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a statement finds, read beside the provider."""
        connection = sqlite3.connect(f"file:{self.data}/idp.db?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def logs(self) -> list[Path]:
        """Everything that was written by the way."""
        return [node.log for node in self.nodes]

    def troubles(self) -> Counter[str]:
        """What the nodes have written of failures: the event, and the last places and line of the exception."""
        found: Counter[str] = Counter()
        for node in self.nodes:
            for line in node.log.read_text("utf-8", "replace").splitlines():
                with contextlib.suppress(ValueError):
                    event = json.loads(line)
                    if event.get("level") in ("error", "critical"):
                        trace = [part.strip() for part in str(event.get("exception", "")).splitlines()]
                        places = [part.rpartition("/idp/")[2] for part in trace if "/idp/" in part]
                        found[" | ".join([event["event"], *places[-3:], *trace[-1:]])] += 1
        return found

    def end(self) -> None:
        """Leave nothing behind."""
        for node in self.nodes:
            with contextlib.suppress(AssertionError):
                node.kill()
        self.mailbox.stop()
        self._end_stores()
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.data)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare_stores(self) -> None:
        """Before the nodes know their settings."""

    def _end_stores(self) -> None:
        """After the nodes."""


def wait_for(condition: Callable[[], object], otherwise: str, seconds: float = _START) -> None:
    """Wait for a condition. Raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.05)


def _mount(folder: Path, mebibytes: int) -> bool:
    """Put a small tmpfs there, which can be full; only root may."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
