"""Cleaning is done by one node at a time; when its process dies another takes over."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nodes import Node, until

from idp.core import leases

SCRIPT = Path(__file__).parent / "jobs_process.py"


@pytest.fixture
def clean_together(make_node, tmp_path):
    """Two jobs processes on the same stores; what they note."""
    node: Node = make_node()
    notes = tmp_path / "notes"
    notes.touch()
    with (tmp_path / "jobs.log").open("wb") as log:
        command = [sys.executable, SCRIPT, notes]
        processes = [subprocess.Popen(command, env=node.environment(), stderr=log) for _ in range(2)]
    yield processes, notes
    for process in processes:
        process.kill()
        process.wait()


def turns(notes: Path) -> list[int]:
    """Who cleaned, turn by turn; nobody began before another had ended."""
    lines = [line.split() for line in notes.read_text().splitlines()]
    for begin, end in zip(lines[::2], lines[1::2], strict=False):
        assert (begin[0], end[0]) == ("begin", "end")
        assert begin[1] == end[1]
    return [int(process) for word, process in lines if word == "begin"]


def test_one_cleans_at_a_time_and_another_follows_who_dies(clean_together):
    """With kill -9 between its turns: the next one begins when the lease is over, and not before."""
    processes, notes = clean_together
    until(lambda: len(turns(notes)) > 3, 20, notes)
    first = turns(notes)[0]
    assert set(turns(notes)) == {first}
    until(lambda: notes.read_text().endswith(f"end {first}\n"), 5, notes)
    os.kill(first, signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: len(set(turns(notes)[-2:])) == 1 and turns(notes)[-1] != first, 20, notes)
    assert time.monotonic() - killed > 1
    assert {first, turns(notes)[-1]} == {process.pid for process in processes}


def test_one_that_ends_lets_the_next_begin(clean_together):
    """SIGTERM: no lease is waited for."""
    processes, notes = clean_together
    until(lambda: turns(notes), 20, notes)
    first = next(process for process in processes if process.pid == turns(notes)[0])
    first.terminate()
    assert first.wait(10) == 0
    ended = time.monotonic()
    until(lambda: turns(notes)[-1] != first.pid, 10, notes)
    assert time.monotonic() - ended < 2.5


def test_a_lease_is_kept_left_and_runs_out(runtime, monkeypatch):
    """By the clock of who asks."""
    now = 1_000_000
    monkeypatch.setattr(leases.clock, "now", lambda: now)
    assert leases.take("a", "one", 10)
    assert not leases.take("a", "two", 10)
    assert leases.take("b", "two", 10)
    leases.leave("a", "two")
    assert leases.take("a", "one", 20)
    now += 19
    assert not leases.take("a", "two", 10)
    now += 1
    assert leases.take("a", "two", 10)
    leases.leave("a", "two")
    assert leases.take("a", "one", 10)
