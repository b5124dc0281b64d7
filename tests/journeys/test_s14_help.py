"""S14: help says every case in plain words, and where each is solved."""

import pytest

HELP = "/login-adherent/vous-avez-des-difficultes-pour-vous-connecter/"
CASES = (
    "oublie", "question", "identifiant-bloque", "oublie-numero", "bloque", "pas-de-mot-de-passe", "deja-change",
    "pas-d-adresse", "compte-existant", "compte-oublie", "non-valide", "message", "courrier", "conteste", "contact",
)  # fmt: skip


@pytest.mark.pictured
def test_s14_every_case_of_the_seed_has_its_place_and_its_way_out(person, demo):
    person.goes_to(demo.issuer + HELP)
    person._looks()
    for case in CASES:
        assert person.tab.locator(f"#{case}").count() == 1, case
    links = person.tab.locator("main a[href^='/']").evaluate_all("all => [...new Set(all.map(each => each.href))]")
    assert len(links) > 4
    for link in links:
        answer = person.tab.request.get(link)
        assert answer.status == 200, link


def test_s14_a_site_can_lead_straight_to_a_case(person, demo):
    person.goes_to(f"{demo.issuer}{HELP}?cas=bloque")
    person._looks()
    assert person.tab.locator("#bloque").is_visible()


def test_s14_each_step_leads_to_its_own_case(person, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).sees("Votre adresse email")
    href = person.tab.locator(f"a[href*='{HELP}']").first.get_attribute("href")
    assert "adresse" in href
    person.goes_to(demo.issuer + href)
    assert person.tab.locator("#adresse").is_visible()
