"""Nobody learns at a form whom we know: 500 people of every kind and 500 strangers see the same, at the same cost.

docs/rules.md §3 row 17.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import pytest
import rp
from enumeration.crowd import BIRTH_DATE, address, nir, settle
from enumeration.probing import Request, Stranger
from hash_timing import FEWEST, assert_as_long, dear_hash

from idp.core.hashing import Hashing

CROWD = 500
# Milliseconds of processor: of the medians' difference, without the hashes.
REST = 2
_PHRASE = "un mot de passe faux"
_FORGOTTEN, _UNLOCK = "/login-adherent/mot-de-passe-oublie/", "/login-adherent/debloquez-votre-compte/"


@dataclass(frozen=True)
class Form:
    """A public form: who it is about, and what is sent."""

    name: Callable[..., str]
    requests: Callable[[str], list[Request]]


def _guided(way: str, typed: str) -> Request:
    return way, {"nir": typed, "birth_date": BIRTH_DATE}


FORMS = {
    "email sign-in": Form(address, lambda typed: [("/connexion/", {"email": typed, "password": _PHRASE})]),
    "NIR sign-in": Form(nir, lambda typed: [("/login-adherent/", {"nir": typed, "password": _PHRASE})]),
    "registration": Form(
        address,
        lambda typed: [
            ("/connexion/inscription/", {"email": typed, "new_password": _PHRASE, "confirm_password": _PHRASE})
        ],
    ),
    "forgotten password": Form(address, lambda typed: [("/connexion/mot-de-passe-oublie/", {"email": typed})]),
    "guided forgotten": Form(nir, lambda typed: [_guided(_FORGOTTEN, typed)]),
    "guided unlock": Form(nir, lambda typed: [_guided(_UNLOCK, typed)]),
    "letter": Form(nir, lambda typed: [_guided(_FORGOTTEN, typed), (f"{_FORGOTTEN}message/", {"action": "letter"})]),
    "letter's code": Form(nir, lambda typed: [("/login-adherent/courrier/", {"nir": typed, "code": "ABCD2345"})]),
    "login_hint": Form(address, lambda typed: [(f"{rp.AUTHORIZE}?{rp.query(login_hint=typed)}", None)]),
}


@pytest.fixture
def settings(make_settings, request):
    """Each try comes from a network of its own, through a proxy that is believed."""
    return make_settings(
        trusted_proxies=["127.0.0.0/8"], **dear_hash() if request.node.get_closest_marker("slow") else {}
    )


@pytest.fixture
def hashes(monkeypatch):
    """An entry for each hash made or compared."""
    made = []
    for name in ("hash", "verify"):
        real = getattr(Hashing, name)
        monkeypatch.setattr(Hashing, name, lambda self, *given, real=real: made.append(1) or real(self, *given))
    return made


class Medians:
    """What people we know cost, and people we do not."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.costs: dict[bool, list[float]] = {True: [], False: []}

    def difference(self) -> float:
        """Between the medians, in milliseconds."""
        return abs(median(self.costs[True]) - median(self.costs[False]))

    def __str__(self) -> str:
        known, unknown = (f"{median(self.costs[each]):.2f} ms" for each in (True, False))
        return f"{self._kind}: {len(self.costs[True])} known, {known}; {len(self.costs[False])} unknown, {unknown}"


@pytest.mark.parametrize("kind", FORMS)
def test_500_people_and_500_strangers_see_the_same(app, runtime, tmp_path, hashes, kind):
    """Bodies to the byte but for what is random, status, headers, cookies; as many hashes, and as much of the rest."""
    settle(tmp_path, CROWD)
    form, stranger, medians = FORMS[kind], Stranger(app), Medians(kind)
    first = None
    for number in range(CROWD):
        # In turns, so that a slow moment of the machine is everybody's.
        for known in (True, False):
            hashes.clear()
            typed = form.name(number, known=known)
            seen = stranger.tries(form.requests(typed), typed)
            first = first or (seen.answers, len(hashes))
            assert (seen.answers, len(hashes)) == first, f"{typed} is told apart"
            medians.costs[known].append(seen.cost)
    print(f"{medians}; {first[1]} hashes")
    assert medians.difference() < REST, medians


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in FORMS if kind != "login_hint"])
def test_it_takes_as_long_with_dear_hashes(app, runtime, tmp_path, kind):
    settle(tmp_path, FEWEST)
    form, stranger = FORMS[kind], Stranger(app)

    def milliseconds(who: str, turn: int) -> float:
        typed = form.name(turn % FEWEST, known=who == "known")
        runtime.sql.run("DELETE FROM password_attempts", {})
        return stranger.tries(form.requests(typed), typed).cost

    assert_as_long(["known", "unknown"], milliseconds)
