"""What counted windows promise, wherever they are kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from idp.core.throttle import TooManyAttempts

NOW = 2_000_000_000


@pytest.fixture
def throttle(runtime):
    return runtime.throttle


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_the_limit_is_allowed_and_no_more(throttle, clock):
    """The refusal says when the window ends."""
    for _ in range(3):
        throttle.allow("source:a", 3, 100)
    with pytest.raises(TooManyAttempts) as refusal:
        throttle.allow("source:a", 3, 100)
    assert refusal.value.until == NOW + 100


def test_a_window_begins_with_its_first_event(throttle, clock):
    """Later events do not lengthen it, and the next window counts from one."""
    assert throttle.count("source:a", 100) == 1
    clock.shift(99)
    assert throttle.count("source:a", 100) == 2
    clock.shift(1)
    assert throttle.count("source:a", 100) == 1


def test_keys_are_counted_apart(throttle):
    """One network's failures are not another's."""
    throttle.count("source:a", 100)
    assert throttle.count("source:b", 100) == 1


def test_looking_counts_nothing(throttle, clock):
    """`check` refuses only what was counted."""
    for _ in range(5):
        throttle.check("source:a", 2)
    throttle.count("source:a", 100)
    throttle.check("source:a", 2)
    throttle.count("source:a", 100)
    with pytest.raises(TooManyAttempts):
        throttle.check("source:a", 2)
    clock.shift(100)
    throttle.check("source:a", 2)


def test_cleaning_spares_the_windows_that_count(throttle, clock):
    """A counter does not start anew by being cleaned."""
    throttle.count("source:a", 100)
    clock.shift(99)
    throttle.clean()
    assert throttle.count("source:a", 100) == 2


def test_no_event_is_lost_when_many_come_at_once(throttle):
    """Each of a hundred sees its own number."""
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: throttle.count("source:a", 100), range(100)))
    assert sorted(numbers) == list(range(1, 101))
