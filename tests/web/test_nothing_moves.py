"""What a finger is about to press stays where it is, however late a script comes."""

import re
from collections.abc import Callable

import pytest
from browser.device import Device
from browser.person import NEW_PASSWORD, Person
from browser.running_demo import Demo
from playwright.sync_api import Route

_PLACES = """() => Object.fromEntries([...document.querySelectorAll("a, button, input, select, textarea")]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.name || each.textContent.trim(), Math.round(each.getBoundingClientRect().top)]))"""


class _Scripts:
    """The files of script of one browser, which may stay away."""

    def __init__(self, person: Person) -> None:
        self._person, self._come = person, True
        person.context.route(re.compile(r"\.js\?"), self._answer)

    def _answer(self, route: Route) -> None:
        if self._come:
            route.continue_()
        else:
            route.fulfill(body="", content_type="text/javascript")

    def places(self, *, come: bool) -> dict[str, int]:
        """Where everything is that can be pressed or filled in."""
        self._come = come
        self._person.tab.reload()
        places: dict[str, int] = self._person.tab.evaluate(_PLACES)
        return places


Stays = Callable[[Person], None]


@pytest.fixture
def stays(person: Person) -> Stays:
    """Compare the page as it is before its scripts have come with what it is then."""
    scripts = _Scripts(person)

    def check(_: Person) -> None:
        before = scripts.places(come=False)
        after = scripts.places(come=True)
        assert len(before) > 3
        assert before == {name: top for name, top in after.items() if name in before}

    return check


def test_the_ways_in_stay_in_their_place(person: Person, stays: Stays) -> None:
    stays(person.opens_site("forum").is_asked_to_sign_in_to("forum"))
    stays(person.presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant"))


def test_the_page_that_waits_for_a_message_stays_still(person: Person, stays: Stays) -> None:
    stays(person.opens_site("forum").presses("Créer un compte").sees("Créez votre compte"))
    person.types(email="page.calme@boite.example").chooses_new_password(NEW_PASSWORD).presses("Créer mon compte")
    stays(person.sees("Consultez votre messagerie"))


def test_the_second_proof_stays_in_its_place(person: Person, demo: Demo, stays: Stays) -> None:
    address = "cle.calme@boite.example"
    demo.new_account(address, NEW_PASSWORD)
    person.goes_to(f"{demo.issuer}/compte/securite/").signs_in_by_email(address, NEW_PASSWORD).sees("Votre sécurité")
    device = Device(person.tab)
    stays(person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès"))
    person.presses("Créer ma clé d’accès").sees("Vos codes de secours").presses("Plus tard").sees("Votre sécurité")
    device.recognises_its_owner(False)
    person.context.clear_cookies(name=re.compile("session$"))
    person.goes_to(f"{demo.issuer}/connexion/").signs_in_by_email(address, NEW_PASSWORD)
    stays(person.sees("Confirmez que c’est bien vous"))
