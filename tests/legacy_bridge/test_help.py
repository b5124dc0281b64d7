"""S14: every case in plain words, its way out, and links to it that never change."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.guiding import FORGOTTEN, LETTER, UNLOCK, asks
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    DOMINIQUE,
    DOOR,
    FRESH,
    HELP,
    PASSWORD,
    WAITING,
    at,
    link_of,
    link_to,
    words_of,
)

from idp.core import clock
from idp.core.throttle import DAY
from idp.legacy_bridge import sunset
from idp.legacy_bridge.help_cases import CASES

pytestmark = pytest.mark.usefixtures("members")
TEMPLATES = Path(__file__).parents[2] / "templates"
# What sites and messages link to: adding is free, taking one away breaks their links.
NAMES = {
    "connexion", "creer", "oublie", "question", "identifiant-bloque", "trop-d-essais", "conteste", "deconnexion",
    "numero", "pourquoi", "refus", "oublie-numero", "bloque", "pas-de-mot-de-passe", "deja-change", "fin",
    "adresse", "pas-d-adresse", "adresse-prise", "compte-existant", "compte-oublie", "non-valide", "mot-de-passe",
    "verification", "reprendre", "confirmer", "sans-espace", "message", "message-guide", "courrier", "contact",
}  # fmt: skip
# The headings of the document that the product comes from, and what each answer must say.
SEED = {
    "numero": "Votre adresse de contact vous est proposée, si elle ne sert pas déjà à un autre Espace personnel",
    "pas-d-adresse": "Gmail, d’Outlook ou de Yahoo",
    "compte-existant": "Saisissez le mot de passe de ce compte",
    "oublie-numero": "Saisissez votre numéro de sécurité sociale et votre date de naissance, et laissez-vous guider",
    "bloque": "Lors de votre prochaine connexion, vous pourrez changer d’identifiant",
    "deja-change": "Utilisez votre adresse email et le mot de passe qui lui est associé",
    "pas-de-mot-de-passe": "laissez-vous guider",
    "non-valide": "Reconnectez-vous avec votre numéro de sécurité sociale et saisissez le nouveau mot de passe",
    "compte-oublie": "Cliquez sur le lien « Mot de passe oublié ? » en dessous du formulaire",
    "identifiant-bloque": "Cliquez sur le lien dans l’email",
}


def section(page, name):
    """The HTML of one case."""
    found = re.search(rf'<section id="{name}">.*?</section>', page.text, re.DOTALL)
    assert found, name
    return found[0]


def first_case(page):
    """The case that comes first."""
    return re.search(r'<section id="([^"]+)">', page.text)[1]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_s14_every_case_has_an_anchor_words_and_a_way_out(client, locale):
    """In both languages; a missing text would fail here."""
    page = client.get(f"{HELP}?hl={locale}")
    assert set(CASES) == NAMES
    for name in NAMES:
        assert "<a " in section(page, name), name
    assert "help-" not in words_of(page)


def test_s14_every_case_of_the_seed(client):
    """What members were told on paper, they find here."""
    page = client.get(HELP)
    for name, words in SEED.items():
        told = " ".join(re.sub(r"<[^>]+>", " ", section(page, name)).split())
        assert words in told.replace("\u00a0", " "), name


def test_s14_every_link_of_help_works(client):
    """No way that does not exist, none that is told to come later."""
    page = client.get(HELP)
    targets = {target.replace("&amp;", "&") for target in re.findall(r'<a [^>]*href="([^"]*)"', page.text)}
    for target in targets:
        if target.startswith("/"):
            assert client.get(target).status_code == 200, target
        elif target.startswith("?hl="):
            assert client.get(HELP + target).status_code == 200
        elif target.startswith("#"):
            assert target == "#main" or target[1:] in NAMES
        else:
            assert target == "https://www.mgen.fr/contact/"
    assert {DOOR, FORGOTTEN, UNLOCK, LETTER} <= {urlsplit(target).path for target in targets}
    assert "pour le moment" not in words_of(page).casefold()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_s14_a_site_may_link_to_a_case(client, name):
    """Named in the address, it comes first, once, and is the page's title; the others follow."""
    page = client.get(f"{HELP}?cas={name}")
    assert first_case(page) == name
    assert len(re.findall(rf'id="{name}"', page.text)) == 1
    assert len(re.findall(r"<section id=", page.text)) == len(NAMES)


def test_s14_a_case_that_does_not_exist_is_the_whole_page(client):
    """An old link never breaks."""
    assert first_case(client.get(HELP + "?cas=ancien")) == first_case(client.get(HELP))


def test_s14_the_site_that_waits_is_not_lost(walk):
    """From a step to help and back to the door, the request goes along."""
    page = walk.get(DOOR)
    help_page = walk.client.get(link_to(page, "Besoin d’aide ?"))
    assert "Accès à Espace personnel MGEN" in words_of(help_page)
    assert link_to(help_page, "Débloquer mon compte") == UNLOCK + walk.query


def test_s14_every_step_leads_to_its_case(walk, outbox):
    """The help link of a page opens the answer that fits."""
    walk.waits(CAMILLE, FRESH)
    steps = {DOOR: "numero", ADDRESS: "adresse", PASSWORD: "mot-de-passe", WAITING: "message"}
    steps |= {FORGOTTEN: "oublie-numero", UNLOCK: "bloque", LETTER: "courrier"}
    for path, case in steps.items():
        assert urlsplit(link_to(walk.get(path), "Besoin d’aide ?")).fragment == case
    assert urlsplit(link_to(walk.client.get(link_of(outbox()[0])), "Besoin d’aide ?")).fragment == "message"
    assert at(asks(walk, DOMINIQUE), FORGOTTEN + "message/")
    page = walk.get(FORGOTTEN + "message/")
    assert urlsplit(link_to(page, "Besoin d’aide ?")).fragment == "message-guide"


def test_s14_every_page_names_a_case_that_exists():
    """In its template, or in the one it is made of."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text("utf-8")
        anchors = re.findall(r"{% set help_anchor = (.*?) %}", text)
        is_page = re.search(r'{% extends "(base|account_pages/layout).html" %}', text) and path.name != "layout.html"
        if is_page and path.parent.name != "help":
            assert anchors, path
        for anchor in anchors:
            literals = re.sub(r"(?:==|get\() ?[^ ,)]*|\"\w+\":|(?<!\w)standing|state", "", anchor)
            names = set(re.findall(r'"([a-z-]+)"', literals))
            assert names, path
            assert names <= NAMES, path


def test_s14_after_the_last_day_an_adviser_stands_for_the_number(client, runtime):
    """The ways by number are closed; the others stay."""
    runtime.sql.run("DELETE FROM bridge_sunset", {})
    runtime.sql.run("INSERT INTO bridge_sunset (id, day) VALUES (1, :today)", {"today": sunset.today().isoformat()})
    with time_machine.travel(clock.now() + 2 * DAY):
        page = client.get(HELP)
        assert "Un conseiller MGEN la fait avec vous" in words_of(page)
        hrefs = re.findall(r'<a [^>]*href="([^"#]*)"', page.text)
        assert not [target for target in hrefs if urlsplit(target).path in (DOOR, FORGOTTEN, UNLOCK, LETTER)]
        for path in (FORGOTTEN, UNLOCK, LETTER):
            assert client.get(path).status_code == 410
