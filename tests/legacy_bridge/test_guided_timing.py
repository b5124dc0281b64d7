"""The guided form takes as long whoever it leads to, with a dear argon2id (docs/rules.md §3 row 17)."""

import pytest
from hash_timing import assert_as_long, cost, dear_hash
from legacy_bridge.guiding import UNKNOWN, born
from legacy_bridge.walking import CAMILLE, DOMINIQUE, NO_CONTACT

from idp.accounts.sending import Asked
from idp.core import clock, db
from idp.legacy_bridge import directory, guided
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.nir import Nir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("members")]
KINDS = {
    "reached": (DOMINIQUE.nir, born(DOMINIQUE)),
    "wrong birth date": (DOMINIQUE.nir, "01/02/1950"),
    "shared contact": (CAMILLE.nir, born(CAMILLE)),
    "no contact": (NO_CONTACT.nir, born(NO_CONTACT)),
    "unknown": (UNKNOWN.nir, born(UNKNOWN)),
}


@pytest.fixture
def settings(make_settings):
    return make_settings(**dear_hash())


def milliseconds(kind: str, turn: int) -> float:
    """What the form costs for who is of this kind."""
    nir, birth_date = KINDS[kind]
    today = clock.as_datetime(clock.now()).date()
    number, date = directory.number_of(Nir.parse(nir)), BirthDate.parse(birth_date, today=today)

    def send() -> None:
        guided.begin("forgotten", number, date, Asked("browser", None, None, "fr", f"192.0.2.{turn}"))
        db.commit()

    return cost(send)


def test_the_form_takes_as_long_whoever_it_leads_to(runtime):
    assert_as_long(KINDS, milliseconds)
