"""S15: a forgotten password of the email identity: the emailed link, and then the secret question; neither alone."""

import pytest
from browser.person import ANSWER, NEW_PASSWORD

RECOVERED = "douze hirondelles au balcon"


def has_proved_address(person, demo):
    """A member who has changed to another address, and so has proved it; signed out again."""
    member = demo.new_member()
    person.opens_site("member-area").signs_in_by_nir(member).gives_address(member.fresh_address).chooses_password()
    person.goes_to(person.reads_mail(member.fresh_address).link).presses("Valider mon adresse").sees("C’est fait")
    person.continues_to("member-area").signs_out()
    return member


def forgets(person, address):
    person.opens_site("member-area").presses("Mot de passe oublié ?").sees("Mot de passe oublié")
    return person.types(email=address).presses("Recevoir un message").sees("Consultez votre messagerie")


@pytest.mark.pictured
def test_s15_the_link_then_the_question_then_the_site(person, demo):
    member = has_proved_address(person, demo)
    mail = forgets(person, member.fresh_address).reads_mail(member.fresh_address)
    person.goes_to(mail.link).sees("Votre question secrète")
    person.types(secret_answer="je ne sais plus").presses("Continuer").reads("Ce n’est pas la réponse")
    person.types(secret_answer=ANSWER.upper()).presses("Continuer").sees("Choisissez un nouveau mot de passe")
    person.chooses_new_password(RECOVERED).presses("Enregistrer ce mot de passe")
    # The site that asked is still the one that is answered.
    person.is_asked_to_sign_in_to("member-area").reads("Votre nouveau mot de passe est enregistré")
    person.types(password=RECOVERED).presses("Se connecter").is_signed_in_at("member-area")


@pytest.mark.pictured
def test_s15_five_wrong_answers_close_this_way_and_the_others_are_shown(person, demo):
    member = has_proved_address(person, demo)
    mail = forgets(person, member.fresh_address).reads_mail(member.fresh_address)
    person.goes_to(mail.link).sees("Votre question secrète")
    for attempt in range(5):
        person.types(secret_answer=f"essai numéro {attempt}").presses("Continuer")
    if person.tab.locator("[name=secret_answer]").count():
        person.types(secret_answer=ANSWER).presses("Continuer")
    person.sees("Trop d’essais").reads("Recevoir un code par courrier")


def test_s15_the_code_beside_the_link_goes_on_in_the_first_page(person, demo):
    member = has_proved_address(person, demo)
    mail = forgets(person, member.fresh_address).reads_mail(member.fresh_address)
    person.types(code=mail.code).presses("Valider le code").sees("Votre question secrète")


def test_s15_an_address_without_an_account_meets_the_same_page(person, demo):
    forgets(person, "personne.du.tout@boite.example").reads("Si un compte existe avec cette adresse")
    assert demo.mails("personne.du.tout@boite.example") == []


@pytest.mark.pictured
def test_the_default_address_is_confirmed_at_the_next_sign_in(person, demo):
    """docs/rules.md §7.4: nothing waits for its proof at the change; the next sign-in offers it."""
    member = demo.new_member()
    person.opens_site("member-area").changes_identifier(member).continues_to("member-area").signs_out()
    demo.a_day_passes_since_the_change_to(member.contact)
    person.opens_site("member-area").signs_in_by_email(member.contact, NEW_PASSWORD)
    person.sees("Confirmez votre adresse email").presses("Recevoir un message pour confirmer")
    person.sees("Consultez votre messagerie")
    person.reads_mail(member.contact)
    person.types(code=person.reads_mail(member.contact).code).presses("Valider le code")
    person.is_signed_in_at("member-area")
    assert person.knows()["email_verified"] == "oui"


@pytest.mark.pictured
def test_a_change_made_by_somebody_else_is_contested_and_undone(someone, demo):
    """docs/rules.md §3 row 5: the former contact address freezes; a letter undoes."""
    member = demo.new_member()
    thief = someone().opens_site("member-area").signs_in_by_nir(member).gives_address(member.fresh_address)
    thief.chooses_password().goes_to(thief.reads_mail(member.fresh_address).link).presses("Valider mon adresse")
    thief.sees("C’est fait").continues_to("member-area")
    owner = someone()
    owner.goes_to(owner.reads_mail(member.contact).link).sees("Ce n’est pas vous ?")
    owner.presses("Bloquer l’accès").sees("L’accès est bloqué")
    thief.opens_site("forum").is_asked_to_sign_in_to("forum")
    thief.signs_in_by_email(member.fresh_address, NEW_PASSWORD).sees("Votre compte est suspendu")
    owner.presses("Recevoir un code par courrier").is_guided(member)
    owner.presses("Recevoir un code par courrier").sees("Votre demande de courrier est enregistrée")
    owner.presses("Saisir le code d’un courrier").sees("Le code de votre courrier")
    if owner.tab.locator("[name=nir]").count():
        owner.types(nir=member.nir)
    owner.types(code=demo.next_letter(member)).presses("Continuer").sees("Votre compte a été fermé par précaution")
    owner.presses("Annuler le changement").sees("Choisissez un nouveau mot de passe")
    owner.chooses_new_password(RECOVERED).presses("Continuer").sees("Votre mot de passe est enregistré")
    owner.presses("Continuer").gives_address(member.contact).chooses_password().finishes()
