"""What short-lived values promise, wherever they are kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine


@pytest.fixture
def store(runtime):
    return runtime.ephemeral


@pytest.fixture
def clock():
    with time_machine.travel(2_000_000_000, tick=False) as traveller:
        yield traveller


def test_what_was_put_is_there(store):
    """Until something else is put."""
    store.put("par:a", {"n": 1, "text": "é"}, 60)
    assert store.get("par:a") == {"n": 1, "text": "é"}
    store.put("par:a", {"n": 2}, 60)
    assert store.get("par:a") == {"n": 2}


def test_what_was_never_put_is_not(store):
    """Reading, taking and deleting it are harmless."""
    store.delete("par:none")
    assert store.get("par:none") is None
    assert store.take("par:none") is None


def test_take_gives_once(store):
    """And leaves nothing."""
    store.put("par:a", {"n": 1}, 60)
    assert store.take("par:a") == {"n": 1}
    assert store.take("par:a") is None
    assert store.get("par:a") is None


def test_delete_forgets(store):
    """At once."""
    store.put("par:a", {"n": 1}, 60)
    store.delete("par:a")
    assert store.get("par:a") is None


def test_a_value_dies_at_the_second_its_life_ends(store, clock):
    """Judged by the application's clock, whatever the store's."""
    store.put("par:a", {"n": 1}, 60)
    clock.shift(59)
    assert store.get("par:a") == {"n": 1}
    clock.shift(1)
    assert store.get("par:a") is None
    assert store.take("par:a") is None


def test_put_if_absent_keeps_the_first(store):
    """A replay mark is set by one caller only."""
    assert store.put_if_absent("jti:a", {"n": 1}, 60)
    assert not store.put_if_absent("jti:a", {"n": 2}, 60)
    assert store.get("jti:a") == {"n": 1}


def test_put_if_absent_takes_the_place_of_what_was_deleted(store):
    """Absent is absent."""
    store.put_if_absent("jti:a", {"n": 1}, 60)
    store.delete("jti:a")
    assert store.put_if_absent("jti:a", {"n": 2}, 60)


def test_put_if_absent_takes_the_place_of_what_is_over(store, clock):
    """Also before the store has cleaned up."""
    store.put_if_absent("jti:a", {"n": 1}, 60)
    clock.shift(60)
    assert store.put_if_absent("jti:a", {"n": 2}, 60)
    assert store.get("jti:a") == {"n": 2}


def test_cleaning_spares_what_lives(store, clock):
    """And only that stays."""
    store.put("par:short", {"n": 1}, 10)
    store.put("par:long", {"n": 2}, 100)
    clock.shift(10)
    store.clean()
    assert store.get("par:long") == {"n": 2}
    assert store.get("par:short") is None


@pytest.mark.parametrize("verb", ["take", "put_if_absent"])
def test_of_eight_at_once_one_wins(store, verb):
    """Twenty times."""
    together = Barrier(8)

    def compete(key):
        together.wait()
        return bool(store.take(key) if verb == "take" else store.put_if_absent(key, {"n": 2}, 60))

    with ThreadPoolExecutor(8) as pool:
        for turn in range(20):
            if verb == "take":
                store.put(f"race:{turn}", {"n": 1}, 60)
            assert sum(pool.map(compete, [f"race:{turn}"] * 8)) == 1
