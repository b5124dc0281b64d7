"""S9: the number used again after the change tells how one signs in now, and the way there."""

import pytest
from browser.person import NEW_PASSWORD


def test_s09_the_number_leads_to_the_email_way(someone, demo):
    member = demo.new_member()
    someone().opens_site("member-area").changes_identifier(member)
    later = someone().opens_site("member-area").signs_in_by_nir(member).sees("Votre identifiant a changé")
    later.reads("La connexion se fait désormais avec l’adresse email indiquée lors de l’activation de votre compte.")
    assert member.contact not in later.tab.content()
    later.presses("Me connecter avec mon adresse email").is_asked_to_sign_in_to("member-area")
    later.signs_in_by_email(member.contact, NEW_PASSWORD).is_signed_in_at("member-area")


@pytest.mark.pictured
def test_s09_a_forgotten_address_is_mailed_and_never_shown(someone, demo):
    member = demo.new_member()
    someone().opens_site("member-area").changes_identifier(member)
    demo.next_mail(member.contact)
    later = someone().opens_site("member-area").signs_in_by_nir(member).sees("Votre identifiant a changé")
    later.presses("Envoyez-moi un rappel").reads("Nous envoyons un message à l’adresse que nous connaissons")
    later.sees("Votre identifiant a changé")
    mail = later.reads_mail(member.contact)
    assert member.contact in mail.text
    assert member.contact not in later.tab.content()


def test_s09_without_the_right_password_nobody_learns_that_the_member_has_changed(someone, demo):
    member = demo.new_member()
    someone().opens_site("member-area").changes_identifier(member)
    stranger = someone().opens_site("member-area").presses("Utiliser mon numéro de sécurité sociale")
    stranger.types(nir=member.nir, password="devine12345").presses("Continuer")
    stranger.sees("Nous ne pouvons pas vous connecter")


def test_s09_the_persona_who_has_changed_meets_it_too(person, demo):
    changed = demo.personas()["already-changed"]
    person.opens_site("forum").presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant")
    person.types(nir=changed["nir"], password=changed["password"]).presses("Continuer")
    person.sees("Votre identifiant a changé")
