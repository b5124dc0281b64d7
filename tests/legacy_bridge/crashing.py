"""A provider that is killed at a chosen statement. Run as a program: a job a line on stdin, what came of it on stdout.

Each job is done in a process of its own, forked from here, so that a hundred crashes cost little.
"""

import contextlib
import json
import os
import signal
import sqlite3
import sys
from typing import Any

from idp.app import create_app
from idp.settings import load


class Countdown:
    """Counts the statements of every connection once it is `armed`, and kills this process before one of them."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.seen = 0
        self.armed = False

    def __call__(self, _statement: str) -> None:
        if self.armed:
            self.seen += 1
            if self.seen == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def trace(countdown: Countdown) -> None:
    """Let every connection opened from now on tell its statements."""
    connect = sqlite3.connect

    def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(countdown)
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = traced  # type: ignore[assignment]


def post(job: dict[str, Any]) -> None:
    """Send the form of the job to a provider over the database of the job."""
    countdown = Countdown(job["kill_at"])
    trace(countdown)
    client = create_app(load(job["settings"])).test_client()
    for name, value in job["cookies"].items():
        client.set_cookie(name, value)
    countdown.armed = True
    response = client.post(job["path"], data=job["form"], base_url=job["settings"]["issuer"])
    print(json.dumps({"status": response.status_code, "location": response.location, "statements": countdown.seen}))


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BrokenPipeError):
                post(json.loads(line))
                sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print(json.dumps({"killed": os.WTERMSIG(status)}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
