"""The guided form takes as long whoever it leads to, with a dear argon2id (docs/rules.md §3 row 17)."""

import statistics
import time

import pytest
from legacy_bridge.guiding import UNKNOWN, born
from legacy_bridge.walking import CAMILLE, DOMINIQUE, NO_CONTACT

from idp.accounts.sending import Asked
from idp.core import clock, db
from idp.legacy_bridge import directory, guided
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.nir import Nir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("members")]
TRIES = 15
KINDS = {
    "reached": (DOMINIQUE.nir, born(DOMINIQUE)),
    "wrong birth date": (DOMINIQUE.nir, "01/02/1950"),
    "shared contact": (CAMILLE.nir, born(CAMILLE)),
    "no contact": (NO_CONTACT.nir, born(NO_CONTACT)),
    "unknown": (UNKNOWN.nir, born(UNKNOWN)),
}


@pytest.fixture
def settings(make_settings):
    return make_settings(argon2_memory_kib=19456 * 3, argon2_time_cost=3)


def seconds(nir: str, birth_date: str, place: int) -> float:
    """The processor's time, of every thread: what else the machine does is not in it, and nothing here waits."""
    started = time.process_time()
    today = clock.as_datetime(clock.now()).date()
    number, date = directory.number_of(Nir.parse(nir)), BirthDate.parse(birth_date, today=today)
    guided.begin("forgotten", number, date, Asked("browser", None, None, "fr", f"192.0.2.{place}"))
    db.commit()
    return time.process_time() - started


def test_the_form_takes_as_long_whoever_it_leads_to(runtime):
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    # In turns, so that a slow moment of the machine is everybody's.
    for place in range(TRIES):
        for kind, given in KINDS.items():
            took[kind].append(seconds(*given, place))
    medians = {kind: statistics.median(times) for kind, times in took.items()}
    print({kind: round(1000 * median, 1) for kind, median in medians.items()}, "ms")
    assert min(medians.values()) > 0.1
    assert max(medians.values()) - min(medians.values()) < 0.01, medians
