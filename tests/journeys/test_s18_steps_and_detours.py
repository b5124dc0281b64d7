"""S18: steps go back and forth, and the site that asked has its answer whatever the detour."""

import pytest
from playwright.sync_api import expect


@pytest.mark.pictured
def test_s18_previous_and_continue(person, demo):
    member = demo.new_member()
    person.opens_site("avantage").signs_in_by_nir(member).gives_address().sees("Votre mot de passe")
    person.presses("Précédent").sees("Votre adresse email")
    expect(person.tab.locator("[name=email]")).to_have_value(member.contact)
    person.gives_address(member.fresh_address).sees("Votre mot de passe").reads(member.fresh_address)
    person.presses("Précédent").gives_address(member.contact).chooses_password()
    person.sees("Votre identifiant sera").presses("Ce n’est pas mon adresse").gives_address(member.contact)
    person.finishes().continues_to("avantage")


@pytest.mark.pictured
def test_s18_help_and_back_lose_nothing(person, demo):
    member = demo.new_member()
    person.opens_site("forum").signs_in_by_nir(member).gives_address().sees("Votre mot de passe")
    person.presses("Besoin d’aide ?").sees("Vous avez des difficultés pour vous connecter")
    person.tab.go_back()
    person.chooses_password().finishes().continues_to("forum")


def test_s18_the_site_that_asked_is_the_one_that_is_answered(person, someone, demo):
    member = demo.new_member()
    person.opens_site("forum").signs_in_by_nir(member).gives_address(member.fresh_address).chooses_password()
    person.sees("Consultez votre messagerie")
    # Another site in another tab, a message read on a phone: the first request is still the forum's.
    first = person.opens_another_tab()
    person.opens_site("avantage").is_asked_to_sign_in_to("avantage")
    someone().goes_to(person.reads_mail(member.fresh_address).link).presses("Valider mon adresse")
    person.tab = first
    person.finishes().continues_to("forum")
    person.opens_site("avantage").is_signed_in_at("avantage")


@pytest.mark.pictured
def test_s18_a_change_begun_for_one_site_is_finished_from_another(someone, demo):
    member = demo.new_member()
    first = someone().opens_site("forum").signs_in_by_nir(member).gives_address().sees("Votre mot de passe")
    later = someone().opens_site("avantage").signs_in_by_nir(member).sees("Votre mot de passe").reads(member.contact)
    first.chooses_password().sees("Un changement est déjà en cours")
    later.chooses_password().finishes().continues_to("avantage")
    first.presses("Reprendre ici").sees("C’est déjà fait")
