"""Signed authorization responses (JWT Secured Authorization Response Mode for OAuth 2.0, JARM)."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import Site

from idp.settings import Settings


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


def opened(site: Site, response: Any) -> tuple[str, dict[str, Any]]:
    """The channel, and the claims of the one parameter."""
    channel, answer = visits.received(response)
    assert set(answer) == {"response"}
    return channel, site.read_jwt(answer["response"])


@pytest.mark.parametrize(
    ("kind", "mode", "channel"),
    [
        ("code", "jwt", "query"),
        ("code", "query.jwt", "query"),
        ("code", "fragment.jwt", "fragment"),
        ("code", "form_post.jwt", "form_post"),
        ("code id_token", "jwt", "fragment"),
        ("id_token token", "form_post.jwt", "form_post"),
    ],
)
def test_s2_3_the_answer_is_one_jwt_in_the_channel_that_was_asked_for(
    site: Site, browser: FlaskClient, kind: str, mode: str, channel: str
) -> None:
    found, claims = opened(site, site.ask(browser, response_type=kind, response_mode=mode))
    assert found == channel
    assert (claims["iss"], claims["aud"], claims["state"]) == (rp.ISSUER, site.id, "the state")
    assert 0 < claims["exp"] - time.time() <= 600
    assert {"code": "code", "id_token": "id_token"}[kind.split()[0]] in claims


def test_s2_1_1_an_error_is_signed_too(site: Site, browser: FlaskClient) -> None:
    _, claims = opened(site, site.ask(browser, response_mode="jwt", prompt="bogus"))
    assert (claims["error"], claims["state"]) == ("invalid_request", "the state")


def test_an_error_before_the_mode_is_checked_is_signed_too(site: Site, browser: FlaskClient) -> None:
    _, claims = opened(site, site.ask(browser, response_mode="query.jwt", nonce="x" * 5000))
    assert claims["error"] == "invalid_request"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_s3_it_is_signed_as_the_client_is_registered(app: Flask, browser: FlaskClient, algorithm: str) -> None:
    site = visits.register(app, authorization_signed_response_alg=algorithm)
    _, claims = opened(site, site.ask(browser, response_mode="jwt"))
    assert site.redeem(claims["code"]).status_code == 200


def test_rfc8725_s3_11_a_signed_answer_is_no_id_token_hint(site: Site, browser: FlaskClient) -> None:
    answer = visits.received(site.ask(browser, response_mode="jwt"))[1]["response"]
    assert visits.error_of(site.ask(browser, id_token_hint=answer)) == "invalid_request"


@pytest.mark.parametrize("mode", [".jwt", "jwt.jwt", "query.jwt.jwt", "Query", "web_message", "form_post.", "é"])
def test_a_mode_that_is_none_is_refused(site: Site, browser: FlaskClient, mode: str) -> None:
    assert visits.error_of(site.ask(browser, response_mode=mode)) == "invalid_request"
