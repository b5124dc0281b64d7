"""Somebody looks after their account, page by page, on a telephone; and without a script."""

import time

import pytest
from browser.person import ANSWER, NEW_PASSWORD
from playwright.sync_api import expect

CHOSEN = "mes chats dorment sur le poêle"
HOME = "/compte/"
ENGLISH = {
    "mot-de-passe": "Change your password",
    "securite": "Your security",
    "securite/cle": "Add a passkey",
    "securite/application": "Add an authenticator app",
    "adresse": "Change your email address",
    "question": "Your secret question",
    "connexions": "Your sign-ins",
    "acces": "The sites that use your account",
    "journal": "The history of your account",
    "donnees": "Your data",
    "suppression": "Delete your account",
}


@pytest.fixture
def odette(demo, person, request):
    """Odette on the page of her account, signed in just now."""
    address = f"odette.{len(request.node.name)}@boite.example"
    demo.new_account(address, NEW_PASSWORD)
    person.address = address
    return comes(person, demo, address)


def comes(person, demo, address, password=NEW_PASSWORD):
    """Go to the page of the account, and sign in on the way."""
    person.goes_to(f"{demo.issuer}{HOME}").signs_in_by_email(address, password)
    return person.sees("Votre compte MGEN Connect").reads(address)


def is_told_to_leave(person, demo, site):
    """Be signed out of a site by a message of the provider, which comes within seconds."""
    deadline = time.monotonic() + 15
    while person.goes_to(f"{demo.site(site)}/mon-espace").tab.get_by_role("button", name="Se déconnecter").count():
        assert time.monotonic() < deadline, "the site was not told"
        time.sleep(0.2)


@pytest.mark.pictured
def test_every_page_of_the_account(odette, demo, someone):
    """docs/rules.md §6: axe finds nothing at 320 px, nothing sticks out."""
    other = someone()
    comes(other, demo, odette.address)
    other.opens_site("avantage").is_signed_in_at("avantage")
    odette.presses("Voir mes connexions").sees("Vos connexions").reads("Les autres appareils").reads("MGEN Avantage")
    odette.tab.get_by_role("button", name="Déconnecter Chrome sur").click()
    odette.sees("Vos connexions").reads("n’est plus connecté").reads("nulle part ailleurs")
    other.goes_to(f"{demo.issuer}{HOME}").sees("Connectez-vous")
    is_told_to_leave(other, demo, "avantage")

    odette.goes_to(f"{demo.issuer}{HOME}").presses("Ma question secrète").sees("Votre question secrète")
    odette.presses("Enregistrer ma question").sees("Votre question secrète").reads("points sont à corriger")
    odette.tab.locator("select[name=secret_question]").select_option(index=1)
    odette.types(secret_answer=ANSWER).presses("Enregistrer ma question").sees("Votre compte MGEN Connect")
    odette.reads("votre question secrète est changée")

    odette.presses("Changer mon mot de passe").sees("Changez votre mot de passe")
    odette.types(current_password="rien de tel", new_password=CHOSEN, confirm_password=CHOSEN)
    odette.presses("Enregistrer ce mot de passe").sees("Changez votre mot de passe").reads(
        "pas votre mot de passe actuel"
    )
    odette.types(current_password=NEW_PASSWORD, new_password=CHOSEN, confirm_password=CHOSEN)
    odette.presses("Enregistrer ce mot de passe").sees("Votre compte MGEN Connect").reads(
        "votre mot de passe est changé"
    )

    odette.presses("Voir mon historique").sees("L’historique de votre compte").reads("Votre mot de passe a été changé")
    odette.goes_to(f"{demo.issuer}{HOME}").presses("Voir les sites").sees("Les sites qui utilisent votre compte")
    odette.goes_to(f"{demo.issuer}{HOME}").presses("Voir mes données").sees("Vos données").reads(odette.address)
    with odette.tab.expect_download() as download:
        odette.presses("Télécharger mes données")
    assert odette.address in download.value.path().read_text("utf-8")


@pytest.mark.pictured
def test_another_address_is_proved_by_its_message(odette, demo):
    second = f"nouvelle.{odette.address}"
    odette.presses("Changer mon adresse email").sees("Changez d’adresse email")
    odette.types(email=odette.address).presses("Recevoir un message à cette adresse")
    odette.sees("Changez d’adresse email").reads("C’est déjà votre adresse")
    odette.types(email=second).presses("Recevoir un message à cette adresse").sees("Consultez votre messagerie")
    odette.types(code=odette.reads_mail(second).code).presses("Valider le code").sees("C’est fait").reads(second)
    odette.presses("Retour à votre compte").sees("Votre compte MGEN Connect").reads(second)
    assert "Votre adresse de connexion a changé" in odette.reads_mail(odette.address).subject


@pytest.mark.pictured
def test_the_account_is_given_up_in_two_tabs_and_kept_after_all(odette, demo, someone):
    page = f"{demo.issuer}/compte/suppression/"
    odette.presses("Supprimer mon compte").sees("Supprimez votre compte")
    older = odette.opens_another_tab()
    odette.goes_to(page).sees("Supprimez votre compte")
    odette.types(password=NEW_PASSWORD).presses("Supprimer mon compte").sees("Supprimez votre compte").reads(
        "Cochez la case"
    )
    odette.tab.get_by_role("checkbox").check()
    odette.types(password=NEW_PASSWORD).presses("Supprimer mon compte").sees("Votre compte MGEN Connect")
    odette.reads("Votre compte sera effacé le").goes_to(page).sees("Votre compte va être supprimé")
    odette.tab = older
    odette.tab.get_by_role("checkbox").check()
    odette.types(password=NEW_PASSWORD).presses("Supprimer mon compte").sees("Votre compte MGEN Connect")
    odette.reads("La suppression était déjà demandée")
    elsewhere = someone(scripts=False)
    comes(elsewhere, demo, odette.address).presses("Garder mon compte").reads("vous gardez votre compte")
    odette.goes_to(page).sees("Supprimez votre compte")
    expect(odette.tab.get_by_role("checkbox")).not_to_be_checked()


def test_every_page_speaks_english_too(odette, demo):
    """docs/rules.md §6: nothing sticks out at 320 px, in the language with the shorter words either."""
    odette.presses("English").sees("Your MGEN Connect account")
    for page, heading in ENGLISH.items():
        odette.goes_to(f"{demo.issuer}{HOME}{page}/").sees(heading)


def test_it_works_without_a_script(demo, someone):
    address = f"sans.script.{demo.port}@boite.example"
    demo.new_account(address, NEW_PASSWORD)
    person = comes(someone(scripts=False), demo, address)
    person.presses("Changer mon mot de passe").sees("Changez votre mot de passe")
    person.types(current_password=NEW_PASSWORD, new_password=CHOSEN, confirm_password=CHOSEN)
    person.presses("Enregistrer ce mot de passe").sees("Votre compte MGEN Connect").reads(
        "votre mot de passe est changé"
    )
