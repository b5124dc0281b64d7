"""The processes of the demo: started, watched, and never left behind."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
_PATIENCE = 30.0
_PR_SET_PDEATHSIG = 1


class DemoError(Exception):
    """The demo can't start, or can't go on; one line that says why."""


class Stack:
    """Child processes, each with its log in `logs`, that end with the block, or with this process however it ends."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = dict(environment)
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        # A shell starts what runs in the background deaf to SIGINT.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, _interrupt)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        # A second Ctrl-C must not leave half of them running.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process of that name."""
        with self._log(name).open("ab") as log:
            self._children[name] = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                # Ctrl-C reaches this process alone, which then stops them in order.
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def finish(self, name: str) -> None:
        """Wait until the process `name` has done its work. Raises `DemoError` where it failed."""
        failed = self._children[name].wait() != 0
        del self._children[name]
        if failed:
            raise DemoError(f"{name} failed: {self._last_line(name)}")

    def take_word(self, name: str) -> str:
        """Wait until the process `name` has done its work; the last line it wrote, which its log then has no more.

        Raises `DemoError` where it failed.
        """
        self.finish(name)
        word = self._last_line(name)
        self._log(name).unlink()
        return word

    def wait_for(self, ports: Sequence[int]) -> None:
        """Wait until something answers on each port. Raises `DemoError` where a process ended instead."""
        deadline = time.monotonic() + _PATIENCE
        for port in ports:
            while not _answers(port):
                self.check()
                if time.monotonic() > deadline:
                    raise DemoError(f"nothing answers on port {port}: see {self._logs}")
                time.sleep(0.02)

    def check(self) -> None:
        """Raise `DemoError` where a process has ended."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise DemoError(f"{name} stopped: see {self._log(name)}")

    def watch(self) -> None:
        """Stay until somebody stops the demo (`KeyboardInterrupt`), or a process ends (`DemoError`)."""
        while True:
            self.check()
            time.sleep(0.2)

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _last_line(self, name: str) -> str:
        lines = self._log(name).read_text("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), f"see {self._log(name)}")


def refuse_busy_ports(ports: Sequence[int]) -> None:
    """Raise `DemoError`, naming them, where some of `ports` are taken."""
    taken = [port for port in ports if not _is_free(port)]
    if taken:
        names = ", ".join(map(str, taken))
        raise DemoError(f"port {names} in use by another program: choose five free ones in a row with --port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    """Ask Linux to stop this child when its parent dies, even of SIGKILL (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
