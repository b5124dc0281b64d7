"""Consent (OpenID Connect Core §3.1.2.4, ASVS 10.7): asked for sites that are not MGEN's, remembered, and withdrawn."""

import re

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import Site
from werkzeug.test import TestResponse

from idp.core import db
from idp.oidc import clients, consents

PAGE = "/oidc/consentement/"


@pytest.fixture
def account(app: Flask) -> bytes:
    """An account."""
    return rp.person(app)


@pytest.fixture
def browser(app: Flask, client: FlaskClient, account: bytes) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, account)
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that is not MGEN's."""
    return visits.register(
        app,
        client_name="Chez Paul",
        first_party=False,
        scope="openid email profile offline_access espace_personnel recettes:lire",
        grant_types=["authorization_code", "refresh_token"],
        logo_uri="https://site.example/logo.svg?x=1",
        policy_uri="https://site.example/donnees",
        tos_uri="https://site.example/conditions",
    )


def decide(browser: FlaskClient, begun: TestResponse, choice: str) -> TestResponse:
    """Read the page, and press a button of it."""
    assert rp.goes_to(begun, PAGE), begun.location
    page = browser.get(begun.location)
    assert page.status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    return browser.post(begun.location, data={"csrf_token": token[1], choice: "yes"})


def agree(browser: FlaskClient, begun: TestResponse) -> dict[str, str]:
    """What the site receives of somebody who agrees."""
    decided = decide(browser, begun, "agree")
    assert rp.goes_to(decided, rp.CONTINUE), decided.location
    return visits.received(browser.get(decided.location))[1]


def test_the_page_says_what_the_site_will_know_and_of_whom(site: Site, browser: FlaskClient) -> None:
    begun = site.ask(browser, scope="openid email profile offline_access espace_personnel recettes:lire")
    page = browser.get(begun.location)
    text = page.get_data(as_text=True)
    for words in (
        "Chez Paul", "camille.durand@exemple.test", "savoir que c’est vous", "lire votre adresse email",
        "référence d’adhérent", "quand vous n’êtes pas là", "recettes:lire",
        'src="https://site.example/logo.svg?x=1"', 'href="https://site.example/donnees"',
        'href="https://site.example/conditions"',
    ):  # fmt: skip
        assert words in text
    # A scope that tells nothing is not agreed to.
    assert "profile" not in text
    assert "img-src 'self' https://site.example/logo.svg;" in page.headers["Content-Security-Policy"]


def test_who_agrees_is_sent_on_and_not_asked_again(site: Site, browser: FlaskClient) -> None:
    answer = agree(browser, site.ask(browser))
    assert answer["state"] == "the state"
    assert "code" in answer
    assert "code" in visits.received(site.ask(browser))[1]
    assert "code" in visits.received(site.ask(browser, scope="openid", prompt="none"))[1]


def test_who_refuses_is_sent_back_with_access_denied(site: Site, browser: FlaskClient) -> None:
    begun = site.ask(browser, response_mode="fragment")
    channel, answer = visits.received(decide(browser, begun, "refuse"))
    assert (channel, answer["error"], answer["state"]) == ("fragment", "access_denied", "the state")
    # It has had its answer, and nothing was remembered.
    assert "C’est déjà fait" in browser.get(begun.location).get_data(as_text=True)
    assert rp.goes_to(site.ask(browser), PAGE)


def test_more_than_was_agreed_to_is_asked_and_adds_up(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser, scope="openid"))
    agree(browser, site.ask(browser, scope="openid email"))
    agree(browser, site.ask(browser, scope="openid recettes:lire"))
    assert "code" in visits.received(site.ask(browser, scope="openid email recettes:lire"))[1]


def test_core_s5_5_a_claim_asked_for_by_name_is_asked_like_its_scope(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser, scope="openid"))
    begun = site.ask(browser, scope="openid", claims='{"userinfo": {"email": null}}')
    assert "lire votre adresse email" in browser.get(begun.location).get_data(as_text=True)
    agree(browser, begun)
    assert "code" in visits.received(site.ask(browser, scope="openid email"))[1]


def test_core_s3_1_2_6_prompt_none_is_consent_required(site: Site, browser: FlaskClient) -> None:
    assert visits.error_of(site.ask(browser, prompt="none")) == "consent_required"


def test_core_s3_1_2_1_prompt_consent_asks_again_and_once(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    assert "code" in agree(browser, site.ask(browser, prompt="consent"))


def test_the_sign_in_comes_first(app: Flask, site: Site, client: FlaskClient, account: bytes) -> None:
    begun = site.ask(client)
    assert rp.goes_to(begun, rp.SIGN_IN)
    assert "https://site.example/logo.svg" in client.get(begun.location).get_data(as_text=True)
    rp.sign_in(app, client, account)
    again = client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)})
    assert "code" in agree(client, again)


def test_what_one_person_agreed_to_is_not_what_another_did(app: Flask, site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    other = app.test_client()
    rp.sign_in(app, other, rp.person(app, "autre@exemple.test"))
    assert rp.goes_to(site.ask(other), PAGE)


def test_the_answer_needs_the_agreement_whatever_page_is_opened(site: Site, browser: FlaskClient) -> None:
    begun = site.ask(browser)
    assert rp.goes_to(browser.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}), PAGE)


def test_a_post_without_the_forgery_token_decides_nothing(site: Site, browser: FlaskClient) -> None:
    begun = site.ask(browser)
    for choice in ("agree", "refuse"):
        assert browser.post(begun.location, data={choice: "yes"}).status_code == 400
    assert rp.goes_to(site.ask(browser), PAGE)


def test_a_post_that_decides_nothing_asks_again(site: Site, browser: FlaskClient) -> None:
    assert decide(browser, site.ask(browser), "maybe").status_code == 200


def test_the_page_without_a_request_is_a_page(browser: FlaskClient) -> None:
    assert browser.get(PAGE).status_code == 400
    assert browser.get(PAGE, query_string={"i": "x" * 22}).status_code == 400


def test_a_site_that_is_removed_meanwhile_is_asked_for_nobody(app: Flask, site: Site, browser: FlaskClient) -> None:
    begun = site.ask(browser)
    with app.app_context(), db.transaction():
        clients.remove(site.id)
    app.extensions["mgen_connect_oidc"].clients._watch._read_at = -1
    page = browser.get(begun.location)
    assert page.status_code == 400
    assert "Connexion impossible" in page.text


def test_mgen_s_own_sites_ask_nobody(app: Flask, browser: FlaskClient) -> None:
    own = visits.register(app, name="own", logo_uri="https://site.example/logo.svg")
    assert "code" in visits.received(own.ask(browser, prompt="consent"))[1]


def test_asvs_10_7_3_who_withdraws_is_asked_again_and_the_tokens_end(
    app: Flask, site: Site, browser: FlaskClient, account: bytes
) -> None:
    answer = agree(browser, site.ask(browser, scope="openid email offline_access"))
    tokens = site.redeem(answer["code"]).json
    with app.app_context():
        assert [one.client_id for one in consents.listing(account)] == [site.id]
        with db.transaction():
            assert consents.withdraw(account, site.id)
            assert not consents.withdraw(account, site.id)
        assert consents.listing(account) == []
        db.db.session.remove()
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert app.test_client().get("/oidc/userinfo", headers=header).status_code == 401
    refreshed = site.post("/oidc/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.json["error"] == "invalid_grant"
    assert rp.goes_to(site.ask(browser), PAGE)


# OpenID Connect Initiating User Registration 1.0.


def test_prompt_create_leads_to_the_making_of_an_account(app: Flask, client: FlaskClient) -> None:
    site = visits.register(app, registration=True)
    begun = site.ask(client, prompt="create", login_hint="nouvelle@exemple.test")
    assert rp.goes_to(begun, "/connexion/inscription/")
    assert "nouvelle@exemple.test" in client.get(begun.location).get_data(as_text=True)


def test_prompt_create_does_not_take_the_present_session_for_an_answer(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app, registration=True)
    begun = site.ask(browser, prompt="create")
    assert rp.goes_to(begun, "/connexion/inscription/")
    assert rp.goes_to(browser.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}), rp.SIGN_IN)


def test_prompt_create_is_refused_on_the_way_to_a_site_that_takes_nobody_new(app: Flask, client: FlaskClient) -> None:
    site = visits.register(app)
    assert visits.error_of(site.ask(client, prompt="create")) == "invalid_request"
    assert visits.error_of(site.ask(client, prompt="none create")) == "invalid_request"
