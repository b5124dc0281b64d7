"""S10: no password was created when activation was requested: the refusal leads straight to the guided way."""

import pytest

FIRST = "le vent dans les oyats"


@pytest.mark.pictured
def test_s10_the_refusal_keeps_the_number_and_leads_to_a_first_password(person, demo):
    member = demo.member_without_password()
    person.opens_site("member-area").presses("Utiliser mon numéro de sécurité sociale")
    person.types(nir=member.nir, password="je ne sais plus").presses("Continuer")
    person.sees("Nous ne pouvons pas vous connecter").presses("Me laisser guider").sees("Retrouver l’accès")
    assert person.tab.locator("[name=nir]").count() == 0
    person.is_guided(member)
    mail = person.reads_mail(member.contact)
    assert "Vous n’avez pas créé de mot de passe" in mail.text
    person.goes_to(mail.link).presses("Continuer").reads("Vous n’avez pas créé de mot de passe")
    person.sees("Choisissez un nouveau mot de passe").chooses_new_password(FIRST).presses("Continuer")
    person.sees("Votre mot de passe est enregistré").presses("Continuer")
    person.gives_address().chooses_password().finishes().continues_to("member-area")
