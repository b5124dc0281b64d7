"""Who goes first in a worker, and who is sent away: the lane and the turns of pages."""

import threading
import time

from idp.core.lane import Lane
from idp.core.seats import Turns


def test_what_programs_ask_overtakes_the_pages_that_wait():
    """Ten pages wait for the lane, then a redirect comes: it is behind one of them at most."""
    lane, order, waiting = Lane(), [], []

    def pass_through(name, *, urgent):
        with lane.held(urgent=urgent):
            order.append(name)
            time.sleep(0.01)

    with lane.held():
        for number in range(10):
            waiting.append(threading.Thread(target=pass_through, args=(number,), kwargs={"urgent": False}))
            waiting[-1].start()
        time.sleep(0.1)
        waiting.append(threading.Thread(target=pass_through, args=("redirect",), kwargs={"urgent": True}))
        waiting[-1].start()
        time.sleep(0.1)
    for thread in waiting:
        thread.join()
    assert len(order) == 11
    assert order.index("redirect") <= 1


def test_a_page_that_gave_up_the_lane_waits_behind_what_is_urgent():
    """After its hash it takes its turn like any page, and the lane is held by one at a time."""
    lane, inside = Lane(), []

    def page():
        with lane.held(urgent=False):
            with lane.released():
                time.sleep(0.02)
            inside.append(1)
            assert len(inside) == 1
            time.sleep(0.002)
            inside.pop()

    threads = [threading.Thread(target=page) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == []


def test_a_page_too_many_is_sent_away_at_once_and_the_others_have_their_turn():
    """Two inside, three waiting, the sixth hears no; a place that is left is a place again."""
    turns, inside, answers = Turns(2, 3), threading.Semaphore(0), []
    go = threading.Event()

    def page():
        with turns.one() as has_turn:
            answers.append(has_turn)
            inside.release()
            assert go.wait(10)

    threads = [threading.Thread(target=page) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=10)
    assert inside.acquire(timeout=10)
    deadline = time.monotonic() + 10
    while True:
        with turns.one() as has_turn:
            if not has_turn:
                break
        assert time.monotonic() < deadline
    go.set()
    for thread in threads:
        thread.join()
    assert answers == [True] * 5
    with turns.one() as has_turn:
        assert has_turn
