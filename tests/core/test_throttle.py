"""The password way closes after failures (CNIL 2022-100, docs/rules.md §1), whoever asks and however fast."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from idp.core.throttle import DAY, TooManyAttempts

NOW = 2_000_000_000
KEY = b"k" * 32


@pytest.fixture
def throttle(runtime):
    return runtime.throttle


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refused_until(throttle):
    with pytest.raises(TooManyAttempts) as refusal:
        throttle.claim(KEY)
    return refusal.value.until


def test_five_failures_are_free(throttle, clock):
    """The sixth has to wait a minute."""
    assert [throttle.claim(KEY) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert refused_until(throttle) == NOW + 60


def test_the_wait_doubles_until_the_way_closes(throttle, clock):
    """1, 2, 4, 8, 16 minutes, then a day."""
    for _ in range(5):
        throttle.claim(KEY)
    for minutes in (1, 2, 4, 8, 16):
        clock.shift(minutes * 60 - 1)
        refused_until(throttle)
        clock.shift(1)
        throttle.claim(KEY)
    last = NOW + 31 * 60
    assert refused_until(throttle) == last + DAY
    clock.shift(DAY - 1)
    refused_until(throttle)
    clock.shift(1)
    assert throttle.claim(KEY) == 1


def test_asking_while_closed_lengthens_nothing(throttle, clock):
    """A refused attempt is not counted."""
    for _ in range(5):
        throttle.claim(KEY)
    for _ in range(10):
        assert refused_until(throttle) == NOW + 60
    clock.shift(60)
    assert throttle.claim(KEY) == 6


def test_success_clears(throttle, clock):
    """Five more are free."""
    for _ in range(5):
        throttle.claim(KEY)
    throttle.clear(KEY)
    assert throttle.claim(KEY) == 1


def test_a_hundred_at_once_are_a_hundred_failures(throttle, clock):
    """Counted before they are evaluated: five are, no more."""

    def attempt(_):
        try:
            throttle.claim(KEY)
        except TooManyAttempts:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(100))) == 5


def test_identifiers_are_counted_apart(throttle, clock):
    """Nobody else waits."""
    for _ in range(5):
        throttle.claim(KEY)
    assert throttle.claim(b"o" * 32) == 1


def test_cleaning_opens_nothing(throttle, clock):
    """A closed way stays closed for its day."""
    for minutes in (0, 0, 0, 0, 0, 1, 2, 4, 8, 16):
        clock.shift(minutes * 60)
        throttle.claim(KEY)
    clock.shift(DAY - 1)
    throttle.clean()
    refused_until(throttle)
