"""S1: "Mon espace" leads to the provider, where there are two ways in, well apart."""

import pytest
from playwright.sync_api import expect


@pytest.mark.pictured
def test_s01_a_member_signs_in_with_the_email_identity(person, demo):
    changed = demo.personas()["already-changed"]
    person.opens_site("member-area").is_asked_to_sign_in_to("member-area")
    person.signs_in_by_email(changed["email"], changed["password"]).is_signed_in_at("member-area")
    known = person.knows()
    assert known["email"] == changed["email"]
    assert known["member_reference"] == "M20260007"


def test_s01_or_with_the_number_and_the_old_password_behind_a_way_of_its_own(person, demo):
    person.opens_site("member-area").is_asked_to_sign_in_to("member-area")
    expect(person.tab.locator("form:has(input[type=password])")).to_have_count(1)
    expect(person.tab.locator("[name=nir]")).to_have_count(0)
    member = demo.new_member()
    person.changes_identifier(member).continues_to("member-area")
    assert person.knows()["email"] == member.contact


@pytest.mark.pictured
def test_s01_a_wrong_password_is_refused_in_words_that_lead_on(person, demo):
    person.opens_site("member-area")
    person.signs_in_by_email("personne@courriel.example", "pas le bon mot de passe")
    person.reads("Vérifiez l’adresse email et le mot de passe.").is_asked_to_sign_in_to("member-area")
    member = demo.new_member()
    person.presses("Utiliser mon numéro de sécurité sociale").types(nir=member.nir, password="faux12345")
    person.presses("Continuer").sees("Nous ne pouvons pas vous connecter")
    person.presses("Saisir de nouveau").sees("Changez d’identifiant")
    person.types(nir=member.nir, password=member.password).presses("Continuer").sees("Votre adresse email")
