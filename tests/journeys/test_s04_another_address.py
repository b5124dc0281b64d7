"""S4: an address other than the one proposed is validated by a message, on whichever device it is read."""

import urllib.request

import pytest
from playwright.sync_api import expect


def waits_for_the_message(person, demo):
    """A member who has given another address and a password; the member, and the message."""
    member = demo.new_member()
    person.opens_site("member-area").signs_in_by_nir(member).gives_address(member.fresh_address).chooses_password()
    person.sees("Consultez votre messagerie").reads(member.fresh_address)
    return member, person.reads_mail(member.fresh_address)


@pytest.mark.pictured
def test_s04_the_link_opened_on_a_phone_lets_the_first_tab_go_on_by_itself(person, someone, demo):
    member, mail = waits_for_the_message(person, demo)
    assert mail.subject == "Validez votre adresse email"
    phone = someone().goes_to(mail.link).sees("Confirmez votre adresse")
    phone.presses("Valider mon adresse").sees("Adresse validée")
    # Nobody touches the first tab.
    person.sees("Votre identifiant sera").reads(member.fresh_address)
    person.finishes().continues_to("member-area")
    assert person.knows()["email"] == member.fresh_address
    assert person.knows()["email_verified"] == "oui"
    phone.goes_to(f"{demo.site('member-area')}/connexion").is_asked_to_sign_in_to("member-area")


def test_s04_the_link_opened_in_the_same_browser_completes_the_change(person, demo):
    member, mail = waits_for_the_message(person, demo)
    person.opens_another_tab()
    person.goes_to(mail.link).sees("Confirmez votre adresse").presses("Valider mon adresse").sees("C’est fait")
    person.continues_to("member-area")
    assert person.knows()["email"] == member.fresh_address


def test_s04_the_code_beside_the_link_does_the_same(person, demo):
    _, mail = waits_for_the_message(person, demo)
    person.types(code="K7QM-2XPD").presses("Valider le code").sees("Consultez votre messagerie")
    expect(person.tab.locator("[name=code]")).to_have_attribute("aria-invalid", "true")
    person.types(code=mail.code.lower()).presses("Valider le code").finishes().continues_to("member-area")


def test_s04_a_scanner_that_follows_the_link_spends_nothing(person, demo):
    _, mail = waits_for_the_message(person, demo)
    for method in ("GET", "HEAD", "GET"):
        with urllib.request.urlopen(urllib.request.Request(mail.link, method=method)) as answer:
            assert answer.status == 200
    person.presses("J’ai validé : continuer").reads("n’est pas encore validée")
    person.goes_to(mail.link).presses("Valider mon adresse").sees("C’est fait")


@pytest.mark.pictured
def test_s04_the_address_can_be_mended_while_one_waits_and_the_first_link_is_dead(person, someone, demo):
    member, first = waits_for_the_message(person, demo)
    mended = f"corrigee.{member.fresh_address}"
    person.presses("Corriger l’adresse").gives_address(mended)
    if person.tab.locator("[name=new_password]").count():
        person.chooses_password()
    person.sees("Consultez votre messagerie").reads(mended)
    someone().goes_to(first.link).sees("Ce lien n’est plus valable")
    second = person.reads_mail(mended)
    person.types(code=second.code).presses("Valider le code").finishes().continues_to("member-area")
    assert person.knows()["email"] == mended


@pytest.mark.pictured
def test_s04_with_the_first_tab_closed_the_phone_goes_on_with_the_new_password(person, someone, demo):
    member, mail = waits_for_the_message(person, demo)
    person.context.close()
    phone = someone().goes_to(mail.link).presses("Valider mon adresse").sees("Adresse validée")
    phone.presses("Continuer ici").sees("Continuez ici")
    phone.types(password="une phrase facile à retenir").presses("Continuer").finishes()
    phone.continues_to("member-area")
    assert phone.knows()["member_reference"] == member.ref
