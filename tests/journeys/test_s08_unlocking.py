"""S8: the old portal had blocked the account: number, birth date, and the contact on file unlock it."""

import pytest


@pytest.mark.pictured
def test_s08_unlocking_keeps_the_password_and_the_next_sign_in_goes_to_the_change(person, demo):
    member = demo.blocked_member()
    person.opens_site("member-area").signs_in_by_nir(member).sees("Votre compte est bloqué")
    person.presses("Débloquer mon compte").is_guided(member, unlock=True)
    mail = person.reads_mail(member.contact)
    assert mail.subject == "Débloquez votre compte"
    person.goes_to(mail.link).sees("Débloquer votre compte").presses("Débloquer mon compte")
    person.sees("Votre compte est débloqué")
    assert not any(cookie["name"] == "mgen_connect_session" for cookie in person.context.cookies())
    person.opens_site("member-area").changes_identifier(member).continues_to("member-area")


def test_s08_the_stable_address_of_the_seed_leads_there(person, demo):
    member = demo.blocked_member()
    person.goes_to(f"{demo.issuer}/login-adherent/debloquez-votre-compte/").is_guided(member, unlock=True)
    mail = person.reads_mail(member.contact)
    person.types(code=mail.code).presses("Valider le code")
    person.sees("Votre compte est débloqué").presses("Me connecter avec mon numéro").sees("Changez d’identifiant")
    person.types(nir=member.nir, password=member.password).presses("Continuer").sees("Votre adresse email")
