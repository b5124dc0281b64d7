"""RFC 9470: an API refuses a sign-in that is too weak or too old; what a client then asks, and what its token tells."""

from typing import Any

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from protocol import Protocol
from visits import Site

from idp.sessions.levels import PASSWORD

API = "https://api.example/"
OTHER = "urn:example:acr:two-factors"


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site with an API of its own."""
    return visits.register(app, resources=[API], scope="openid email reports")


# §4: the authorization request.


@pytest.mark.parametrize(
    "changes",
    [
        {"acr_values": PASSWORD},
        {"acr_values": f"{OTHER} {PASSWORD}"},
        {"acr_values": f"{PASSWORD} {OTHER}", "resource": API},
        {"acr_values": "", "resource": API},
        {"max_age": "600", "acr_values": PASSWORD, "scope": "reports"},
    ],
)
def test_s4_a_level_that_the_sign_in_has_is_answered(site: Site, browser: FlaskClient, changes: dict[str, str]) -> None:
    assert "code" in visits.received(site.ask(browser, **changes))[1]


def test_s4_a_sign_in_older_than_max_age_is_done_again(site: Site, browser: FlaskClient, time_machine: Any) -> None:
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    rp.sign_in(site.app, browser, rp.person(site.app, "autre@exemple.test"))
    time_machine.shift(61)
    assert "code" in visits.received(site.ask(browser, max_age="120"))[1]
    assert rp.goes_to(site.ask(browser, max_age="60"), rp.SIGN_IN)
    assert visits.error_of(site.ask(browser, max_age="60", prompt="none")) == "login_required"


# §5: the answer.


@pytest.mark.parametrize(
    "changes",
    [
        # For an API the level is needed: it would refuse the token again, and again.
        {"acr_values": OTHER, "resource": API},
        {"acr_values": f"{OTHER} urn:example:acr:more", "scope": "reports"},
        # OpenID Connect Core §5.5.1.1: named essential.
        {"claims": f'{{"id_token": {{"acr": {{"essential": true, "values": ["{OTHER}"]}}}}}}'},
    ],
)
def test_s5_a_level_that_nobody_reaches_here_is_said_to_be_unmet(
    site: Site, browser: FlaskClient, changes: dict[str, str]
) -> None:
    answer = visits.received(site.ask(browser, **changes))[1]
    assert (answer["error"], answer["state"]) == ("unmet_authentication_requirements", "the state")


def test_core_s3_1_2_1_an_id_token_alone_says_the_level_that_was_reached(site: Site, browser: FlaskClient) -> None:
    """There it is a wish: the site sees in `acr` that it was not met."""
    code = visits.received(site.ask(browser, acr_values=OTHER))[1]["code"]
    assert site.read_jwt(site.redeem(code).json["id_token"])["acr"] == PASSWORD


# §6: what the access token tells.


def test_s6_1_a_jwt_access_token_tells_how_and_when_also_after_a_refresh(op: Protocol) -> None:
    session = op.sign_in()
    issued = op.tokens(session, "partner", "openid offline_access")
    again = op.refresh(issued["refresh_token"], "partner").json
    for token in (issued["access_token"], again["access_token"]):
        told = op.read_jwt(token, "at+jwt")
        assert (told["acr"], told["auth_time"]) == (PASSWORD, session.auth_time)


@pytest.mark.parametrize("client_id", ["avantage", "partner"])
def test_s6_2_introspection_tells_how_and_when(op: Protocol, client_id: str) -> None:
    session = op.sign_in()
    told = op.introspect(op.tokens(session, client_id)["access_token"], client_id)
    assert (told["acr"], told["auth_time"]) == (PASSWORD, session.auth_time)


def test_s6_2_introspection_still_tells_once_the_session_is_forgotten(op: Protocol) -> None:
    session = op.sign_in()
    token = op.tokens(session, "partner", "openid offline_access")["access_token"]
    op.runtime.sql.run("DELETE FROM session", {})
    told = op.introspect(token, "partner")
    assert (told["active"], told["acr"], told["auth_time"]) == (True, PASSWORD, session.auth_time)


def test_s6_2_a_client_s_own_token_tells_of_no_sign_in(op: Protocol) -> None:
    told = op.introspect(op.token("partner", grant_type="client_credentials").json["access_token"], "partner")
    assert told["active"] is True
    assert not {"acr", "auth_time"} & told.keys()
