"""What a finger is about to press stays where it is, however late a script comes."""

import re
from collections.abc import Callable

from browser.person import NEW_PASSWORD, SECURITY, Person
from browser.running_demo import Demo

_SCRIPTS = re.compile(r"\.js\?")
_PLACES = """() => Object.fromEntries([...document.querySelectorAll("a, button, input, select, textarea")]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.name || each.textContent.trim(), Math.round(each.getBoundingClientRect().top)]))"""


def nothing_moves(person: Person) -> None:
    """The page is the same before its scripts have come as with them."""
    person.context.route(_SCRIPTS, lambda route: route.fulfill(body="", content_type="text/javascript"))
    person.tab.reload()
    before = person.tab.evaluate(_PLACES)
    person.context.unroute(_SCRIPTS)
    person.tab.reload()
    after = person.tab.evaluate(_PLACES)
    assert len(before) > 3
    assert before == {name: top for name, top in after.items() if name in before}


def test_the_ways_in_stay_in_their_place(person: Person) -> None:
    nothing_moves(person.opens_site("forum").is_asked_to_sign_in_to("forum"))
    nothing_moves(person.presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant"))


def test_the_page_that_waits_for_a_message_stays_still(person: Person) -> None:
    nothing_moves(person.opens_site("forum").presses("Créer un compte").sees("Créez votre compte"))
    person.types(email="page.calme@boite.example").chooses_new_password(NEW_PASSWORD).presses("Créer mon compte")
    nothing_moves(person.sees("Consultez votre messagerie"))


def test_the_second_proof_stays_in_its_place(enters: Callable[..., Person], demo: Demo) -> None:
    address = "cle.calme@boite.example"
    person = enters(address)
    nothing_moves(person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès"))
    device = person.goes_to(demo.issuer + SECURITY).makes_passkey()
    device.recognises_its_owner(False)
    person.leaves().goes_to(f"{demo.issuer}/connexion/").signs_in_by_email(address, NEW_PASSWORD)
    nothing_moves(person.sees("Confirmez que c’est bien vous"))
