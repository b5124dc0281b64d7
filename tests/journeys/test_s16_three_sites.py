"""S16: three sites share one sign-in; Avantage and the forum welcome people without an Espace personnel."""

import pytest
from browser.person import NEW_PASSWORD


@pytest.mark.pictured
def test_s16_one_sign_in_serves_the_three_sites_and_one_sign_out_ends_it(person, demo):
    changed = demo.personas()["already-changed"]
    person.opens_site("member-area").signs_in_by_email(changed["email"], changed["password"])
    person.is_signed_in_at("member-area")
    subjects = {person.knows()["sub"]}
    for site in ("avantage", "forum"):
        person.opens_site(site).is_signed_in_at(site)
        known = person.knows()
        assert "member_reference" not in known
        subjects.add(known["sub"])
    assert len(subjects) == 3
    person.signs_out().sees("Vous êtes déconnecté").reads("Votre session MGEN Connect est terminée")
    for site in ("forum", "avantage"):
        person.goes_to(f"{demo.site(site)}/connexion").is_asked_to_sign_in_to(site)


@pytest.mark.pictured
@pytest.mark.parametrize("site", ["avantage", "forum"])
def test_s16_somebody_without_an_espace_makes_an_account(person, someone, demo, site):
    address = f"nouveau.{site}@boite.example"
    person.opens_site(site).is_asked_to_sign_in_to(site).presses("Créer un compte")
    person.sees("Créez votre compte MGEN Connect")
    person.types(email=address, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    person.presses("Créer mon compte").sees("Consultez votre messagerie")
    mail = person.reads_mail(address)
    phone = someone().goes_to(mail.link).sees("Confirmez votre adresse")
    phone.presses("Valider mon adresse").sees("Adresse validée")
    # Nobody touches the first tab.
    person.sees(f"Votre identifiant sera {address}").presses("Terminer").is_signed_in_at(site)
    assert person.knows()["email"] == address
    assert person.knows()["email_verified"] == "oui"


def test_s16_the_member_area_makes_no_account(person):
    person.opens_site("member-area").is_asked_to_sign_in_to("member-area")
    assert person.tab.get_by_role("link", name="Créer un compte").count() == 0
