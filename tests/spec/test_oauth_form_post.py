"""The form post response mode (OAuth 2.0 Form Post Response Mode 1.0): a page that posts itself, or by its button."""

import re
from collections.abc import Callable

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import Site

from idp.settings import Settings

NASTY = ['a b&c"d/é', "<script>alert(1)</script>", "'><img src=x>", "a+b%20c", "😀\u2028", "{{ 7*7 }}", "&amp;"]


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Every response type is served."""
    return make_settings(implicit_flows=True)


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that is registered for all response types."""
    return visits.register(app, response_types=visits.ALL_TYPES, grant_types=["authorization_code", "implicit"])


@pytest.mark.parametrize("kind", visits.ALL_TYPES)
def test_s2_every_type_can_be_posted(site: Site, browser: FlaskClient, kind: str) -> None:
    channel, answer = visits.received(site.ask(browser, response_type=kind, response_mode="form_post"))
    assert channel == "form_post"
    assert (answer["state"], answer["iss"]) == ("the state", rp.ISSUER)
    assert len(answer) == len(kind.split()) + 2 + (3 if "token" in kind.split() else 0)


@pytest.mark.parametrize("state", NASTY)
def test_s2_values_arrive_as_they_are_and_are_no_markup(site: Site, browser: FlaskClient, state: str) -> None:
    """Trap P10: percent-encoded values are another state for the site."""
    response = site.ask(browser, response_mode="form_post", state=state)
    assert visits.received(response)[1]["state"] == state
    page = response.get_data(as_text=True)
    assert page.count("<script") == 1
    assert "<img" not in page


def test_an_error_is_posted_too(site: Site, browser: FlaskClient) -> None:
    channel, answer = visits.received(site.ask(browser, response_mode="form_post", prompt="bogus"))
    assert (channel, answer["error"], answer["state"]) == ("form_post", "invalid_request", "the state")


def test_the_page_runs_its_own_script_alone_and_posts_to_the_site_alone(site: Site, browser: FlaskClient) -> None:
    response = site.ask(browser, response_mode="form_post")
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
    assert nonce
    assert f'<script nonce="{nonce[1]}">' in response.get_data(as_text=True)
    assert "form-action 'self' https:" in policy
    assert "'unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["Cache-Control"] == "no-store"
    again = site.ask(browser, response_mode="form_post").headers["Content-Security-Policy"]
    assert again != policy


def test_without_a_script_there_is_a_button_in_the_persons_language(site: Site, browser: FlaskClient) -> None:
    page = site.ask(browser, response_mode="form_post").get_data(as_text=True)
    assert "<button" in page
    assert "Continuer" in page
    assert 'lang="fr"' in page
    english = site.ask(browser, response_mode="form_post", ui_locales="en").get_data(as_text=True)
    assert "Continue<" in english


def test_after_the_sign_in_the_page_keeps_its_own_policy(app: Flask, site: Site, client: FlaskClient) -> None:
    begun = site.ask(client, response_mode="form_post")
    rp.sign_in(app, client, rp.person(app))
    response = client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)})
    assert visits.received(response)[0] == "form_post"
    nonce = re.search(r'<script nonce="([^"]+)"', response.get_data(as_text=True))
    assert nonce
    assert response.headers.getlist("Content-Security-Policy") == [response.headers["Content-Security-Policy"]]
    assert f"script-src 'nonce-{nonce[1]}'" in response.headers["Content-Security-Policy"]


def test_rfc6749_s3_1_2_the_query_of_a_redirect_uri_stays(app: Flask, browser: FlaskClient) -> None:
    uri = "https://site.example/cb?a=1&b=%22"
    site = visits.register(app, redirect_uris=[uri])
    page = site.ask(browser, redirect_uri=uri, response_mode="form_post").get_data(as_text=True)
    assert 'action="https://site.example/cb?a=1&amp;b=%22"' in page
