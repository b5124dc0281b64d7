"""Two colleagues in their browsers: one enters with a passkey, one with a password and an application."""

import pyotp
import pytest
from browser.person import NEW_PASSWORD
from playwright.sync_api import expect

from idp.core import clock

ADDRESS = "genevieve.gelee@boite.example"
REASON = "appel du 12 mars, adresse perdue"


@pytest.fixture
def invited(demo):
    """Make a link of enrolment."""

    def invite(name: str) -> str:
        return str(demo.command("staff", "add", "--name", name, "--email", f"{name.lower()}@mgen.example")).strip()

    return invite


def has_authenticator(person) -> str:
    """Give the browser an authenticator that asks for a finger; its id."""
    protocol = person.context.new_cdp_session(person.tab)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return str(protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def enters_with_passkey(person, link: str, name: str) -> None:
    has_authenticator(person)
    person.goes_to(link).sees(f"Bienvenue, {name}").presses("Créer ma clé d’accès")
    person.sees("Entrez dans le back-office").reads("C’est enregistré").presses("Utiliser ma clé d’accès")
    person.sees("Le changement d’identifiant")


def enters_with_application(person, link: str, name: str) -> None:
    person.goes_to(link).sees(f"Bienvenue, {name}").presses("Choisir un mot de passe et une application")
    person.sees("Un mot de passe et une application")
    otp = pyotp.TOTP(person.tab.locator(".reference").inner_text().replace(" ", ""))
    step = clock.now() // 30
    person.chooses_new_password(NEW_PASSWORD).types(code="000000").presses("Enregistrer")
    person.sees("Un mot de passe et une application").reads("Ce code n’est pas le bon")
    person.chooses_new_password(NEW_PASSWORD).types(code=otp.generate_otp(step)).presses("Enregistrer")
    person.sees("Entrez dans le back-office").types(email=f"{name.lower()}@mgen.example", password=NEW_PASSWORD)
    # The code that was just used is spent: that of the next half minute is good already.
    person.types(code=otp.generate_otp(step + 1)).presses("Entrer").sees("Le changement d’identifiant")


def finds(person, demo, who: str, heading: str):
    person.goes_to(f"{demo.issuer}/backoffice/membres/").sees("Trouver un adhérent").types(who=who)
    return person.presses("Chercher").sees(heading)


@pytest.mark.pictured
def test_two_colleagues_help_a_member(someone, demo, invited):
    """Each page on the way: enrolment, entry, funnel, search, one member, the acts, requests for two."""
    ana, bob = someone(), someone()
    link = invited("Ana")
    enters_with_passkey(ana, link, "Ana")
    enters_with_application(bob, invited("Bob"), "Bob")
    bob.goes_to(link).sees("Ce lien n’est plus valable")
    member = demo.new_member()
    ana.tab.get_by_text("Les nombres, jour par jour").click()
    ana.sees("Le changement d’identifiant")
    finds(ana, demo, "9999999", "Trouver un adhérent").reads("Personne n’a cette référence")
    finds(ana, demo, member.nir, "Trouver un adhérent").reads("N’écrivez jamais de numéro de sécurité sociale ici")
    finds(ana, demo, member.ref, f"Adhérent {member.ref}").presses("Envoyer le lien par email")
    ana.sees(f"Adhérent {member.ref}").reads("Dites pourquoi")
    ana.types(reason=REASON).presses("Envoyer le lien par email")
    ana.sees(f"Adhérent {member.ref}").reads("Le message est parti")
    ana.types(reason=REASON).presses("Demander un code en agence")
    ana.sees(f"Adhérent {member.ref}").reads("attend l’accord d’un autre collègue")
    ana.presses("Demandes à deux (1)").sees("Demandes à deux").reads("C’est votre demande")
    expect(ana.tab.get_by_role("button", name="Donner mon accord")).to_have_count(0)
    bob.goes_to(f"{demo.issuer}/backoffice/demandes/").sees("Demandes à deux").presses("Donner mon accord")
    bob.sees("Demandes à deux").reads("Le code est imprimé en agence")
    ana.presses("Retirer ma demande").sees("Demandes à deux").reads("déjà réglée, ou trop ancienne")
    ana.presses("Me déconnecter").sees("Entrez dans le back-office")


def test_a_frozen_account_takes_two_to_open(someone, demo, invited):
    demo.new_account(ADDRESS, NEW_PASSWORD)
    ana, bob, member = someone(), someone(), someone()
    enters_with_passkey(ana, invited("Aline"), "Aline")
    enters_with_passkey(bob, invited("Boris"), "Boris")
    finds(ana, demo, ADDRESS, "Compte sans Espace personnel").types(reason=REASON).presses("Geler le compte")
    ana.sees("Compte sans Espace personnel").reads("Le compte est gelé")
    member.goes_to(f"{demo.issuer}/connexion/").signs_in_by_email(ADDRESS, NEW_PASSWORD)
    member.sees("Votre compte est suspendu")
    ana.types(reason=REASON).presses("Demander la réouverture").sees("Compte sans Espace personnel")
    bob.goes_to(f"{demo.issuer}/backoffice/demandes/").presses("Voir cet adhérent").sees("Compte sans Espace personnel")
    bob.goes_to(f"{demo.issuer}/backoffice/demandes/").presses("Donner mon accord").reads("Le compte est rouvert")
    member.goes_to(f"{demo.issuer}/connexion/").signs_in_by_email(ADDRESS, NEW_PASSWORD)
    member.reads("Votre connexion est ouverte")


def test_without_scripts_a_password_and_a_code_are_enough(someone, invited):
    plain = someone(scripts=False)
    enters_with_application(plain, invited("Paul"), "Paul")
    plain.goes_to(plain.tab.url).sees("Le changement d’identifiant")


def test_a_copied_passkey_is_refused(someone, invited):
    """Its counter goes back (WebAuthn Level 3 §6.1.1)."""
    ana = someone()
    protocol = ana.context.new_cdp_session(ana.tab)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    identifier = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    ana.goes_to(invited("Copie")).sees("Bienvenue, Copie").presses("Créer ma clé d’accès")
    ana.sees("Entrez dans le back-office").presses("Utiliser ma clé d’accès").sees("Le changement d’identifiant")
    [credential] = protocol.send("WebAuthn.getCredentials", {"authenticatorId": identifier})["credentials"]
    protocol.send("WebAuthn.clearCredentials", {"authenticatorId": identifier})
    protocol.send(
        "WebAuthn.addCredential", {"authenticatorId": identifier, "credential": {**credential, "signCount": 0}}
    )
    ana.presses("Me déconnecter").sees("Entrez dans le back-office").presses("Utiliser ma clé d’accès")
    ana.reads("Nous ne pouvons pas vous laisser entrer").sees("Entrez dans le back-office")
