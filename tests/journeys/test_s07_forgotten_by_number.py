"""S7 and S10: the old password is forgotten, or was never created: number, birth date, and the contact on file."""

import pytest

REGAINED = "la barque bleue du lac"


def asks(person, member, site="member-area"):
    """From the entry page of a site to the page that is always the same."""
    person.opens_site(site).presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant")
    return person.presses("Mot de passe oublié ?").is_guided(member)


@pytest.mark.pictured
def test_s07_the_message_leads_to_a_new_password_and_on_to_the_change(person, demo):
    member = demo.new_member()
    mail = asks(person, member).reads_mail(member.contact)
    assert mail.subject == "Choisissez un nouveau mot de passe"
    person.goes_to(mail.link).sees("Choisissez un nouveau mot de passe").presses("Continuer")
    person.sees("Choisissez un nouveau mot de passe").chooses_new_password(REGAINED).presses("Continuer")
    person.sees("Votre mot de passe est enregistré").presses("Continuer").gives_address()
    # The one just chosen may be kept.
    person.chooses_password(REGAINED).finishes().continues_to("member-area")
    assert person.knows()["member_reference"] == member.ref


def test_s07_the_code_beside_the_link_goes_on_in_the_first_page(person, demo):
    member = demo.new_member()
    mail = asks(person, member, "forum").reads_mail(member.contact)
    person.types(code=mail.code).presses("Valider le code").sees("Choisissez un nouveau mot de passe")
    person.chooses_new_password(REGAINED).presses("Continuer").sees("Votre mot de passe est enregistré")
    person.presses("Continuer").gives_address().chooses_password().finishes().continues_to("forum")


def test_s07_the_next_sign_in_by_number_goes_to_the_change_too(someone, demo):
    member = demo.new_member()
    mail = asks(someone(), member).reads_mail(member.contact)
    phone = someone().goes_to(mail.link).types(birth_date=member.birth_date_typed).presses("Continuer")
    phone.chooses_new_password(REGAINED).presses("Continuer").sees("Votre mot de passe est enregistré")
    later = someone().opens_site("member-area").presses("Utiliser mon numéro de sécurité sociale")
    later.types(nir=member.nir, password=REGAINED).presses("Continuer").sees("Votre adresse email")


def test_s07_an_unknown_number_meets_the_same_page(person, demo):
    stranger = demo.new_member()
    asks(person, stranger)
    known = person.tab.locator("main").inner_text()
    person.opens_site("member-area").presses("Utiliser mon numéro de sécurité sociale")
    person.presses("Mot de passe oublié ?").sees("Retrouver l’accès")
    person.types(nir="1 55 02 99 950 001", birth_date="14/02/1955").presses("Continuer")
    person.sees("Consultez votre messagerie")
    assert person.tab.locator("main").inner_text() == known


@pytest.mark.pictured
def test_s07_without_a_contact_address_a_letter_does_it(person, demo):
    member = demo.new_member(contact=False)
    asks(person, member).presses("Recevoir un code par courrier").sees("Votre demande de courrier est enregistrée")
    code = demo.next_letter(member)
    person.presses("Saisir le code d’un courrier").sees("Le code de votre courrier")
    if person.tab.locator("[name=nir]").count():
        person.types(nir=member.nir)
    person.types(code="ZZZZ2222").presses("Continuer").reads("Ce code n’est pas le bon pour ce numéro")
    if person.tab.locator("[name=nir]").count():
        person.types(nir=member.nir)
    person.types(code=code).presses("Continuer").sees("Choisissez un nouveau mot de passe")
    person.chooses_new_password(REGAINED).presses("Continuer").sees("Votre mot de passe est enregistré")
    person.presses("Continuer").gives_address(member.fresh_address).chooses_password()
    person.goes_to(person.reads_mail(member.fresh_address).link).presses("Valider mon adresse").sees("C’est fait")
