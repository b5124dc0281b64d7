"""Who withdraws an agreement ends all that came of it, at once (ASVS 10.7.3, 10.4.9; RFC 7009 §2.1)."""

from collections.abc import Callable
from typing import Any

import pytest
import rp
from agreeing import CONSENT, agree, other_site, withdraw
from email_door.browsing import send
from flask import Flask
from flask.testing import FlaskClient
from protocol import bearer
from visits import Site, received, register

from idp.core import db
from idp.oidc import clients, device
from idp.settings import Settings

OFFLINE = "openid email offline_access"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """A deployment that serves every response type."""
    return make_settings(implicit_flows=True)


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
    """A site that is not MGEN's, with a way to every kind of token."""
    return other_site(
        app,
        grant_types=["authorization_code", "implicit", "refresh_token", device.GRANT],
        response_types=["code", "id_token token", "code token"],
    )


def lives(site: Site, token: str) -> bool:
    """Whether an access token still opens UserInfo, and is good for who asks."""
    opens = site.app.test_client().get("/oidc/userinfo", headers=bearer(token)).status_code == 200
    assert site.post("/oidc/introspect", token=token).json["active"] is opens
    return opens


def refreshed(site: Site, refresh_token: str) -> Any:
    """What a refresh token brings."""
    return site.post("/oidc/token", grant_type="refresh_token", refresh_token=refresh_token).json


def test_every_family_and_every_access_token_end(site: Site, browser: FlaskClient) -> None:
    first = site.redeem(agree(browser, site.ask(browser, scope=OFFLINE))["code"]).json
    second = site.redeem(received(site.ask(browser, scope=OFFLINE))[1]["code"]).json
    newest = refreshed(site, second["refresh_token"])
    withdraw(browser, site)
    for each in (first, second, newest):
        assert not lives(site, each["access_token"])
        assert refreshed(site, each["refresh_token"])["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["id_token token", "code token"])
def test_a_token_that_came_through_the_browser_alone_ends_too(site: Site, browser: FlaskClient, kind: str) -> None:
    token = agree(browser, site.ask(browser, response_type=kind))["access_token"]
    assert lives(site, token)
    withdraw(browser, site)
    assert not lives(site, token)


def test_a_code_that_is_on_its_way_brings_nothing(site: Site, browser: FlaskClient) -> None:
    code = agree(browser, site.ask(browser, scope=OFFLINE))["code"]
    withdraw(browser, site)
    assert site.redeem(code).json["error"] == "invalid_grant"


def test_a_request_that_waits_asks_again(site: Site, browser: FlaskClient) -> None:
    waiting = site.ask(browser)
    agree(browser, site.ask(browser))
    withdraw(browser, site)
    assert rp.goes_to(browser.get(rp.CONTINUE, query_string={"i": rp.interaction_id(waiting)}), CONSENT)


def test_what_is_agreed_to_again_lives_and_what_came_before_stays_dead(
    site: Site, browser: FlaskClient, time_machine: Any
) -> None:
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    # The session of the fixture is of another day.
    rp.sign_in(site.app, browser, rp.person(site.app, "autre@exemple.test"))
    old = agree(browser, site.ask(browser, response_type="id_token token"))["access_token"]
    withdraw(browser, site)
    time_machine.shift(1)
    new = agree(browser, site.ask(browser, response_type="id_token token"))["access_token"]
    assert (lives(site, old), lives(site, new)) == (False, True)


def test_what_others_agreed_to_and_other_sites_stay(app: Flask, site: Site, browser: FlaskClient) -> None:
    other, own = app.test_client(), register(app, name="own")
    rp.sign_in(app, other, rp.person(app, "autre@exemple.test"))
    theirs = site.redeem(agree(other, site.ask(other))["code"]).json["access_token"]
    mgen = own.redeem(received(own.ask(browser))[1]["code"]).json["access_token"]
    agree(browser, site.ask(browser))
    withdraw(browser, site)
    assert lives(site, theirs)
    assert lives(own, mgen)


def test_a_device_is_agreed_to_and_cut_off_like_a_site(site: Site, browser: FlaskClient) -> None:
    codes = [site.post("/oidc/device", scope=OFFLINE).json for _ in range(2)]
    for each in codes:
        asked = browser.get(send(browser, device.VERIFICATION, user_code=each["user_code"]).location)
        assert send(browser, asked.location, agree="yes").location.endswith("reponse=oui")
    fetched, waiting = codes
    tokens = site.post("/oidc/token", grant_type=device.GRANT, device_code=fetched["device_code"]).json
    assert lives(site, tokens["access_token"])
    assert rp.goes_to(withdraw(browser, site), "/compte/acces/")
    assert not lives(site, tokens["access_token"])
    assert refreshed(site, tokens["refresh_token"])["error"] == "invalid_grant"
    late = site.post("/oidc/token", grant_type=device.GRANT, device_code=waiting["device_code"])
    assert late.json["error"] == "access_denied"


def test_another_client_by_the_id_of_one_that_was_removed_is_agreed_to_anew(
    app: Flask, site: Site, browser: FlaskClient
) -> None:
    agree(browser, site.ask(browser))
    with app.app_context(), db.transaction():
        clients.remove(site.id)
    again = other_site(app, client_name="Chez Pierre")
    assert again.id == site.id
    assert rp.goes_to(again.ask(browser), CONSENT)
