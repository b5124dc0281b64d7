"""S5: the address is an account of another site already: its password joins the two, which stay one for every site."""

import pytest
from browser.person import NEW_PASSWORD

SHOP_PASSWORD = "trois chatons sur un tapis"


def has_an_account(demo, member, password=SHOP_PASSWORD, **standing):
    """An account of Avantage with the member's contact address; that address."""
    demo.new_account(member.contact, password, **standing)
    return member.contact


def chooses_the_question(person):
    person.sees("Votre mot de passe").reads("Il reste à choisir une question secrète")
    person.tab.locator("select[name=secret_question]").select_option(index=2)
    return person.types(secret_answer="le vieux moulin").presses("Continuer")


@pytest.mark.pictured
def test_s05_the_password_of_the_account_joins_the_two_and_every_site_still_knows_it(someone, demo):
    member = demo.new_member()
    address = has_an_account(demo, member)
    shopper = someone().opens_site("avantage").signs_in_by_email(address, SHOP_PASSWORD).is_signed_in_at("avantage")
    before = shopper.knows()["sub"]
    person = someone().opens_site("member-area").signs_in_by_nir(member).gives_address()
    person.sees("Vous avez déjà un compte MGEN Connect").reads(address)
    person.types(password="ce n’est pas lui").presses("Associer mon compte").reads("n’est pas celui de ce compte")
    person.sees("Vous avez déjà un compte MGEN Connect")
    person.types(password=SHOP_PASSWORD).presses("Associer mon compte")
    chooses_the_question(person).sees("Les deux comptes n’en feront qu’un").reads("MGEN Avantage")
    person.presses("Confirmer").sees("C’est fait").continues_to("member-area")
    assert person.knows()["member_reference"] == member.ref
    later = someone().opens_site("avantage").signs_in_by_email(address, SHOP_PASSWORD).is_signed_in_at("avantage")
    assert later.knows()["sub"] == before


@pytest.mark.pictured
def test_s05_a_password_that_is_too_simple_today_is_replaced_on_the_way(person, demo):
    member = demo.new_member()
    address = has_an_account(demo, member, "bruyere1971")
    person.opens_site("member-area").signs_in_by_nir(member).gives_address()
    person.types(password="bruyere1971").presses("Associer mon compte")
    person.reads("trop facile à deviner").chooses_password()
    person.sees("Les deux comptes n’en feront qu’un").presses("Confirmer").sees("C’est fait")
    person.continues_to("member-area").signs_out()
    person.opens_site("forum").signs_in_by_email(address, NEW_PASSWORD).is_signed_in_at("forum")


@pytest.mark.pictured
def test_s05_which_espace_holds_an_address_is_told_to_the_right_password_only(someone, demo):
    one, other = demo.new_couple()
    someone().opens_site("member-area").changes_identifier(one)
    second = someone().opens_site("member-area").signs_in_by_nir(other).gives_address(one.contact)
    second.sees("Vous avez déjà un compte MGEN Connect")
    second.types(password="une tout autre phrase").presses("Associer mon compte").reads("n’est pas celui de ce compte")
    second.types(password=NEW_PASSWORD).presses("Associer mon compte")
    second.sees("Cette adresse est déjà utilisée pour un autre Espace personnel")
    second.presses("Choisir une autre adresse").sees("Votre adresse email")


@pytest.mark.pictured
def test_an_account_without_an_espace_is_joined_at_the_member_area_or_goes_back_to_the_site(someone, demo):
    member = demo.new_member()
    address = f"deja.la.{member.ref.lower()}@boite.example"
    demo.new_account(address, SHOP_PASSWORD)
    person = someone().opens_site("member-area").signs_in_by_email(address, SHOP_PASSWORD)
    person.sees("Ce compte n’est pas encore relié à un Espace personnel").reads(address)
    person.types(nir=member.nir, password=member.password).presses("Continuer")
    # The old shop's password may be too simple for today: it is looked at once more.
    person.sees("Vous avez déjà un compte MGEN Connect").types(password=SHOP_PASSWORD).presses("Associer mon compte")
    chooses_the_question(person).sees("Les deux comptes n’en feront qu’un").presses("Confirmer").sees("C’est fait")
    person.continues_to("member-area")
    assert person.knows()["member_reference"] == member.ref
    reader = demo.personas()["email-only"]
    other = someone().opens_site("member-area").signs_in_by_email(reader["email"], reader["password"])
    other.sees("Ce compte n’est pas encore relié à un Espace personnel").presses("Revenir au site sans continuer")
    other.tab.wait_for_url(f"{demo.site('member-area')}/**")
