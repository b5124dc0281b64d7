"""S2: after a NIR sign-in there is the change of identifier, and nothing else."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect


@pytest.mark.pictured
def test_s02_the_address_on_file_is_proposed_and_becomes_the_identifier(person, demo):
    member = demo.new_member()
    person.opens_site("member-area").signs_in_by_nir(member).sees("Votre adresse email")
    expect(person.tab.locator("[name=email]")).to_have_value(member.contact)
    person.reads("Étape 1 sur 3")
    person.gives_address().reads("Étape 2 sur 3").chooses_password().reads("Étape 3 sur 3")
    person.reads(member.contact).finishes().continues_to("member-area")
    assert person.knows()["member_reference"] == member.ref
    assert person.knows()["email_verified"] == "non"


def test_s02_no_address_of_a_later_step_leads_past_the_first(person, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).sees("Votre adresse email")
    change, query = f"{demo.issuer}/login-adherent/changement-identifiant", urlsplit(person.tab.url).query
    for step in ("mot-de-passe", "attente", "verification", "fin", ""):
        person.goes_to(f"{change}/{step}{'/' if step else ''}?{query}").sees("Votre adresse email")


def test_s02_no_site_is_answered_and_no_session_is_open_before_the_end(person, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).sees("Votre adresse email")
    names = {cookie["name"] for cookie in person.context.cookies()}
    assert "mgen_connect_session" not in names
    query = urlsplit(person.tab.url).query
    person.goes_to(f"{demo.issuer}/oidc/continue?{query}").sees("Votre adresse email")
    person.opens_another_tab()
    for site in ("avantage", "forum"):
        person.opens_site(site).is_asked_to_sign_in_to(site)
    person.goes_to(f"{demo.site('member-area')}/mon-espace").sees("Connectez-vous pour voir cette page")


@pytest.mark.pictured
def test_s02_an_address_is_the_identifier_of_one_espace_only(someone, demo):
    one, other = demo.new_couple()
    first, second = someone(), someone()
    first.opens_site("member-area").changes_identifier(one)
    second.opens_site("member-area").signs_in_by_nir(other).sees("Votre adresse email")
    expect(second.tab.locator("[name=email]")).to_have_value("")
    # Whose it is, only its password would tell (S5).
    second.gives_address(one.contact.upper()).sees("Vous avez déjà un compte MGEN Connect")
