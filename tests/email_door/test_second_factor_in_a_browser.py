"""Passkeys and codes at the sign-in, by a person in front of a real browser, whose device Chromium imitates."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pyotp
import pytest
from browser.device import Device
from browser.person import NEW_PASSWORD, SECURITY, Person
from browser.running_demo import Demo
from playwright.sync_api import expect

SIGN_IN = "/connexion/"


def adds_application(person: Person) -> pyotp.TOTP:
    person.presses("Ajouter une application de codes").sees("Ajoutez une application de codes")
    person.tab.locator("summary").click()
    application = pyotp.TOTP(re.sub(r"\s", "", person.tab.locator("details .reference").inner_text()))
    person.types(totp=application.now()).presses("Valider le code").sees("Vos codes de secours")
    return application


def next_code(application: pyotp.TOTP) -> str:
    """One that was not used when it was set: of the step to come, which is taken too."""
    return application.at(int(time.time()) + 30)


@pytest.mark.pictured
def test_a_passkey_alone_signs_in_and_leads_to_the_site(enters: Callable[..., Person], demo: Demo) -> None:
    person = enters("jules.cle@boite.example")
    device = person.makes_passkey()
    before = device.passkeys()[0]["signCount"]
    device.recognises_its_owner(False)
    person.leaves()
    person.opens_site("avantage").is_asked_to_sign_in_to("avantage")
    expect(person.tab.locator("[name=email]")).to_have_attribute("autocomplete", "username webauthn")
    person.presses("Utiliser ma clé d’accès").reads("La clé d’accès n’a pas été utilisée")
    person.is_asked_to_sign_in_to("avantage")
    device.recognises_its_owner(True)
    person.presses("Utiliser ma clé d’accès").is_signed_in_at("avantage")
    assert device.passkeys()[0]["signCount"] > before


def test_a_passkey_is_offered_in_the_address_field(enters: Callable[..., Person], demo: Demo) -> None:
    """Conditional mediation: the imitated device picks what the field offers, with no button pressed."""
    person = enters("ines.champ@boite.example")
    person.makes_passkey()
    person.leaves()
    person.goes_to(demo.issuer + SIGN_IN).sees("Votre connexion est ouverte").reads("ines.champ@boite.example")


@pytest.mark.pictured
def test_after_the_password_the_passkey_is_asked(enters: Callable[..., Person], demo: Demo) -> None:
    address = "lise.cle@boite.example"
    person = enters(address)
    device = person.makes_passkey()
    device.recognises_its_owner(False)
    person.leaves()
    person.goes_to(demo.issuer + SIGN_IN).signs_in_by_email(address, NEW_PASSWORD)
    person.sees("Confirmez que c’est bien vous").reads(address)
    person.presses("Utiliser ma clé d’accès").reads("La clé d’accès n’a pas été utilisée")
    person.sees("Confirmez que c’est bien vous")
    person.tab.get_by_label("Ne plus me le demander ici pendant 30 jours").check()
    device.recognises_its_owner(True)
    person.presses("Utiliser ma clé d’accès").sees("Votre connexion est ouverte")
    device.recognises_its_owner(False)
    person.leaves()
    person.goes_to(demo.issuer + SIGN_IN).signs_in_by_email(address, NEW_PASSWORD)
    person.sees("Votre connexion est ouverte")
    # What protects the account is changed by who has proved all of it.
    person.goes_to(demo.issuer + SECURITY).signs_in_by_email(address, NEW_PASSWORD)
    device.recognises_its_owner(True)
    person.sees("Confirmez que c’est bien vous").presses("Utiliser ma clé d’accès").sees("Votre sécurité")
    person.reads("Appareils de confiance").presses("Redemander la vérification partout").sees("Votre sécurité")
    person.reads("nous vous demanderons de nouveau une vérification")


@pytest.fixture
def careful_site(demo: Demo) -> Iterator[str]:
    """A site that cannot do without two kinds of proof, by the address with which it asks."""
    back = f"{demo.site('avantage')}/retour-prudent"
    options = ("--grant-type", "authorization_code", "--scope", "openid", "--first-party")
    demo.command("client", "add", "prudent", "--name", "Site prudent", "--redirect-uri", back, *options)
    query = {
        "client_id": "prudent",
        "redirect_uri": back,
        "response_type": "code",
        "scope": "openid",
        "state": "s",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "claims": '{"id_token": {"acr": {"essential": true, "values": ["urn:mgen:acr:mfa"]}}}',
    }
    yield f"{demo.issuer}/oidc/authorize?{urlencode(query)}"
    demo.command("client", "remove", "prudent")


@pytest.mark.pictured
def test_a_site_that_asks_for_more_gets_it_once_there_is_something_to_give(
    enters: Callable[..., Person], careful_site: str
) -> None:
    person = enters("fanny.prudente@boite.example")
    person.goes_to(careful_site).sees("Ce site demande une protection de plus")
    person.presses("Protéger mon compte").sees("Votre sécurité")
    person.makes_passkey()
    person.goes_to(careful_site).sees("Confirmez que c’est bien vous").reads("Ce site demande une vérification de plus")
    person.presses("Utiliser ma clé d’accès")
    expect(person.tab).to_have_url(re.compile(r"/retour-prudent\?code="))


@pytest.mark.pictured
def test_a_browser_without_passkeys_says_so_and_what_else_there_is(
    enters: Callable[..., Person], someone: Callable[..., Person], demo: Demo
) -> None:
    address = "yves.ancien@boite.example"
    enters(address).makes_passkey()
    old = someone()
    old.context.add_init_script("delete window.PublicKeyCredential")
    old.goes_to(demo.issuer + SIGN_IN).sees("Connectez-vous")
    expect(old.tab.get_by_role("button", name="Utiliser ma clé d’accès")).to_have_count(0)
    old.signs_in_by_email(address, NEW_PASSWORD).sees("Confirmez que c’est bien vous")
    old.reads("Ce navigateur ne sait pas utiliser votre clé d’accès").reads("Adressez-vous à un conseiller")


@pytest.mark.pictured
def test_the_code_of_an_application_works_without_javascript(enters: Callable[..., Person], demo: Demo) -> None:
    address = "marthe.code@boite.example"
    person = enters(address, scripts=False)
    application = adds_application(person)
    person.leaves()
    person.goes_to(demo.issuer + SIGN_IN).signs_in_by_email(address, NEW_PASSWORD)
    person.sees("Confirmez que c’est bien vous").types(otp="000000").presses("Continuer")
    person.reads("Ce code n’est pas le bon").types(otp=next_code(application)).presses("Continuer")
    person.sees("Votre connexion est ouverte")


@pytest.mark.pictured
def test_every_page_of_the_second_factor_is_fit_to_be_seen(enters: Callable[..., Person], demo: Demo) -> None:
    address = "noel.image@boite.example"
    person = enters(address)
    adds_application(person)
    person.presses("Montrer mes codes de secours").sees("Gardez ces 10 codes de secours")
    codes = person.tab.locator(".codes li").all_inner_texts()
    person.presses("J’ai gardé mes codes").sees("Votre sécurité")
    device = Device(person.tab)
    person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès").presses("Créer ma clé d’accès")
    person.sees("Votre sécurité")
    device.recognises_its_owner(False)
    person.leaves()
    person.goes_to(demo.issuer + SIGN_IN).signs_in_by_email(address, NEW_PASSWORD)
    person.sees("Confirmez que c’est bien vous").types(otp="000000").presses("Continuer")
    person.sees("Confirmez que c’est bien vous").types(otp=codes[0].lower()).presses("Continuer")
    person.sees("Votre connexion est ouverte")
