"""argon2id in its own lane: others run meanwhile, and the waiting room can be full."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp.core.hashing import Busy, Hashing
from idp.core.lane import Lane, lane


@pytest.fixture
def hashing(make_settings):
    return Hashing(make_settings(threads=4))


def test_a_hash_is_verified_and_says_its_cost(hashing, make_settings):
    """Another secret is refused, another cost is outdated, and what is no hash verifies nothing."""
    encoded = hashing.hash(b"secret")
    assert encoded.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert hashing.verify(encoded, b"secret")
    assert not hashing.verify(encoded, b"Secret")
    assert not hashing.verify("no hash", b"secret")
    assert hashing.hash(b"secret") != encoded
    assert not hashing.is_outdated(encoded)
    assert Hashing(make_settings(argon2_time_cost=2)).is_outdated(encoded)


def test_while_one_hashes_another_request_runs(hashing):
    """The lane is given up, and taken back before the request goes on."""
    release, other_ran = threading.Event(), threading.Event()

    def hash_slowly():
        with lane.held():
            hashing.run(lambda: release.wait(5))
            return other_ran.is_set()

    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(hash_slowly)
        time.sleep(0.05)
        with lane.held():
            other_ran.set()
        release.set()
        assert request.result(5)


def test_hashes_wait_for_one_another(hashing):
    """One thread hashes: memory stays flat, whatever the storm."""
    running, most = [], []

    def work():
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: hashing.run(work), range(8)))
    assert max(most) == 1


def test_hashing_has_a_low_priority(hashing, make_settings):
    """Of its thread alone: a redirect goes first."""
    lowered = hashing.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert lowered == make_settings().hash_niceness > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_full_waiting_room_refuses(hashing):
    """As many as pages may be; the next one is told before its password is read."""
    with hashing.place(), hashing.place(), hashing.place(), pytest.raises(Busy), hashing.place():
        pass
    with hashing.place(), hashing.place():
        pass


def test_a_place_is_given_back_by_a_failure(hashing):
    """Or the room would fill for ever."""
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), hashing.place():
            raise ZeroDivisionError


def test_a_failure_in_the_hash_thread_is_the_requests_own(hashing):
    """And the lane is held again."""
    mine = Lane()
    with mine.held(), pytest.raises(ZeroDivisionError):
        hashing.run(lambda: 1 / 0)
    with mine.held():
        pass


def test_one_request_of_a_worker_runs_at_a_time():
    """And a thread that does not hold the lane gives nothing up."""
    mine, running, most = Lane(), [], []

    def request(_):
        with mine.held():
            running.append(1)
            most.append(len(running))
            time.sleep(0.005)
            running.pop()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(request, range(12)))
    assert max(most) == 1
    with mine.released():
        pass
    with mine.held(), mine.released(), mine.held():
        pass
