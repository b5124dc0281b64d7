"""Each person of the demo meets a true page, as their story tells it."""

import pytest

LINKED = {
    "link-existing": "Vous avez déjà un compte MGEN Connect",
    "link-unvalidated": "Ce compte n’a pas encore été validé",
    "link-blocked": "Ce compte est bloqué",
}


def signs_in_by_nir(person, persona):
    person.presses("Utiliser mon numéro de sécurité sociale").sees("Changez d’identifiant")
    return person.types(nir=persona["nir"], password=persona["password"] or "rien").presses("Continuer")


@pytest.mark.pictured
@pytest.mark.parametrize("key", LINKED)
def test_an_address_that_has_an_account_is_told_with_another_way(person, demo, key):
    persona = demo.personas()[key]
    signs_in_by_nir(person.opens_site("avantage"), persona).gives_address().sees(LINKED[key])
    person.reads(persona["email"]).presses("Choisir une autre adresse").sees("Votre adresse email")


@pytest.mark.pictured
def test_the_right_password_of_a_blocked_account_is_told_that_it_is_blocked(person, demo):
    signs_in_by_nir(person.opens_site("member-area"), demo.personas()["legacy-blocked"])
    person.sees("Votre compte est bloqué")


@pytest.mark.pictured
def test_somebody_who_never_made_a_password_is_refused_with_the_way_on(person, demo):
    signs_in_by_nir(person.opens_site("member-area"), demo.personas()["never-activated"])
    person.sees("Nous ne pouvons pas vous connecter").reads("Mot de passe oublié, jamais créé, ou compte bloqué ?")


def test_an_account_without_an_espace_enters_the_other_sites(person, demo):
    reader = demo.personas()["email-only"]
    person.opens_site("avantage").signs_in_by_email(reader["email"], reader["password"]).is_signed_in_at("avantage")
