"""Each person of the demo meets the pages that their story tells."""

import pytest
from browser.person import ANSWER

LINKED = {
    "link-existing": "Votre mot de passe",
    "link-unvalidated": "Ce compte n’a pas encore été validé",
    "link-blocked": "Ce compte est bloqué",
}


def signs_in_by_nir(person, persona):
    person.presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant")
    return person.types(nir=persona["nir"], password=persona["password"] or "rien").presses("Continuer")


@pytest.mark.parametrize("key", LINKED)
def test_an_address_that_has_an_account_leads_to_that_account(person, demo, key):
    persona = demo.personas()[key]
    signs_in_by_nir(person.opens_site("avantage"), persona).gives_address()
    person.sees("Vous avez déjà un compte MGEN Connect").reads(persona["email"])
    person.types(password=persona["password"]).presses("Associer mon compte").sees(LINKED[key])
    person.presses("Choisir une autre adresse" if key != "link-existing" else "Précédent")


def test_the_right_password_of_a_blocked_account_leads_to_unlocking_it(person, demo):
    signs_in_by_nir(person.opens_site("member-area"), demo.personas()["legacy-blocked"])
    person.sees("Votre compte est bloqué").presses("Débloquer mon compte").sees("Débloquer votre compte")


def test_somebody_who_never_made_a_password_is_guided_to_one(person, demo):
    signs_in_by_nir(person.opens_site("member-area"), demo.personas()["never-activated"])
    person.sees("Nous ne pouvons pas vous connecter").presses("Me laisser guider").sees("Retrouver l’accès")


def test_an_account_without_an_espace_enters_the_other_sites_and_is_told_at_the_member_area(person, demo):
    reader = demo.personas()["email-only"]
    person.opens_site("avantage").signs_in_by_email(reader["email"], reader["password"]).is_signed_in_at("avantage")
    person.opens_site("member-area").sees("Ce compte n’est pas encore relié à un Espace personnel")


def test_who_has_changed_recovers_the_password_with_the_answer_of_the_demo(person, demo):
    """The mailbox, and then the answer that was given while the demo was prepared."""
    changed = demo.personas()["already-changed"]
    person.goes_to(f"{demo.issuer}/connexion/mot-de-passe-oublie/").types(email=changed["email"])
    person.presses("Recevoir un message").sees("Consultez votre messagerie")
    # Others came before: one asked to confirm the address, and whoever signs in is on a new device.
    while (mail := person.reads_mail(changed["email"])).subject != "Choisissez un nouveau mot de passe":
        continue
    person.goes_to(mail.link).sees("Votre question secrète")
    person.types(secret_answer="Le métier à tisser").presses("Continuer").sees("Choisissez un nouveau mot de passe")
    assert ANSWER not in person.tab.content()
