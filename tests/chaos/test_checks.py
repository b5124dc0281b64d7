"""The checks themselves: each statement runs on the engine, finds nothing where all is well, and finds what is not."""

import random
from xml.etree import ElementTree

import pytest

from chaos import curve, soak
from chaos.contradictions import CONTRADICTIONS
from chaos.people import make_members
from idp.accounts import creation
from idp.core.db import transaction
from idp.core.runtime import Runtime
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.nir import Nir


@pytest.fixture
def account(runtime: Runtime) -> None:
    """Somebody."""
    with transaction():
        creation.create_account("a@boite.test", None, origin="test", locale="fr")


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_sound_database_has_no_contradiction(name: str, runtime: Runtime) -> None:
    """With somebody in it."""
    assert runtime.sql.all(CONTRADICTIONS[name], {}) == [(0,)]


@pytest.mark.usefixtures("account")
def test_half_an_account_is_found(runtime: Runtime) -> None:
    """Its address is gone."""
    runtime.sql.run("DELETE FROM identifier", {})
    assert runtime.sql.all(CONTRADICTIONS["an account that no address identifies"], {}) == [(1,)]


@pytest.mark.parametrize("table", soak._EXPIRED)
def test_nothing_expired_is_in_an_empty_database(table: str, runtime: Runtime) -> None:
    """Each statement of the soak runs."""
    where = soak._EXPIRED[table].format(now=2_000_000_000)
    assert runtime.sql.all(f"SELECT count(*) FROM {table} WHERE {where}", {}) == [(0,)]


def test_members_are_who_an_import_takes() -> None:
    """Numbers that agree with birth dates, none twice, the same for the same dice."""
    members = make_members(3000, random.Random(1))
    assert len({member.nir for member in members}) == 3000
    assert members == make_members(3000, random.Random(1))
    for member in members[:200]:
        year, month, day = map(int, member.birth_date.split("-"))
        assert Nir.parse(member.nir).agrees_with(BirthDate(year, month, day))


def test_the_curve_is_a_picture() -> None:
    """Well-formed, with a point a sample."""
    picture = ElementTree.fromstring(curve.svg("Memory", [(0, 100.0), (5, 120.0), (10, 110.0)]))
    [line] = picture.iter("{http://www.w3.org/2000/svg}polyline")
    assert len(line.attrib["points"].split()) == 3
