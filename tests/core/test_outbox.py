"""What must happen after the commit happens: at least once, later if need be, by one worker at a time."""

import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
import time_machine

from idp.core import outbox
from idp.core.db import transaction
from idp.core.outbox import BACKOFF, LEASE

NOW = 2_000_000_000


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def done():
    return []


@pytest.fixture
def handlers(done):
    return {"note": lambda payload: done.append(payload["n"])}


def put(*numbers: int) -> None:
    with transaction():
        for number in numbers:
            outbox.put("note", {"n": number})


def waiting(runtime):
    return runtime.sql.one("SELECT count(*) FROM outbox WHERE failed_at IS NULL", {})[0]


def test_a_job_is_done_once_and_forgotten(runtime, handlers, done):
    """Whichever of one moment comes first."""
    put(1, 2)
    assert outbox.drain(handlers) == 2
    assert outbox.drain(handlers) == 0
    assert sorted(done) == [1, 2]
    assert runtime.sql.all("SELECT * FROM outbox", {}) == []


def test_a_job_may_be_put_for_later(runtime, clock, handlers, done):
    """It is done at its time, and not before."""
    with transaction():
        outbox.put("note", {"n": 1}, at=NOW + 90)
    clock.shift(89)
    assert outbox.drain(handlers) == 0
    clock.shift(1)
    assert outbox.drain(handlers) == 1
    assert done == [1]


def test_what_was_undone_never_happens(runtime, handlers, done):
    """A job belongs to the transaction that causes it."""
    with suppress(ZeroDivisionError), transaction():
        outbox.put("note", {"n": 1})
        raise ZeroDivisionError
    outbox.drain(handlers)
    assert done == []


def test_a_payload_is_not_readable_in_the_database(runtime):
    """It may hold a link that opens something."""
    with transaction():
        outbox.put("note", {"link": "https://connect.example/validation"})
    [(payload,)] = runtime.sql.all("SELECT payload FROM outbox", {})
    assert b"validation" not in payload


def test_a_failure_is_tried_again_later_and_later(runtime, clock, done):
    """After each wait of the table; then it is given up, and stays to be seen."""
    put(1)

    def fail(payload):
        done.append(payload["n"])
        raise OSError

    outbox.drain({"note": fail})
    for tries, wait in enumerate(BACKOFF, start=1):
        assert len(done) == tries
        clock.shift(wait - 1)
        assert outbox.drain({"note": fail}) == 0
        clock.shift(1)
        assert outbox.drain({"note": fail}) == 1
    clock.shift(10 * 86_400)
    assert outbox.drain({"note": fail}) == 0
    assert runtime.sql.one("SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL", {}) == (1,)


def test_one_bad_job_does_not_stop_the_others(runtime, handlers, done):
    """Nor does a kind that nobody handles."""
    with transaction():
        outbox.put("unknown", {})
        outbox.put("note", {"wrong": True})
        outbox.put("note", {"n": 3})
    outbox.drain(handlers)
    assert done == [3]
    assert waiting(runtime) == 2


def test_a_claimed_job_is_nobody_elses_until_its_lease_is_over(runtime, clock, handlers, done):
    """Then whoever had it is taken for dead."""
    put(1)

    def look_again(_payload):
        assert outbox.drain(handlers) == 0
        clock.shift(LEASE)
        assert outbox.drain(handlers) == 1

    outbox.drain({"note": look_again})
    assert done == [1]


class TestProcesses:
    @pytest.fixture
    def worker(self, runtime, tmp_path):
        """Start a real worker; its handler notes the jobs in `out`."""
        started = []

        def start(mode="run"):
            settings = runtime.settings
            worker = str(Path(__file__).parent / "worker.py")
            arguments = [worker, settings.database_url, str(settings.secret_key_file)]
            process = subprocess.Popen([sys.executable, *arguments, str(tmp_path / "out"), mode])
            started.append(process)
            return process

        yield start
        for process in started:
            process.kill()
            process.wait()

    def test_two_workers_share_the_jobs(self, runtime, worker, tmp_path):
        """Each job is done, none twice."""
        put(*range(60))
        for process in [worker(), worker(), worker()]:
            assert process.wait(timeout=60) == 0
        assert Counter((tmp_path / "out").read_text().split()) == {str(number): 1 for number in range(60)}

    def test_a_job_survives_the_worker_that_was_killed_over_it(self, runtime, worker, tmp_path, handlers, done):
        """kill -9 in the middle: after the lease it is done again, at least once in all."""
        put(1, 2)
        process = worker("hang")
        for _ in range(200):
            if (tmp_path / "out").exists() and (tmp_path / "out").read_text():
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert waiting(runtime) == 2
        outbox.drain(handlers)
        assert done == [2]
        with time_machine.travel(time.time() + LEASE + 1):
            outbox.drain(handlers)
        assert done == [2, 1]
        assert waiting(runtime) == 0
