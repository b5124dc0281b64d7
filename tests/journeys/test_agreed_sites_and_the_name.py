"""The account's own pages, in a browser: what a site was allowed is seen there and taken back; a name is chosen."""

import re
from urllib.parse import urlencode

import pytest
from browser.person import NEW_PASSWORD
from playwright.sync_api import expect

ADDRESS = "paulette.accorde@boite.example"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def asks(demo):
    """A site that is not MGEN's, by the address with which it asks."""
    back = f"{demo.site('avantage')}/retour-chez-paul"
    demo.command(
        "client", "add", "chez-paul", "--name", "Chez Paul", "--redirect-uri", back,
        "--scope", "openid email name offline_access",
        "--grant-type", "authorization_code", "--grant-type", "refresh_token",
    )  # fmt: skip
    query = {
        "client_id": "chez-paul",
        "redirect_uri": back,
        "response_type": "code",
        "scope": "openid email name offline_access",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    demo.new_account(ADDRESS, NEW_PASSWORD)
    yield f"{demo.issuer}/oidc/authorize?{urlencode(query)}"
    demo.command("client", "remove", "chez-paul")


@pytest.mark.pictured
def test_what_a_site_was_allowed_is_seen_and_taken_back_in_two_tabs(person, demo, asks):
    person.goes_to(asks).signs_in_by_email(ADDRESS, NEW_PASSWORD)
    person.sees("Accepter de vous connecter à Chez Paul ?").presses("Accepter et continuer")
    expect(person.tab).to_have_url(re.compile(r"/retour-chez-paul\?code="))
    sites = f"{demo.issuer}/compte/acces/"
    person.goes_to(sites).sees("Les sites qui utilisent votre compte").reads("Il peut rester connecté")
    older = person.opens_another_tab()
    person.goes_to(sites).presses("Retirer l’accès de Chez Paul").reads("Chez Paul n’a plus accès à votre compte")
    person.sees("Les sites qui utilisent votre compte").reads("Vous n’avez autorisé aucun autre site")
    person.tab = older
    person.presses("Retirer l’accès de Chez Paul").reads("était déjà retiré")
    person.goes_to(asks).sees("Accepter de vous connecter à Chez Paul ?")


def test_who_is_not_signed_in_comes_back_to_the_page_and_chooses_a_name(person, demo, asks):
    person.goes_to(f"{demo.issuer}/compte/").signs_in_by_email(ADDRESS, NEW_PASSWORD)
    person.sees("Votre compte MGEN Connect").types(public_name="=Paulette").presses("Enregistrer ce nom")
    person.sees("Votre compte MGEN Connect").reads("Commencez ce nom par une lettre ou un chiffre")
    person.types(public_name="Paulette du 34").presses("Enregistrer ce nom")
    person.sees("Votre compte MGEN Connect").reads("votre nom sur les sites est « Paulette du 34 »")
    person.presses("Voir les sites").sees("Les sites qui utilisent votre compte").presses("Me déconnecter")
    person.sees("Voulez-vous vous déconnecter").presses("Me déconnecter").sees("C’est fait, votre connexion est fermée")
    person.goes_to(f"{demo.issuer}/compte/acces/").sees("Connectez-vous")
