"""Second factors set by a person in front of a real browser, whose device Chromium imitates."""

import re
from collections.abc import Callable

import pyotp
import pytest
from browser.device import Device
from browser.person import NEW_PASSWORD, Person
from browser.running_demo import Demo
from playwright.sync_api import expect


@pytest.mark.pictured
def test_after_a_new_protection_the_other_devices_go_by_one_button(
    enters: Callable[..., Person], someone: Callable[..., Person], demo: Demo
) -> None:
    """ASVS 5.0 7.4.3."""
    address = "berthe.ailleurs@boite.example"
    person, elsewhere = enters(address), someone()
    elsewhere.goes_to(demo.issuer + "/compte/").signs_in_by_email(address, NEW_PASSWORD)
    elsewhere.sees("Votre compte MGEN Connect")
    Device(person.tab)
    person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès").presses("Créer ma clé d’accès")
    person.sees("Vos codes de secours").reads("Votre compte est aussi ouvert sur un autre appareil")
    person.presses("Plus tard").sees("Votre sécurité").reads("Votre compte est aussi ouvert sur un autre appareil")
    person.presses("Déconnecter tous les autres appareils").sees("Votre sécurité").reads("n’est plus connecté")
    elsewhere.goes_to(demo.issuer + "/compte/").sees("Connectez-vous")


@pytest.mark.pictured
def test_a_passkey_is_made_by_the_device_named_and_removed(enters: Callable[..., Person], demo: Demo) -> None:
    address = "odile.clef@boite.example"
    person = enters(address)
    device = Device(person.tab)
    person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès")
    expect(person.tab.locator("[name=passkey_name]")).to_have_value("Mon ordinateur Linux")
    person.types(passkey_name="  ").presses("Créer ma clé d’accès").sees("Ajoutez une clé d’accès")
    person.reads("Donnez un nom à cette clé d’accès")
    assert device.passkeys() == [], "nothing is made before the form is right"
    person.types(passkey_name="Mon téléphone").presses("Créer ma clé d’accès").sees("Vos codes de secours")
    (kept,) = device.passkeys()
    assert kept["rpId"] == "localhost"
    person.reads("la clé d’accès « Mon téléphone » est prête")
    person.presses("Plus tard").sees("Votre sécurité").reads("Votre compte demande plus qu’un mot de passe")
    assert "une clé d’accès a été ajoutée" in demo.next_mail(address).text

    person.presses("Renommer ou retirer « Mon téléphone »").sees("Votre clé d’accès « Mon téléphone »")
    person.types(passkey_name="Mon vieux téléphone").presses("Enregistrer ce nom").sees("Votre sécurité")
    person.presses("Renommer ou retirer « Mon vieux téléphone »")
    person.presses("Retirer cette clé d’accès").sees("Votre sécurité").reads("cette protection est retirée")
    assert "une clé d’accès a été retirée" in demo.next_mail(address).text


def test_the_same_device_is_asked_once_and_another_may_be_added(enters: Callable[..., Person]) -> None:
    person = enters("rene.deux@boite.example")
    device = person.makes_passkey()
    person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès").presses("Créer ma clé d’accès")
    person.reads("Cet appareil a déjà une clé d’accès").sees("Ajoutez une clé d’accès")
    assert len(device.passkeys()) == 1


def test_a_device_that_does_not_recognise_its_owner_makes_nothing(enters: Callable[..., Person]) -> None:
    person = enters("simone.doigt@boite.example")
    device = Device(person.tab)
    device.recognises_its_owner(False)
    person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès").presses("Créer ma clé d’accès")
    person.reads("Aucune clé d’accès n’a été créée").sees("Ajoutez une clé d’accès")
    assert device.passkeys() == []
    device.recognises_its_owner(True)
    person.presses("Créer ma clé d’accès").sees("Vos codes de secours")


@pytest.mark.pictured
def test_an_application_and_recovery_codes_are_set_without_javascript(enters: Callable[..., Person]) -> None:
    person = enters("lucien.code@boite.example", scripts=False)
    person.presses("Ajouter une application de codes").sees("Ajoutez une application de codes")
    person.presses("Valider le code").reads("Saisissez les 6 chiffres")
    person.tab.locator("summary").click()
    key = re.sub(r"\s", "", person.tab.locator("details .reference").inner_text())
    person.types(totp=pyotp.TOTP(key).now()).presses("Valider le code").sees("Vos codes de secours")
    person.presses("Montrer mes codes de secours").sees("Gardez ces 10 codes de secours")
    assert person.tab.locator(".codes li").count() == 10
    person.presses("J’ai gardé mes codes").sees("Votre sécurité").reads("Il vous reste 10 codes de secours")
    person.presses("Retirer l’application de codes").sees("Retirez votre application de codes")
    person.reads("vos codes de secours seront effacés").presses("Retirer l’application de codes")
    person.sees("Votre sécurité").reads("votre compte n’est protégé que par son mot de passe")


@pytest.mark.pictured
def test_too_many_changes_in_a_day_are_told_with_the_hour_to_come_back(
    enters: Callable[..., Person], demo: Demo
) -> None:
    person = enters("zelie.trop@boite.example")
    Device(person.tab)
    person.presses("Ajouter une clé d’accès").sees("Ajoutez une clé d’accès").presses("Créer ma clé d’accès")
    person.sees("Vos codes de secours")
    form = {"csrf_token": person.tab.locator("[name=csrf_token]").first.input_value()}
    # Twenty-nine sets of codes, faster than anybody presses.
    for _ in range(29):
        person.context.request.post(person.tab.url, form=form, headers={"Origin": demo.issuer}, max_redirects=0)
    person.presses("Montrer mes codes de secours").sees("Trop de changements aujourd’hui")
    person.reads("rien n’a été changé").reads("Vous pourrez recommencer le")
    person.presses("Revenir à votre sécurité").sees("Votre sécurité").reads("Il vous reste 10 codes de secours")


@pytest.mark.pictured
def test_every_page_of_an_application_is_fit_to_be_seen(enters: Callable[..., Person]) -> None:
    person = enters("agnes.image@boite.example")
    person.presses("Ajouter une application de codes").sees("Ajoutez une application de codes")
    person.types(totp="000000").presses("Valider le code").sees("Ajoutez une application de codes")
    person.tab.locator("summary").click()
    key = re.sub(r"\s", "", person.tab.locator("details .reference").inner_text())
    person.sees("Ajoutez une application de codes")
    person.types(totp=pyotp.TOTP(key).now()).presses("Valider le code").sees("Vos codes de secours")
    person.presses("Montrer mes codes de secours").sees("Gardez ces 10 codes de secours")
    expect(person.tab.get_by_role("button", name="Imprimer ces codes")).to_be_visible()
    printed = person.tab.locator(".codes li").all_inner_texts()
    person.tab.reload()
    person.sees("Gardez ces 10 codes de secours")
    assert person.tab.locator(".codes li").all_inner_texts() == printed, "a reload makes no others"
    person.presses("J’ai gardé mes codes").sees("Votre sécurité")
    person.presses("Créer de nouveaux codes de secours").sees("Vos codes de secours").reads("ne serviront plus")
    person.presses("Revenir à votre sécurité").sees("Votre sécurité")
    person.presses("Retirer l’application de codes").sees("Retirez votre application de codes")
